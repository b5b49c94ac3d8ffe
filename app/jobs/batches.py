"""Batches of papers and letters to look at, to stop and to repeat.

Who caused a batch, administrators, and whom a feature names (`scope`) see it; a feature says who of them may steer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.outbox import OutboxEntry

from . import batching, policies
from .batching import Kind
from .models import CANCELLED, FAILED
from .models import BackgroundBatch as Batch

SHOWN = 20
"""Batches that a page lists at most, the newest."""
_MOST_WORDS = 500
Condition = ColumnElement[bool]
Scope = Callable[[Actor], tuple[Condition, Condition]]
_scopes: list[Scope] = []


@dataclass(frozen=True, slots=True)
class _Counts:
    """Pieces in all; made; that went wrong; that nobody began; that an administrator decides on."""

    total: int
    done: int
    failed: int
    stopped: int
    lost: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `steers`: whether the reader may stop and repeat it."""

    batch: Batch
    kind: Kind
    count: _Counts
    steers: bool

    @property
    def left(self) -> int:
        """Pieces that wait or are being done."""
        count = self.count
        return count.total - count.done - count.failed - count.stopped - count.lost


def scope(condition: Scope) -> Scope:
    """Register which batches a feature's people see, and which of them they may steer."""
    _scopes.append(condition)
    return condition


def batch(actor: Actor, key: int, *, lock: bool = False) -> Batch:
    """One batch.

    Raises:
        NotFound: there is none, or it is not for this actor.
    """
    statement = select(Batch).where(Batch.key == key, _visible(actor))
    found: Batch | None = db.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if lock else statement
    )
    if found is None:
        raise NotFound(_l("There is no such work."))
    return found


def own(actor: Actor) -> list[Progress]:
    """The newest batches that the actor caused or looks after."""
    return _newest(actor, select(Batch).where(_steered_in_person(actor)))


def everybody(actor: Actor) -> list[Progress]:
    """The newest batches of all people.

    Raises:
        Forbidden: the actor does not look after the installation.
    """
    if not policies.may_oversee(actor):
        raise Forbidden()
    return _newest(actor, select(Batch))


def unfinished_about(actor: Actor, tag: str) -> list[Progress]:
    """Batches about something (`course:c1`) that the actor sees and that wait, failed or were stopped in part."""
    tagged = Batch.about.contains(cast([tag], ARRAY(TEXT)))
    found = _newest(actor, select(Batch).where(tagged, _visible(actor)))
    return [each for each in found if each.left or each.count.failed or each.count.stopped]


def progress(actor: Actor, found: Sequence[Batch]) -> list[Progress]:
    """How far batches are that the actor sees, in the same order."""
    keys = [each.key for each in found]
    steered = set(db.session.scalars(select(Batch.key).where(Batch.key.in_(keys), _steered(actor))))
    counted: dict[int, _Counts] = {}
    for name in {each.kind for each in found}:
        counted |= _counts(batching.known[name], keys)
    nothing = _Counts(0, 0, 0, 0, 0)
    return [
        Progress(each, batching.known[each.kind], counted.get(each.key, nothing), each.key in steered) for each in found
    ]


def stop(actor: Actor, key: int, reason: str) -> int:
    """Stop what no worker has begun; the piece in hand is ended, what is made stays.

    Returns:
        How many pieces were stopped.

    Raises:
        NotFound: none, or not for this actor.
        Forbidden: the actor only looks.
        Invalid: no reason.
        Conflict: nothing waits any more.
    """
    found = _to_steer(actor, key)
    words = reason.strip()[:_MOST_WORDS]
    if not words:
        message = _l("Say why: others will read it.")
        raise Invalid(message, {"reason": [message]})
    kind = batching.known[found.kind]
    keys = _locked(kind, key, kind.state == kind.waiting)
    if not keys:
        raise Conflict(_l("Nothing waits any more: it is done, in hand, or stopped already."))
    table = kind.key.class_
    db.session.execute(update(table).where(kind.key.in_(keys)).values({kind.state.key: CANCELLED, **kind.stopped}))
    found.stopped_by, found.stopped_at, found.stop_reason = actor.login, clock.now(), words
    db.session.flush()
    audit.record_event(actor, "batch", key, "stop", details={"reason": words, "pieces": len(keys)})
    return len(keys)


