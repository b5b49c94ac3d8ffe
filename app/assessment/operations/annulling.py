"""Annulment of attempts (cheating, a broken test): the attempt stays, one new window opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from ..models import Attempt, Window
from ..models.attempts import CANCELLED, CLOSED, FINISHED, RUNNING
from . import ending, windows
from .windows import WINDOW_VARIABLE


def annul_running(
    actor: Actor, window: Window, reason: str, *, closes_at: datetime, variables: Mapping[str, Any]
) -> Window | None:
    """Annul an attempt that still runs. A first window is followed by a new one, a new one by none.

    Policy is the caller's: only the leader of the course may.

    Args:
        closes_at: when the new window closes.
        variables: what the process has to know of the new window.

    Returns:
        The new window; None when the process goes on as after a no-show.

    Raises:
        Conflict: no attempt runs (any more).
    """
    engine.hold_instance(window.instance_key)
    attempt = ending.locked(window.key)
    if attempt is None or attempt.state != RUNNING:
        raise Conflict(_l("This attempt does not run any more."))
    attempt.state, attempt.finished_at = CANCELLED, clock.now()
    _mark(actor, attempt, reason)
    window.state = CLOSED
    db.session.flush()
    if window.fresh:
        engine.set_variables(
            actor, window.instance_key, {window.until_variable: clock.now().isoformat()}, internal=True
        )
        return None
    following = windows.open_window(
        window.course,
        window.login,
        window.kind,
        specification=window.specification,
        closes_at=max(closes_at, window.closes_at),
        instance_key=window.instance_key,
        element_id=window.element_id,
        until_variable=window.until_variable,
    )
    facts = {window.until_variable: following.closes_at.isoformat(), WINDOW_VARIABLE: str(following.key)}
    engine.set_variables(actor, window.instance_key, {**facts, **variables}, internal=True)
    return following


def mark_annulled(actor: Actor, course: str, login: str, kind: str, reason: str) -> None:
    """Note on the last finished attempt that its result was annulled; nothing when there is none."""
    query = (
        select(Attempt)
        .join(Window, Window.key == Attempt.window_key)
        .where(Window.course == course, Window.login == login, Window.kind == kind, Attempt.state == FINISHED)
        .order_by(Attempt.started_at.desc())
        .limit(1)
    )
    attempt = db.session.scalars(query).unique().first()
    if attempt is not None and attempt.annulled_at is None:
        _mark(actor, attempt, reason)
        db.session.flush()


def _mark(actor: Actor, attempt: Attempt, reason: str) -> None:
    attempt.annulled_at, attempt.annulled_by = clock.now(), actor.login
    attempt.annulled_reason = reason.strip()[:500]
