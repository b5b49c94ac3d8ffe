"""Taking a test: the variant is drawn once, every response is saved as it is given, the end comes once.

Rows are locked in one order: the instance of the process, then the attempt. Saving a response takes the attempt in
share: it never waits for another response, and is either scored or refused, never both.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.engine import operations as engine
from app.engine import queries as instances
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

from ..models import Attempt, Item, Response, Window
from ..models.attempts import BY_LISTENER, BY_TIME, OPEN, RUNNING
from ..rules import responses, scoring
from ..rules.drawing import Quota, TooFewItems, draw
from . import ending


class Elsewhere(Conflict):
    """The test goes on in another browser: this one may not save any more."""


class Over(Conflict):
    """The test has ended: nothing is saved any more."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a response: the number that counts now, and when the test ends."""

    seq: int
    ends_at: datetime


def own_window(actor: Actor, key: int) -> Window:
    """The window of the actor's own test.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    window = db.session.get(Window, key)
    if window is None or window.login != actor.login:
        raise NotFound(_l("There is no such test."))
    return window


def begin(actor: Actor, window_key: int, device: str) -> Attempt:
    """Draw the variant and start the clock; a second call goes on with the same attempt.

    Args:
        device: names the browser from which responses will come.

    Raises:
        NotFound: it is not the actor's own test.
        Conflict: the window is closed, or the bank holds too few items.
    """
    window = own_window(actor, window_key)
    engine.hold_instance(window.instance_key)
    db.session.refresh(window)
    if window.attempt is not None:
        return take_over(actor, window_key, device) if window.attempt.state == RUNNING else window.attempt
    now = clock.now()
    if window.state != OPEN or not window.opens_at <= now < window.closes_at or _task_of(window) is None:
        raise Over(_l("The window of this test is closed."))
    attempt = Attempt(
        key=next_key(),
        window_key=window.key,
        window=window,
        login=actor.login,
        seed=secrets.randbits(48),
        device=device,
        started_at=now,
        ends_at=ending.end_of(now, window),
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add_all(_variant(window, attempt))
    ending.plan(attempt)
    db.session.flush()
    return attempt


def take_over(actor: Actor, window_key: int, device: str) -> Attempt:
    """Go on with the test in this browser; the one before may save no more.

    Raises:
        NotFound: it is not the actor's own test, or it has not begun.
        Over: it has ended.
    """
    window = own_window(actor, window_key)
    attempt = ending.locked(window.key)
    if attempt is None:
        raise NotFound(_l("The test has not begun."))
    if attempt.state != RUNNING or attempt.ends_at <= clock.now():
        raise Over(_l("The test has ended."))
    attempt.device = device
    db.session.flush()
    return attempt


_ROW = text("""
    SELECT a.key, a.state, a.device, a.ends_at, r.kind, r.seq FROM test_attempt a
    JOIN test_response r ON r.attempt_key = a.key AND r.position = :position
    WHERE a.window_key = :window AND a.login = :login FOR SHARE OF a
""")
_SAVE = text("""
    UPDATE test_response SET response = CAST(:response AS jsonb), seq = :seq, saved_at = :now
    WHERE attempt_key = :attempt AND position = :position AND seq < :seq