def again(actor: Actor, key: int, state: str) -> int:
    """Put down once more what failed, or what was stopped; nothing else is touched.

    Args:
        state: `FAILED` or `CANCELLED`.

    Returns:
        How many pieces were put down.

    Raises:
        NotFound: none, or not for this actor.
        Forbidden: the actor only looks.
        Conflict: there are none.
    """
    found = _to_steer(actor, key)
    kind = batching.known[found.kind]
    wanted = _failed(kind) if state == FAILED else kind.state == CANCELLED
    keys = _locked(kind, key, and_(wanted, kind.repeatable))
    if not keys:
        raise Conflict(_l("There is nothing to repeat: it is on its way or done."))
    given_up = (OutboxEntry.kind == kind.entry, OutboxEntry.failed, _piece(kind).in_(keys))
    db.session.execute(delete(OutboxEntry).where(*given_up).execution_options(synchronize_session=False))
    kind.again(keys)
    if state == CANCELLED:
        found.stopped_by = found.stopped_at = found.stop_reason = None
    db.session.flush()
    audit.record_event(actor, "batch", key, "repeat", details={"pieces": len(keys), "state": state})
    return len(keys)


def may_steer(actor: Actor, key: int | None) -> bool:
    """Whether the actor may stop and repeat this batch."""
    return key is not None and bool(db.session.scalar(select(exists().where(Batch.key == key, _steered(actor)))))


def _to_steer(actor: Actor, key: int) -> Batch:
    """The batch, locked: who steers it at the same time waits."""
    found = batch(actor, key, lock=True)
    if not may_steer(actor, key):
        raise Forbidden(_l("Only who started this work or answers for it may do this."))
    return found


def _locked(kind: Kind, batch_key: int, condition: Condition) -> list[int]:
    """Pieces in this state that no worker has in hand, locked."""
    statement = select(kind.key).where(kind.batch == batch_key, condition).order_by(kind.key)
    return list(db.session.scalars(statement.with_for_update(skip_locked=True, of=kind.key.class_)))


def _newest(actor: Actor, statement: Select[Any]) -> list[Progress]:
    newest = statement.order_by(Batch.created_at.desc(), Batch.key.desc()).limit(SHOWN)
    return progress(actor, db.session.scalars(newest).all())


def _counts(kind: Kind, keys: Sequence[int]) -> dict[int, _Counts]:
    conditions = (kind.state.in_(kind.done), _failed(kind), kind.state == CANCELLED, kind.state.in_(kind.lost))
    counts = [func.count(), *(func.count().filter(condition) for condition in conditions)]
    rows = db.session.execute(select(kind.batch, *counts).where(kind.batch.in_(keys)).group_by(kind.batch))
    return {int(batch_key or 0): _Counts(*counted) for batch_key, *counted in rows}


def _failed(kind: Kind) -> Condition:
    """It went wrong by what it says, or the outbox has given it up."""
    given_up = select(_piece(kind)).where(OutboxEntry.kind == kind.entry, OutboxEntry.failed)
    return or_(kind.state.in_(kind.failed), and_(kind.state == kind.waiting, kind.key.in_(given_up)))


def _piece(kind: Kind) -> ColumnElement[int]:
    """The piece that an outbox entry does."""
    return cast(OutboxEntry.payload[kind.field].as_string(), BigInteger)


def _visible(actor: Actor) -> Condition:
    return or_(_steered(actor), *(each(actor)[0] for each in _scopes))


def _steered(actor: Actor) -> Condition:
    return true() if actor.system or policies.may_oversee(actor) else _steered_in_person(actor)


def _steered_in_person(actor: Actor) -> Condition:
    mine = and_(Batch.login == actor.login, Batch.login != "")
    return or_(mine, *(each(actor)[1] for each in _scopes))
