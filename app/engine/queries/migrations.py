"""What a migration would do, and what operations on many instances have come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select, true

from app.engine import live, policies, schedule
from app.engine.definitions import Definition, definition
from app.engine.models import BatchItem, BatchOperation, InstanceMigration
from app.engine.models.instances import ACTIVE
from app.engine.models.migrations import DONE, REFUSED, WAITING
from app.engine.moving.proposing import SAME, Proposal, propose
from app.engine.moving.trial import called, onward, sentence, sentence_of, tried
from app.engine.operations.migrating import SINCE, demand_fit, undoable, why_not_undone
from app.engine.queries.impact import open_work
from app.engine.runtime import Obstacle
from app.jobs.models import BackgroundJob
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class TrialView:
    """What a migration would do to one instance: nothing of it names a person or a value.

    Attributes:
        reasons: sentences why it cannot be moved; empty when it can.
        opens, closes: names of the events that would begin or stop to wait.
        tasks: how many open tasks would change.
    """

    key: int
    reasons: tuple[str, ...]
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    tasks: int


@dataclass(frozen=True, slots=True)
class MappingRow:
    """An element of the old version, for people who say what it becomes.

    Attributes:
        kind: BPMN tag.
        onward: name of a step that follows, for what has no name itself.
        open: how many running instances wait there.
        options: (id, name, onward, lane) of the elements of the new version that it could be.
    """

    element: str
    name: str | None
    kind: str
    lane: str | None
    onward: str
    proposal: Proposal
    open: int
    options: tuple[tuple[str, str | None, str, str | None], ...]

    @property
    def settled(self) -> bool:
        """Whether nobody needs to look: the element is there under the same id."""
        return self.proposal.confidence == SAME


@dataclass(frozen=True, slots=True)
class BatchView:
    """An operation on many instances with how far it is.

    Attributes:
        state: of its background job; `counts`: items by `waiting`, `done`, `refused`.
        taken_back: how many migrations of it were undone.
    """

    key: int
    kind: str
    process_id: str | None
    source_key: int | None
    target_key: int | None
    job_key: int
    login: str
    state: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    counts: Mapping[str, int]
    taken_back: int

    @property
    def total(self) -> int:
        """Of how many instances it consists."""
        return sum(self.counts.values())


def proposal(actor: Actor, source_key: int, target_key: int) -> dict[str, Proposal]:
    """Where each element of a version goes in another one.

    Raises:
        Forbidden: the actor does not read models. NotFound: no such version.
    """
    policies.demand(policies.may_read_models(actor))
    return propose(definition(source_key).model, definition(target_key).model)


def mapping_rows(actor: Actor, source_key: int, target_key: int) -> list[MappingRow]:
    """The elements of a version with what each could become in another one: what must be looked at comes first.

    Raises:
        Forbidden: the actor does not read models. NotFound: no such version.
    """
    found, target = definition(source_key), definition(target_key)
    proposals = proposal(actor, source_key, target_key)
    work: Counter[str] = Counter()
    for one in open_work(actor, found.process_id):
        if one.version == found.version:
            work[one.element_id] = max(work[one.element_id], one.count)
    rows = [
        MappingRow(
            element=name,
            name=info.name,
            kind=info.kind,
            lane=info.lane,
            onward=onward(found, name),
            proposal=proposals[name],
            open=work[name],
            options=tuple(
                (new.id, new.name, onward(target, new.id), new.lane)
                for new in target.model.elements.values()
                if (new.kind, new.multi_instance) == (info.kind, info.multi_instance)
            ),
        )
        for name, info in found.model.elements.items()
        if info.kind not in ("startEvent", "endEvent")
    ]
    return sorted(rows, key=lambda row: (row.settled, -row.open))


def dry_run(actor: Actor, keys: Iterable[int], target_key: int, mapping: Mapping[str, str]) -> list[TrialView]:
    """What a migration would do to each of some instances; nothing changes.

    Raises:
        Forbidden: the actor does not look after the engine. NotFound: no such version or instance.
        Invalid: the mapping does not fit the versions.
    """
    policies.demand(policies.may_operate(actor))
    target = definition(target_key)
    schedule.calendar()
    return [_trial(key, target, mapping) for key in keys]


def _trial(key: int, target: Definition, mapping: Mapping[str, str]) -> TrialView:
    at = live.head(key)
    source = definition(at.definition_key)
    demand_fit(source, target, mapping)
    instance = live.take(at) if at.status == ACTIVE else None
    if instance is None:
        return TrialView(key, (sentence(source, Obstacle(None, "ended")),), (), (), 0)
    try:
        found = tried(at, instance, source, target, mapping)
    finally:
        live.untouched(at, instance)
    return TrialView(
        key,
        tuple(dict.fromkeys(sentence(source, obstacle) for obstacle in found.obstacles)),
        _names(target, found.opens),
        _names(source, found.closes),
        len(found.tasks),
    )


def _names(of: Definition, elements: Iterable[str]) -> tuple[str, ...]:
    return tuple(called(of, name) or name for name in elements)


def batch(actor: Actor, key: int) -> BatchView:
    """One operation on many instances.

    Raises:
        NotFound: there is none for this actor.
    """
    found = batches(actor, keys=[key])
    if not found:
        raise NotFound(_l("There is no such operation."))
    return found[0]


def batches(
    actor: Actor, *, process_id: str | None = None, keys: Iterable[int] = (), limit: int = 50
) -> list[BatchView]:
    """Operations on many instances, newest first; who does not read models has only their own."""
    wanted = list(keys)
    query = batch_rows().where(batch_visible(actor))
    if process_id is not None:
        query = query.where(BatchOperation.process_id == process_id)
    if wanted:
        query = query.where(BatchOperation.key.in_(wanted))
    return views_of(list(db.session.execute(query.order_by(BatchOperation.key.desc()).limit(limit))))


def batch_visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on `BatchOperation` under which the actor sees how far it is."""
    return true() if policies.may_read_models(actor) else BatchOperation.login == actor.login


