"""What a listener is shown of her test: never a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select

from app.files import queries as files
from app.files.models import File
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import Attempt, ItemVersion, Response, Window
from ..models.attempts import OPEN, RUNNING
from ..operations import attempts
from ..rules.drawing import arranged

NEW, HERE, ELSEWHERE, OVER, MISSED = "new", "here", "elsewhere", "over", "missed"


@dataclass(frozen=True, slots=True)
class Question:
    """One item of the variant as it is shown.

    Attributes:
        body: without its key, choices in the order of this attempt.
        response: what was answered so far.
        seq: its number.
    """

    position: int
    kind: str
    topic: str
    max_points: Any
    body: Mapping[str, Any]
    response: Any
    seq: int
    item_key: int


@dataclass(frozen=True, slots=True)
class Taking:
    """A test as its listener's page shows it.

    Attributes:
        state: `new` (not begun), `here`, `elsewhere` (begun in another browser), `over`, `missed` (closed unopened).
        seconds_left: until the end, by the server's clock.
        count: questions of the specification.
    """

    window: Window
    attempt: Attempt | None
    state: str
    seconds_left: int
    count: int
    questions: tuple[Question, ...] = ()


def taking(actor: Actor, window_key: int, device: str) -> Taking:
    """The actor's own test.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    window = attempts.own_window(actor, window_key)
    attempt, now = window.attempt, clock.now()
    count = sum(int(row["count"]) for row in window.specification.quotas)
    if attempt is None:
        is_open = window.state == OPEN and now < window.closes_at
        return Taking(window, None, NEW if is_open else MISSED, _left(window.closes_at, now), count)
    if attempt.state != RUNNING or attempt.ends_at <= now:
        return Taking(window, attempt, OVER, 0, count)
    left = _left(attempt.ends_at, now)
    if attempt.device != device:
        return Taking(window, attempt, ELSEWHERE, left, count)
    return Taking(window, attempt, HERE, left, count, questions_of(attempt))


def questions_of(attempt: Attempt) -> tuple[Question, ...]:
    """The variant with the responses so far, keys left out."""
    query = (
        select(Response, ItemVersion.body)
        .join(ItemVersion, (ItemVersion.item_key == Response.item_key) & (ItemVersion.version == Response.item_version))
        .where(Response.attempt_key == attempt.key)
        .order_by(Response.position)
    )
    return tuple(
        Question(
            position=row.position,
            kind=row.kind,
            topic=row.topic,
            max_points=row.max_points,
            body=arranged(body, row.kind, attempt.seed, row.item_key),
            response=row.response,
            seq=row.seq,
            item_key=row.item_key,
        )
        for row, body in db.session.execute(query)
    )


def picture_in_variant(actor: Actor, window_key: int, file_key: int) -> File | None:
    """A picture of the file store, if it belongs to an item of the actor's own variant."""
    window = attempts.own_window(actor, window_key)
    if window.attempt is None:
        return None
    query = (
        select(Response.position)
        .join(ItemVersion, (ItemVersion.item_key == Response.item_key) & (ItemVersion.version == Response.item_version))
        .where(
            Response.attempt_key == window.attempt.key,
            func.strpos(cast(ItemVersion.body, Text), f"(file:{file_key})") > 0,
        )
        .limit(1)
    )
    return None if db.session.scalar(query) is None else files.stored_file(file_key)


def _left(until: datetime, now: datetime) -> int:
    return max(0, int((until - now).total_seconds()))