""")


def save_response(
    actor: Actor,
    window_key: int,
    device: str,
    position: int,
    seq: int,
    values: Sequence[str],
    pairs: Mapping[str, str],
) -> Saved:
    """Keep the response to one item. The greatest number wins: late and doubled requests change nothing.

    Raises:
        NotFound: it is not the actor's own test, or has no such item.
        Over: the test has ended.
        Elsewhere: another browser has taken over.
        Invalid: the response is too long.
    """
    row = db.session.execute(_ROW, {"window": window_key, "login": actor.login, "position": position}).one_or_none()
    if row is None:
        raise NotFound(_l("There is no such test."))
    now = clock.now()
    if row.state != RUNNING or row.ends_at <= now:
        raise Over(_l("The test has ended."))
    if row.device != device:
        raise Elsewhere(_l("The test goes on in another browser."))
    try:
        response = responses.read(row.kind, values, pairs)
    except ValueError:
        raise Invalid(_l("The answer is too long.")) from None
    if seq > row.seq:
        given = {"attempt": row.key, "position": position, "seq": seq, "now": now}
        db.session.execute(
            _SAVE, {**given, "response": None if response is None else json.dumps(response, ensure_ascii=False)}
        )
    return Saved(max(seq, row.seq), row.ends_at)


def finish(actor: Actor, window_key: int) -> Attempt:
    """The listener is done: score, and complete the task of the process with the result, in one unit of work.

    Raises:
        NotFound: it is not the actor's own test, or it has not begun.
    """
    window = own_window(actor, window_key)
    attempt = _finish(actor, window, BY_LISTENER)
    if attempt is None:
        raise NotFound(_l("The test has not begun."))
    return attempt


def finish_due(window_key: int) -> None:
    """End an attempt whose time is over; one that may still run is planned anew (worker)."""
    window = db.session.get(Window, window_key)
    if window is None or window.attempt is None or window.attempt.state != RUNNING:
        return
    if window.attempt.ends_at > clock.now():
        return  # it was kept open longer: another entry waits for the new end
    _finish(PLATFORM, window, BY_TIME)


def _finish(actor: Actor, window: Window, by: str) -> Attempt | None:
    """Lock, score and complete the task, once: whoever comes second finds it done."""
    engine.hold_instance(window.instance_key)
    attempt = ending.locked(window.key)
    if attempt is None or attempt.state != RUNNING:
        return attempt
    task = _task_of(window)
    now = clock.now()
    late = attempt.ends_at <= now
    if by == BY_TIME and not late:
        return attempt  # it was kept open longer while this waited for the lock: another entry waits for the new end
    ending.score(attempt, at=min(now, attempt.ends_at), by=BY_TIME if late else by)
    if task is not None:
        engine.complete_user_task(PLATFORM if late else actor, task, result_of(attempt), internal=True)
    return attempt


def result_of(attempt: Attempt) -> dict[str, object]:
    """What the process gets of a scored attempt: points, maximum, unrounded percentage, points by topic."""
    assert attempt.points is not None
    assert attempt.max_points is not None
    assert attempt.finished_at is not None
    return {
        "points": ending.number(attempt.points),
        "max_points": ending.number(attempt.max_points),
        "score_pct": float(scoring.percent(attempt.points, attempt.max_points)),
        "item_results": ending.sections(attempt),
        "started_at": attempt.started_at.isoformat(timespec="seconds"),
        "finished_at": attempt.finished_at.isoformat(timespec="seconds"),
    }


def _task_of(window: Window) -> int | None:
    return instances.open_task(window.instance_key, window.element_id)


def _variant(window: Window, attempt: Attempt) -> list[Response]:
    """Rows of the drawn items: fresh ones before those that the listener has met."""
    query = select(Item).where(Item.bank_key == window.specification.bank_key, Item.retired.is_(False))
    quotas = [Quota(str(row["topic"]), int(row["count"])) for row in window.specification.quotas]
    items = {item.key: item for item in db.session.scalars(query.where(Item.topic.in_([q.topic for q in quotas])))}
    by_topic: dict[str, list[int]] = {}
    for item in items.values():
        by_topic.setdefault(item.topic, []).append(item.key)
    met = select(Response.item_key).join(Attempt, Attempt.key == Response.attempt_key)
    before = set(db.session.scalars(met.where(Attempt.login == attempt.login)))
    try:
        drawn = draw(by_topic, quotas, attempt.seed, before)
    except TooFewItems as short:
        raise Conflict(
            _l(
                "The test cannot begin: the bank lacks questions on “%(topic)s”. Tell the course leader.",
                topic=short.topic,
            )
        ) from None
    return [
        Response(
            attempt_key=attempt.key,
            position=position,
            item_key=key,
            item_version=items[key].version,
            kind=items[key].kind,
            topic=items[key].topic,
            max_points=items[key].points,
        )
        for position, key in enumerate(drawn, 1)
    ]
