"""The same done to many instances by a background job: one after the other, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, insert, literal, select
from sqlalchemy.types import BigInteger, String

from app.engine import policies
from app.engine.definitions import definition
from app.engine.models import BatchItem, BatchOperation, InstanceMigration, ProcessInstance
from app.engine.models.instances import ACTIVE
from app.engine.models.migrations import CANCEL, DONE, MIGRATE, MODIFY, REFUSED, UNDO, WAITING
from app.engine.operations.migrating import demand_fit
from app.jobs import operations as jobs
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import next_key

JOB = "engine.batch"
"""The kind of background work."""
TITLES: dict[str, object] = {
    MIGRATE: _l("Move of running processes to another version"),
    UNDO: _l("Move back to the version before"),
    MODIFY: _l("Move of running processes to other steps"),
    CANCEL: _l("Cancellation of running processes"),
}
Keys = Select[int]


def migrate_many(
    actor: Actor,
    keys: Keys,
    source_key: int | None,
    target_key: int,
    mapping: Mapping[str, str],
    *,
    link: str | None = None,
    empty: bool = False,
) -> int:
    """Move many running instances to another version of their process.

    Args:
        keys: selects the keys of the instances.
        source_key: of the version on which they must still be when their turn comes; None for any.
        link: local path where the person goes on afterwards.
        empty: that no instance is meant is no error.

    Returns:
        The key of the operation.

    Raises:
        Forbidden: the actor does not look after the engine. NotFound: no such version.
        Invalid: the mapping does not fit the versions. Conflict: no instance is running there.
    """
    target = definition(target_key)
    if source_key is not None:
        demand_fit(definition(source_key), target, mapping)
    batch = _batch(actor, MIGRATE, {"mapping": dict(mapping)}, target.process_id)
    batch.source_key, batch.target_key = source_key, target_key
    return _begun(actor, batch, keys, f"{TITLES[MIGRATE]}: {target.name}", link, empty)


def migrate_refused(actor: Actor, batch_key: int, *, link: str | None = None) -> int:
    """Try once more to move what an operation on many could not move.

    Raises:
        NotFound: no such migration. Forbidden: the actor may not. Conflict: nothing of it runs any more.
    """
    first = db.session.get(BatchOperation, batch_key)
    if first is None or first.kind != MIGRATE or first.target_key is None:
        raise NotFound(_l("There is no such migration."))
    refused = select(BatchItem.instance_key).where(BatchItem.batch_key == batch_key, BatchItem.state == REFUSED)
    return migrate_many(actor, refused, first.source_key, first.target_key, first.plan["mapping"], link=link)


def undo_many(actor: Actor, batch_key: int, *, link: str | None = None) -> int:
    """Take back the migrations of an operation on many, as far as nothing else has happened.

    Raises:
        NotFound: no such migration. Forbidden: the actor may not. Conflict: nothing is left to take back.
    """
    first = db.session.get(BatchOperation, batch_key)
    if first is None or first.kind != MIGRATE:
        raise NotFound(_l("There is no such migration."))
    batch = _batch(actor, UNDO, {}, first.process_id)
    batch.undoes, batch.source_key, batch.target_key = batch_key, first.target_key, first.source_key
    moved = select(InstanceMigration.instance_key).where(
        InstanceMigration.batch_key == batch_key, InstanceMigration.undone_at.is_(None)
    )
    return _begun(actor, batch, moved, str(TITLES[UNDO]), link)


def modify_many(actor: Actor, keys: Keys, moves: list[tuple[str, str]]) -> int:
    """Move tokens of many instances from elements to elements.

    Raises:
        Forbidden: the actor does not look after the engine.
    """
    batch = _batch(actor, MODIFY, {"moves": [list(move) for move in moves]}, None)
    return _begun(actor, batch, keys, str(TITLES[MODIFY]), None, empty=True)


def cancel_many(actor: Actor, keys: Keys, reason: str) -> int:
    """Cancel those of many instances that the actor owns: to cancel is the owner's, one by one and many at once."""
    batch = _batch(actor, CANCEL, {"reason": reason}, None)
    return _begun(actor, batch, keys.where(policies.owned(actor)), str(TITLES[CANCEL]), None, empty=True)


def _batch(actor: Actor, kind: str, plan: dict[str, Any], process_id: str | None) -> BatchOperation:
    policies.demand(kind == CANCEL or policies.may_operate(actor))
    key, now = next_key(), clock.now()
    return BatchOperation(key=key, kind=kind, plan=plan, process_id=process_id, login=actor.login, created_at=now)


def _begun(actor: Actor, batch: BatchOperation, keys: Keys, title: str, link: str | None, empty: bool = False) -> int:
    """Note down which instances are meant as of now, and put the work down."""
    batch.job_key = jobs.start(actor, JOB, {"batch": str(batch.key)}, title=title, link=link)
    db.session.add(batch)
    db.session.flush()
    running = select(
        literal(batch.key, BigInteger),
        ProcessInstance.key,
        literal(WAITING, String),
        literal([], BatchItem.reasons.type),
    ).where(ProcessInstance.key.in_(keys), ProcessInstance.status == ACTIVE)
    names = ["batch_key", "instance_key", "state", "reasons"]
    db.session.execute(insert(BatchItem).from_select(names, running, include_defaults=False))
    if not empty and not db.session.scalar(select(func.count()).where(BatchItem.batch_key == batch.key)):
        raise Conflict(_l("No running process is meant by this."))
    return batch.key


def next_item(batch_key: int, after: int = 0) -> BatchItem | None:
    """The next instance of an operation, in the order of keys.

    Args:
        after: key of the one before, so that what is done is not read again each time.
    """
    mine = BatchItem.batch_key == batch_key, BatchItem.instance_key > after
    waiting = select(BatchItem).where(*mine, BatchItem.state == WAITING)
    return db.session.scalar(waiting.order_by(BatchItem.instance_key).limit(1))


def settle_item(item: BatchItem, reasons: list[Any]) -> None:
    """Note what came of one instance."""
    item.state, item.reasons, item.at = REFUSED if reasons else DONE, reasons, clock.now()
    db.session.flush()
