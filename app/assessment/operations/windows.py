"""Windows of a test: opened by the process, kept open longer by the leader, closed by the process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import operations as engine
from app.engine import queries as instances
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import Extension, TestSpecification, Window
from ..models.attempts import CANCELLED, CLOSED, OPEN, RUNNING
from . import ending

WINDOW_VARIABLE = "test_window"
"""The variable of the process that names the open window (property `page` of the task)."""


def open_window(
    course: str,
    login: str,
    kind: str,
    *,
    specification: TestSpecification,
    closes_at: datetime,
    instance_key: int,
    element_id: str,
    until_variable: str,
) -> Window:
    """Open the window of a listener's test; a second call for the same instance finds the open one.

    Args:
        closes_at: a window lasts at least a minute, so one that is over already closes in a minute.
        until_variable: the variable of the instance that follows when the window is extended.
    """
    found = _open_one(course, login, kind)
    if found is not None and found.instance_key == instance_key:
        return found
    if found is not None:
        _shut(found)
        db.session.flush()
    now = clock.now()
    before = select(Window.key).where(Window.course == course, Window.login == login, Window.kind == kind).limit(1)
    window = Window(
        key=next_key(),
        course=course,
        login=login,
        kind=kind,
        specification_key=specification.key,
        instance_key=instance_key,
        element_id=element_id,
        until_variable=until_variable,
        opens_at=now,
        closes_at=max(closes_at, now + timedelta(minutes=1)),
        fresh=db.session.scalar(before) is not None,
        created_at=now,
    )
    db.session.add(window)
    db.session.flush()
    return window


def close_window(course: str, login: str, kind: str) -> Window | None:
    """Close the open window; an attempt that still runs is scored as it stands, exactly once.

    Called by the process that holds its own instance already, so the rows are locked in the one order.

    Returns:
        The latest window, None when there was none.
    """
    window = _latest(course, login, kind)
    if window is None:
        return None
    attempt = ending.locked(window.key)
    if attempt is not None and attempt.state == RUNNING:
        ending.score(attempt, at=min(clock.now(), attempt.ends_at), by="window")
    window.state = CLOSED
    db.session.flush()
    return window


def give_up(course: str, login: str, kind: str | None = None) -> None:
    """Close what is open without a result: it came from elsewhere, or the listener left the course."""
    query = select(Window).where(Window.course == course, Window.login == login, Window.state == OPEN)
    for window in db.session.scalars(query.where(Window.kind == kind) if kind else query).unique():
        _shut(window)
    db.session.flush()


def extend(actor: Actor, windows: Sequence[Window], until: datetime, reason: str) -> int:
    """Keep windows open until a later moment; deadlines and timers of their processes follow.

    Policy is the caller's: only the leader of the course may.

    Returns:
        How many windows close later now.

    Raises:
        Invalid: no reason, or the moment has passed.
        Conflict: none of them is open.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(errors={"reason": [_l("Please give the reason.")]})
    if until <= clock.now():
        raise Invalid(errors={"until": [_l("This moment has passed already.")]})
    opened = sorted((each for each in windows if each.state == OPEN), key=lambda each: each.instance_key)
    if not opened:
        raise Conflict(_l("No window is open any more: decide on the no-show, or enter the result."))
    longer = [window for window in opened if _let_follow(actor, window, until)]
    for window in longer:  # last: whoever saves an answer waits for none of the processes
        _extend(actor, window, until, reason)
    return len(longer)


def _let_follow(actor: Actor, window: Window, until: datetime) -> bool:
    """Hold the process of a window, and let it know; False when the window is closed by now or lasts long enough."""
    engine.hold_instance(window.instance_key)
    db.session.refresh(window)
    if window.state != OPEN or until <= window.closes_at:
        return False
    engine.set_variables(actor, window.instance_key, {window.until_variable: until.isoformat()}, internal=True)
    return True


def _extend(actor: Actor, window: Window, until: datetime, reason: str) -> None:
    attempt = ending.locked(window.key)
    row = Extension(
        key=next_key(), before=window.closes_at, after=until, reason=reason[:500], made_by=actor.login,
        made_at=clock.now(),
    )  # fmt: skip
    window.extensions.append(row)
    window.closes_at = until
    if attempt is not None and attempt.state == RUNNING:
        attempt.ends_at = ending.end_of(attempt.started_at, window)
        ending.plan(attempt)
    db.session.flush()


def change_test(actor: Actor, window: Window, specification: TestSpecification | None) -> None:
    """Let a window that nobody has begun be of another test; its process is held by the caller.

    Args:
        specification: None = the test is taken in an outside system, so the window is given up. It opens again when a
            specification is chosen in its time.
    """
    if specification is None:
        if window.state == OPEN:
            window.state = CLOSED
            engine.set_variables(actor, window.instance_key, {WINDOW_VARIABLE: None}, internal=True)
    elif window.state == OPEN:
        window.specification = specification
    elif window.closes_at > clock.now() and instances.open_task(window.instance_key, window.element_id) is not None:
        window.specification, window.state = specification, OPEN
        engine.set_variables(actor, window.instance_key, {WINDOW_VARIABLE: str(window.key)}, internal=True)
    db.session.flush()


def _open_one(course: str, login: str, kind: str) -> Window | None:
    query = select(Window).where(
        Window.course == course, Window.login == login, Window.kind == kind, Window.state == OPEN
    )
    return db.session.scalars(query).unique().one_or_none()


def _latest(course: str, login: str, kind: str) -> Window | None:
    query = (
        select(Window)
        .where(Window.course == course, Window.login == login, Window.kind == kind)
        .order_by(Window.created_at.desc(), Window.key.desc())
        .limit(1)
    )
    return db.session.scalars(query).unique().first()


def _shut(window: Window) -> None:
    attempt = ending.locked(window.key)
    if attempt is not None and attempt.state == RUNNING:
        attempt.state, attempt.finished_at = CANCELLED, clock.now()
    window.state = CLOSED
