"""How an attempt ends: locked, scored once, and planned to end by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.kernel import outbox
from app.kernel.db import db

from ..models import Attempt, ItemVersion, Response, Window
from ..models.attempts import CLOSED, FINISHED
from ..rules import scoring

FINISH = "assessment.finish"
"""Outbox entry that ends an attempt whose time is over."""
_BEHIND = timedelta(minutes=1)


def locked(window_key: int) -> Attempt | None:
    """The attempt of a window, locked until the unit of work ends (responses that are being saved are waited for)."""
    query = (
        select(Attempt)
        .where(Attempt.window_key == window_key)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).unique().one_or_none()


def end_of(started_at: datetime, window: Window) -> datetime:
    """When an attempt ends at the latest: by the time limit, or with the window."""
    limit = window.specification.time_limit_min
    if limit is None:
        return window.closes_at
    return min(started_at + timedelta(minutes=limit), window.closes_at)


def plan(attempt: Attempt) -> None:
    """Have the worker end the attempt when its time is over.

    The end of the window is the process's own timer; the worker comes behind it, in case the process is elsewhere.
    """
    later = _BEHIND if attempt.ends_at >= attempt.window.closes_at else timedelta()
    outbox.enqueue(FINISH, {"window": attempt.window_key}, run_at=attempt.ends_at + later)


def score(attempt: Attempt, *, at: datetime, by: str) -> None:
    """Score every response of a locked, running attempt and end it; its window closes.

    Args:
        at: when it ended.
        by: `listener`, `time` or `window`.
    """
    total = maximum = Decimal(0)
    for response, version in _shown(attempt.key):
        given = response.response
        points = scoring.score(version.body, version.kind, response.max_points, given)
        response.points = Decimal(0) if given is None else points
        total += response.points
        maximum += response.max_points
    attempt.points, attempt.max_points = total, maximum
    attempt.state, attempt.finished_at, attempt.finished_by = FINISHED, at, by
    attempt.window.state = CLOSED
    db.session.flush()


def sections(attempt: Attempt) -> list[dict[str, Any]]:
    """Points by topic, in the order of the test: rows `{section, max_points, points}` as the process keeps them."""
    found: dict[str, list[Decimal]] = {}
    query = select(Response).where(Response.attempt_key == attempt.key).order_by(Response.position)
    for response in db.session.scalars(query):
        row = found.setdefault(response.topic, [Decimal(0), Decimal(0)])
        row[0] += response.max_points
        row[1] += response.points or Decimal(0)
    return [
        {"section": topic, "max_points": number(maximum), "points": number(points)}
        for topic, (maximum, points) in found.items()
    ]


def number(value: Decimal) -> int | float:
    """A JSON number: whole ones stay whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(attempt_key: int) -> list[tuple[Response, ItemVersion]]:
    query = (
        select(Response, ItemVersion)
        .join(
            ItemVersion,
            (ItemVersion.item_key == Response.item_key) & (ItemVersion.version == Response.item_version),
        )
        .where(Response.attempt_key == attempt_key)
        .order_by(Response.position)
        .execution_options(populate_existing=True)
    )
    return [(response, version) for response, version in db.session.execute(query)]
