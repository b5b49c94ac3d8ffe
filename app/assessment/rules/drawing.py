"""A variant of a test: items drawn by topic, their choices in an order of their own. A seed gives the same again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from .items import MATCHING, MULTIPLE, ORDERING, SINGLE, Body, public


@dataclass(frozen=True, slots=True)
class Quota:
    """How many items of a topic a test has."""

    topic: str
    count: int


class TooFewItems(ValueError):
    """A topic holds fewer items than its quota."""

    def __init__(self, topic: str, count: int, available: int) -> None:
        super().__init__(f"{topic}: {available} of {count}")
        self.topic, self.count, self.available = topic, count, available


def draw(
    items_by_topic: Mapping[str, Collection[int]],
    quotas: Sequence[Quota],
    seed: int,
    exclude: Collection[int] = (),
) -> list[int]:
    """Keys of the items of a variant, topic after topic.

    Args:
        items_by_topic: keys that may be drawn, by topic; their order does not matter.
        quotas: in the order of the test.
        seed: of the attempt.
        exclude: items of the variants before: taken only when the topic has no others left.

    Raises:
        TooFewItems: a topic holds fewer items than its quota.
    """
    drawn: list[int] = []
    for quota in quotas:
        keys = sorted(set(items_by_topic.get(quota.topic, ())) - set(drawn))
        if len(keys) < quota.count:
            raise TooFewItems(quota.topic, quota.count, len(keys))
        chance = Random(f"{seed}:{quota.topic}")
        chance.shuffle(keys)
        keys.sort(key=lambda key: key in exclude)  # stable: fresh ones first, each part in its random order
        chosen = keys[: quota.count]
        chance.shuffle(chosen)
        drawn += chosen
    return drawn


def arranged(body: Mapping[str, Any], kind: str, seed: int, item_key: int) -> Body:
    """What the listener is shown of an item: no key, choices in the order of this attempt.

    Left sides of a matching keep the author's order: they are the questions.
    """
    shown = public(body)
    chance = Random(f"{seed}:{item_key}")
    for name in {SINGLE: ("choices",), MULTIPLE: ("choices",), ORDERING: ("choices",), MATCHING: ("targets",)}.get(
        kind, ()
    ):
        shown[name] = list(shown[name])
        chance.shuffle(shown[name])
    return shown
