"""Moving one running instance to another version of its process, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.engine import inline, live, policies, recent, schedule, services
from app.engine.action import event, save
from app.engine.chain import Event
from app.engine.definitions import Definition, definition
from app.engine.live import Head
from app.engine.models import Incident, InstanceMigration, Job, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.engine.moving import task_changes
from app.engine.moving.restoring import restored
from app.engine.moving.trial import MoveRefused, tried
from app.engine.runtime import Instance, encode
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key

SINCE = _l("Something else has happened in the instance since.")
_ALIVE = ("open", "failed")
"""States of jobs that an instance still waits for."""


def migrate_instance(
    actor: Actor,
    key: int,
    target_key: int,
    mapping: Mapping[str, str] | None = None,
    *,
    batch: int | None = None,
    internal: bool = False,
) -> int:
    """Move a running instance to another version of its process, in one action.

    Open tasks keep their key, who has them and what was entered; what the versions say differently (deadline,
    candidates, form, timers, subscriptions) follows the new one. Variables and called instances stay as they are.

    Args:
        target_key: of the definition.
        mapping: element id -> element id where they differ; the same id by default.
        batch: the operation on many of which this is one.

    Returns:
        The key of the migration, by which it can be undone until something else happens.

    Raises:
        NotFound: no such instance or definition. Forbidden: the actor does not look after the engine.
        Invalid: the mapping names unknown elements, or the definition is another process.
        MoveRefused: a token has nowhere to go; nothing has changed.
    """
    policies.demand(internal or policies.may_operate(actor))
    at = live.head(key, lock=True)
    source, target = definition(at.definition_key), definition(target_key)
    demand_fit(source, target, mapping or {})
    if at.status != ACTIVE:
        raise Conflict(_l("The process is over already."))
    instance = _taken(at)
    schedule.calendar()
    trial = tried(at, instance, source, target, mapping or {})
    if trial.moved is None:
        live.untouched(at, instance)
        raise MoveRefused(source, trial.obstacles)
    before, moved = encode(instance), trial.moved
    moved.do_engine_steps()
    happening = event(actor, "migrate", details=_details(source, target, batch))
    _write(actor, at, target, moved, happening)
    for change in trial.tasks:
        task_changes.write(change.key, change.after)
    row = InstanceMigration(
        key=next_key(),
        instance_key=key,
        batch_key=batch,
        source_key=source.key,
        target_key=target.key,
        version=at.version + 1,
        state=before if _quiet(happening) else None,
        tasks={str(change.key): change.before for change in trial.tasks},
        login=actor.login,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.key


def undo_migration(
    actor: Actor, key: int, *, of: int | None = None, batch: int | None = None, internal: bool = False
) -> None:
    """Take the last migration of an instance back, as long as nothing else has happened in it.

    Args:
        key: of the instance.
        of: the operation on many that is taken back: a later migration stays; None for whichever was the last.
        batch: the operation on many of which this is one.

    Raises:
        NotFound: it was not migrated, or there is no such instance. Forbidden: the actor may not.
        Conflict: something else has happened since, with the reason.
    """
    policies.demand(internal or policies.may_operate(actor))
    at = live.head(key, lock=True)
    query = select(InstanceMigration).where(
        InstanceMigration.instance_key == key, InstanceMigration.undone_at.is_(None)
    )
    row = db.session.scalar(query.order_by(InstanceMigration.key.desc()).limit(1))
    if row is None:
        raise NotFound(_l("This instance was not moved to another version."))
    obstacle = why_not_undone(at, row) if of in (None, row.batch_key) else SINCE
    if obstacle is not None:
        raise Conflict(obstacle)
    assert row.state is not None
    source = definition(row.source_key)
    then = restored(at, _taken(at), row.state, source)
    details = _details(definition(row.target_key), source, batch)
    _write(actor, at, source, then, event(actor, "undo_migration", details=details))
    for task_key, columns in row.tasks.items():
        task_changes.write(int(task_key), columns)
    row.undone_at, row.undone_by, row.state = clock.now(), actor.login, None
    db.session.flush()


def why_not_undone(at: Head, row: InstanceMigration) -> Any:
    """Why a migration cannot be taken back any more; None when it can."""
    if row.undone_at is not None:
        return _l("The migration was taken back already.")
    if at.status != ACTIVE:
        return _l("The process is over already.")
    if at.version != row.version:
        return SINCE
    if row.state is None:
        return _l("The instance went on by itself when it was moved.")
    return None


def demand_fit(source: Definition, target: Definition, mapping: Mapping[str, str]) -> None:
    """Refuse a plan that makes no sense for a definition.

    Raises:
        Invalid: another process, the same version, or elements that the versions do not have.
    """
    if source.process_id != target.process_id:
        _refuse("target", _l("An instance moves only to another version of its own process."))
    if source.key == target.key:
        _refuse("target", _l("The instance is on this version already."))
    unknown = [name for name in mapping if name not in source.model.elements]
    unknown += [name for name in mapping.values() if name not in target.model.elements]
    if unknown:
        _refuse("mapping", _l("The versions have no element “%(element)s”.", element=unknown[0][:200]))


def _details(source: Definition, target: Definition, batch: int | None) -> dict[str, Any]:
    """What the history says beside the moves."""
    facts = {"from": str(source.key), "to": str(target.key), "versions": [source.version, target.version]}
    return {**facts, "batch": str(batch)} if batch else facts


def _quiet(happening: Event) -> bool:
    """Whether the instance only moved: a condition that came true with the new version is a step of its own."""
    return {entry[0] for entry in happening.entries} == {"migrated"}


def _refuse(field: str, message: object) -> None:
    raise Invalid(message, {field: [message]})


def _taken(at: Head) -> Instance:
    """The live instance of a locked row."""
    instance = live.take(at)
    if instance is None:
        raise Conflict(_l("Somebody else is working on this right now. Please try again."))
    return instance


def _write(actor: Actor, at: Head, found: Definition, instance: Instance, happening: Event) -> None:
    """Write an instance that has come to another definition, with the rows that belong to it."""
    moved = replace(at, definition_key=found.key)
    inline.run_chain(actor, moved, found, instance, new=False)
    waiting = {number: dict(token.wait or {}) for number, token in instance.waits.items()}
    places = {token.id: token.task_spec.bpmn_id for token in instance.every_token()}
    if save(actor, moved, found, instance, happening, moved=True) is None:  # the row is locked: it cannot be
        raise Conflict(_l("Somebody else is working on this right now. Please try again."))
    _rebind(at.key, found, waiting, places)
    recent.wrote(live.head(at.key), stale=True)


def _rebind(key: int, found: Definition, waiting: Mapping[int, Mapping[str, Any]], places: Mapping[int, str]) -> None:
    """Rows that name the definition or an element of it."""
    quiet = {"synchronize_session": False}
    tasks = update(UserTask).where(UserTask.instance_key == key, UserTask.state == OPEN)
    db.session.execute(tasks.values(definition_key=found.key), execution_options=quiet)
    mine = Job.instance_key == key, Job.state.in_(_ALIVE)
    for job in db.session.execute(select(Job.key, Job.token).where(*mine)):
        values: dict[str, Any] = {"definition_key": found.key, **_said(waiting.get(job.token, {}))}
        db.session.execute(update(Job).where(Job.key == job.key).values(**values), execution_options=quiet)
    open_ones = select(Incident.key, Incident.token).where(Incident.instance_key == key, Incident.resolved_at.is_(None))
    for row in db.session.execute(open_ones):
        place = places.get(row.token)
        if place is not None:
            moved = update(Incident).where(Incident.key == row.key).values(element_id=place)
            db.session.execute(moved, execution_options=quiet)


def _said(wait: Mapping[str, Any]) -> dict[str, Any]:
    """What a model says of a job: columns of its row."""
    if wait.get("kind") != "job":
        return {}
    ours = services.known(wait["type"])
    return {
        "element_id": wait["element"],
        "type": wait["type"],
        "headers": wait.get("headers") or {},
        "internal": ours is not None and not ours.inline,
    }


def undoable(keys: Iterable[int]) -> dict[int, InstanceMigration]:
    """The last migration of each of these instances that was not taken back."""
    query = select(InstanceMigration).where(
        InstanceMigration.instance_key.in_(list(keys)), InstanceMigration.undone_at.is_(None)
    )
    return {row.instance_key: row for row in db.session.scalars(query.order_by(InstanceMigration.key))}
