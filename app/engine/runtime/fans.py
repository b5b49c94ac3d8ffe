"""Multi-instance elements that wait, as somebody who asks «how far are they» sees them: how many, which are open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token
from app.engine.runtime.values import plain


@dataclass(slots=True)
class Iteration:
    """One open iteration.

    Attributes:
        token: its number: `leave_out` takes it.
        item: of the collection; a copy, None where the model gives it no name.
        waits: tokens that wait inside it, whatever lies between.
    """

    token: int
    item: Any
    waits: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Fan:
    """A multi-instance element that waits. `done` of `total` items have ended; inside another multi-instance it waits
    once for every item of that one, and these are counted together."""

    element: str | None
    total: int
    done: int
    open: list[Iteration]


class FanMixin:
    """The question to an instance."""

    every_token: Any
    waits: dict[int, Token]

    def fans(self) -> list[Fan]:
        """All that wait, in the order in which they were entered."""
        bodies = [token for token in self.every_token() if token.task_spec.is_body and _waits(token)]
        found: dict[str | None, Fan] = {}
        open_ones: dict[int, Iteration] = {}
        for body in sorted(bodies, key=lambda token: token.id):
            name = body.task_spec.extensions["mi"].get("inputElement")
            rows = [_iteration(child, name) for child in body.task_spec.iterations(body)]
            open_ones.update((row.token, row) for row in rows)
            element, facts = body.task_spec.bpmn_id, body.internal_data
            fan = found.setdefault(element, Fan(element, 0, 0, []))
            fan.total, fan.done = fan.total + facts["n"], fan.done + facts["done"]
            fan.open += rows
        for token in self.waits.values():
            for number in _around(token):
                if number in open_ones:
                    open_ones[number].waits.append(token.id)
        return list(found.values())


def _waits(body: Token) -> bool:
    return body._state == TaskState.STARTED and "n" in body.internal_data and not body.internal_data.get("leaving")


def _iteration(child: Token, name: str | None) -> Iteration:
    return Iteration(child.id, plain(child.locals[name]) if name and child.locals else None)


def _around(token: Token) -> Iterator[int]:
    """The iterations in which a token lies, the innermost first; a boundary event lies where its activity does."""
    at: Token | None = token.view()
    while at is not None:
        if "i" in at.internal_data:
            yield at.id
        at = at.outer()
