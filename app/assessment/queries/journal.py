"""Who is where with a test: rows for the journal of a course, and the responses of one attempt.

Scope is the caller's: `courses` knows who leads a course (roles.md §3, «Entry test», «Item-level test answers»).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.kernel import clock
from app.kernel.db import db

from ..models import Attempt, ItemBank, ItemVersion, Response, TestSpecification, Window
from ..models.attempts import FINISHED, OPEN, RUNNING

WAITING, TAKING, DONE, ANNULLED, CANCELLED, ABSENT = "waiting", "taking", "done", "annulled", "cancelled", "absent"


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One window with what became of it.

    Attributes:
        state: `waiting` (not begun), `taking`, `done`, `annulled`, `cancelled` (a result came from elsewhere), `absent`
            (closed without an attempt).
        answered, count: responses given, items of the variant.
        spent: how long the attempt took, or takes so far.
    """

    window: Window
    attempt: Attempt | None
    state: str
    answered: int
    count: int
    spent: timedelta | None


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """One item of an attempt with its key: for the leader and the auditor; the listener gets it without `answer`."""

    response: Response
    body: Mapping[str, Any]


def windows_of(course: str, *, kind: str | None = None, login: str | None = None) -> list[Window]:
    """Windows of a course, the latest of a listener last."""
    query = select(Window).where(Window.course == course).order_by(Window.created_at, Window.key)
    if kind is not None:
        query = query.where(Window.kind == kind)
    if login is not None:
        query = query.where(Window.login == login)
    return list(db.session.scalars(query).unique())


def journal(course: str) -> list[JournalRow]:
    """Every window of a course."""
    windows = windows_of(course)
    counts = _counts([window.attempt.key for window in windows if window.attempt is not None])
    return [_row(window, counts) for window in windows]


def window(key: int) -> Window | None:
    """One window; None when there is none."""
    return db.session.get(Window, key)


def attempt(key: int) -> Attempt | None:
    """One attempt; None when there is none."""
    return db.session.get(Attempt, key)


def answers(attempt: Attempt) -> list[AnsweredItem]:
    """The responses of an attempt in the order of the variant, with the items as they were."""
    query = (
        select(Response, ItemVersion.body)
        .join(ItemVersion, (ItemVersion.item_key == Response.item_key) & (ItemVersion.version == Response.item_version))
        .where(Response.attempt_key == attempt.key)
        .order_by(Response.position)
    )
    return [AnsweredItem(response, body) for response, body in db.session.execute(query)]


def specification_for(
    institute: str, code: str | None, bank: str | None, subject: str | None
) -> TestSpecification | None:
    """The specification of a course's test: the named one, else the only active one of the bank, else of the subject.

    Args:
        institute: organisation of the course: only its own banks are drawn from.
        code: chosen on the course's card.
        bank: code of the bank that the programme names.
        subject: of the programme.
    """
    if code:
        return db.session.scalars(_active(institute).where(TestSpecification.code == code)).one_or_none()
    found = fitting(institute, bank, subject)
    return found[0] if len(found) == 1 else None


def fitting(institute: str, bank: str | None, subject: str | None) -> list[TestSpecification]:
    """Active specifications of the bank, of the subject when it has none: where there are several, one is chosen."""
    for condition in ((ItemBank.code == bank) if bank else None, (ItemBank.subject == subject) if subject else None):
        if condition is not None:
            found = list(db.session.scalars(_active(institute).where(condition)))
            if found:
                return found
    return []


def specifications(institute: str) -> list[TestSpecification]:
    """Every active specification of an institute, by subject and title."""
    return list(db.session.scalars(_active(institute).order_by(ItemBank.subject, TestSpecification.title)))


def _active(institute: str) -> Select[TestSpecification]:
    query = select(TestSpecification).join(TestSpecification.bank)
    return query.where(TestSpecification.active.is_(True), ItemBank.organisation == institute)


def _counts(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    if not keys:
        return {}
    query = (
        select(Response.attempt_key, func.count(Response.response), func.count())
        .where(Response.attempt_key.in_(keys))
        .group_by(Response.attempt_key)
    )
    return {key: (answered, count) for key, answered, count in db.session.execute(query)}


def _row(window: Window, counts: Mapping[int, tuple[int, int]]) -> JournalRow:
    attempt = window.attempt
    if attempt is None:
        count = sum(int(row["count"]) for row in window.specification.quotas)
        return JournalRow(window, None, WAITING if window.state == OPEN else ABSENT, 0, count, None)
    answered, count = counts.get(attempt.key, (0, 0))
    until = attempt.finished_at or min(clock.now(), attempt.ends_at)
    return JournalRow(window, attempt, _state(attempt), answered, count, until - attempt.started_at)


def _state(attempt: Attempt) -> str:
    if attempt.annulled_at is not None:
        return ANNULLED
    if attempt.state == RUNNING:
        return TAKING
    return DONE if attempt.state == FINISHED else CANCELLED
