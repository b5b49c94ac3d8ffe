"""Reactions to changed variables: conditional events, and dates that follow the variables they were read from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.engine import timers
from app.engine.runtime.incidents import CONDITION, NoAnswer, kind_of
from app.engine.runtime.tokens import Token
from app.feel import FeelError, feel, program


class FollowMixin:
    """Zeebe fixes a date when the element is entered; our processes need it to follow («перенесено»)."""

    conditions: dict[int, Token]
    followers: dict[int, Token]
    changed: set[str]
    agenda: Any
    waits: dict[int, Token]
    raise_incident: Any
    move_date: Any
    zone: str

    def _react(self) -> bool:
        """Look at whatever depends on the changed variables. Returns whether there is something to run again."""
        changed = set(self.changed)
        self.changed.clear()
        for token in list(self.followers.values()):
            if token.id in self.followers and not changed.isdisjoint(token.task_spec.follows):
                self._follow(token, changed)
        for token in list(self.conditions.values()):
            if token.id in self.conditions:
                self._check(token, changed)
        return bool(self.agenda) or bool(self.changed and self.conditions)

    def _check(self, token: Token, changed: set[str]) -> None:
        """Fire a conditional event on the edge from not true to true; a failing one stops only itself."""
        wait = token.wait
        if wait is None or "incident" in token.internal_data:
            return
        condition = program(wait["expression"])
        assert condition is not None
        if wait["was"] is not None and changed.isdisjoint(condition.names):
            return
        try:
            value, _ = feel.run([condition], token.view().lookup)[0]
            if value is not None and not isinstance(value, bool):
                raise NoAnswer(f"the condition {wait['expression']!r} gave {value!r}, neither true nor false")
        except FeelError as error:
            self.raise_incident(token, str(error), CONDITION)
            return
        rising = value is True and wait["was"] is not True
        wait["was"] = value is True
        token.row = None
        if rising:
            token.task_spec.fire(token, {})

    def _follow(self, token: Token, changed: set[str]) -> None:
        """Evaluate the dates of a wait again."""
        for field, text in token.task_spec.followed.items():
            dated = program(text)
            if dated is None or changed.isdisjoint(dated.names):
                continue
            try:
                value, _ = feel.run([dated], token.view().lookup)[0]
                self._move(token, field, value)
            except FeelError as error:
                self.raise_incident(token, str(error), kind_of(error))
                return

    def _move(self, token: Token, field: str, value: Any) -> None:
        wait = token.wait
        assert wait is not None
        if field != "due":
            self.move_date(token, field, value)
            return
        due = timers.first_due(wait["type"], value, datetime.fromisoformat(wait["since"]), self.zone)
        wait["value"] = str(value)
        self.move_date(token, "due", due.at.isoformat())