def batch_rows() -> Select[BatchOperation, BackgroundJob]:
    """Operations with their background jobs."""
    return select(BatchOperation, BackgroundJob).join(BackgroundJob, BackgroundJob.key == BatchOperation.job_key)


def views_of(rows: list[Any]) -> list[BatchView]:
    """Rows of `batch_rows` with their counts."""
    keys = [row[0].key for row in rows]
    counts: dict[int, dict[str, int]] = {key: dict.fromkeys((WAITING, DONE, REFUSED), 0) for key in keys}
    counted = select(BatchItem.batch_key, BatchItem.state, func.count()).where(BatchItem.batch_key.in_(keys))
    for key, state, number in db.session.execute(counted.group_by(BatchItem.batch_key, BatchItem.state)):
        counts[key][state] = number
    undone = select(InstanceMigration.batch_key, func.count()).where(
        InstanceMigration.batch_key.in_(keys), InstanceMigration.undone_at.is_not(None)
    )
    back = {row[0]: row[1] for row in db.session.execute(undone.group_by(InstanceMigration.batch_key))}
    return [_view(row[0], row[1], counts[row[0].key], back.get(row[0].key, 0)) for row in rows]


def _view(row: BatchOperation, job: BackgroundJob, counts: Mapping[str, int], back: int) -> BatchView:
    return BatchView(
        key=row.key,
        kind=row.kind,
        process_id=row.process_id,
        source_key=row.source_key,
        target_key=row.target_key,
        job_key=row.job_key,
        login=row.login,
        state=job.state,
        created_at=row.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        error=job.error,
        counts=counts,
        taken_back=back,
    )


def refusals(actor: Actor, key: int) -> list[tuple[str, list[int]]]:
    """Why instances of an operation were refused: (sentence, their keys), the most frequent first.

    Raises:
        NotFound: no such operation for this actor.
    """
    about = batch(actor, key)
    refused = select(BatchItem).where(BatchItem.batch_key == key, BatchItem.state == REFUSED)
    found: dict[str, list[int]] = {}
    for item in db.session.scalars(refused.order_by(BatchItem.instance_key)):
        for element, code in item.reasons:
            found.setdefault(sentence_of(about.source_key, element, code), []).append(item.instance_key)
    return sorted(found.items(), key=lambda pair: -len(pair[1]))


def items(key: int) -> Select[BatchItem]:
    """The instances of an operation, as a statement to page through."""
    return select(BatchItem).where(BatchItem.batch_key == key).order_by(BatchItem.instance_key)


def taken_back(of: int, keys: Iterable[int]) -> dict[int, object | None]:
    """Instance -> why its migration cannot be taken back any more, None when it can; those moved back are not in.

    Args:
        of: the operation on many that moved them.
        keys: of instances, at most a page of them.
    """
    moved = select(InstanceMigration.instance_key).where(
        InstanceMigration.batch_key == of,
        InstanceMigration.instance_key.in_(list(keys)),
        InstanceMigration.undone_at.is_(None),
    )
    last = undoable(db.session.scalars(moved))
    return {key: why_not_undone(live.head(key), row) if row.batch_key == of else SINCE for key, row in last.items()}
