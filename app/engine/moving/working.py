"""The background job that takes one instance after the other: what is done and what is counted commit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from app.engine import inline, live
from app.engine.definitions import definition
from app.engine.models import BatchItem, BatchOperation
from app.engine.models.migrations import CANCEL, MIGRATE, MODIFY, REFUSED
from app.engine.moving.trial import MoveRefused, sentence
from app.engine.operations.batches import JOB, next_item, settle_item
from app.engine.operations.instances import cancel_instance
from app.engine.operations.migrating import migrate_instance, undo_migration
from app.engine.operations.modifying import Move, modify_instance
from app.engine.policies import demand, may_operate
from app.engine.runtime import Activation
from app.jobs import kinds
from app.jobs.run import Run
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict
from app.kernel.log import logger

log = logger(__name__)


@kinds.handler(JOB, label=_l("Change of many running processes"), at_once=2)
def change_many(run: Run) -> Iterator[None]:
    """Take the instances in the order of their keys; one that is refused stays as it is, with the reason."""
    key = int(run.payload["batch"])
    of_batch = select(func.count()).where(BatchItem.batch_key == key)
    run.total = db.session.scalar(of_batch) or 0
    last = 0
    while (item := next_item(key, last)) is not None:
        last = item.instance_key
        batch = db.session.get_one(BatchOperation, key)
        demand(batch.kind == CANCEL or may_operate(run.actor))  # who lost the role meanwhile changes nothing any more
        reasons = _one(run, batch, last)
        settle_item(item, reasons)
        run.done += 1
        yield
    refused = db.session.scalar(of_batch.where(BatchItem.state == REFUSED)) or 0
    run.message = _("All done.")
    if refused:
        run.message = ngettext("%(num)s was refused.", "%(num)s were refused.", refused)


def _one(run: Run, batch: BatchOperation, key: int) -> list[Any]:
    """Do it to one instance. Returns why not: lists of element id and code, or of None and a sentence."""
    try:
        with db.savepoint():
            _do(run.actor, batch, key)
    except MoveRefused as refused:
        source = definition(live.head(key).definition_key)
        run.note(key, "; ".join(sentence(source, obstacle) for obstacle in refused.obstacles))
        return [[obstacle.element, obstacle.reason] for obstacle in refused.obstacles]
    except AppError as error:
        run.note(key, error)
        return [[None, str(error) or str(error.title)]]
    except Exception as error:
        if inline.passes_by_itself(error):
            raise
        log.exception("an instance of an operation on many failed", batch=batch.key, instance=key)
        words = _("Something went wrong in the program; the instance stays as it was.")
        run.note(key, words)
        return [[None, words]]
    return []


def _do(actor: Actor, batch: BatchOperation, key: int) -> None:
    if batch.kind == MIGRATE:
        assert batch.target_key is not None
        if batch.source_key not in (None, live.head(key, lock=True).definition_key):
            raise Conflict(_l("The instance is on another version meanwhile."))
        migrate_instance(actor, key, batch.target_key, batch.plan["mapping"], batch=batch.key, internal=True)
    elif batch.kind == MODIFY:
        moves = [Move(source, Activation(target), inferred=True) for source, target in batch.plan["moves"]]
        modify_instance(actor, key, moves=moves)
    elif batch.kind == CANCEL:
        cancel_instance(actor, key, batch.plan["reason"])
    else:
        undo_migration(actor, key, of=batch.undoes, batch=batch.key, internal=True)
