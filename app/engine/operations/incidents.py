"""Incidents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select, update

from app.engine import live, policies
from app.engine.action import act, event
from app.engine.models import Incident, Job, ProcessInstance, Timer, UserTask
from app.engine.operations.instances import visible_head
from app.engine.runtime import Instance
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound


def resolve_incident(actor: Actor, incident_key: int) -> None:
    """Try the failed element again. It may fail again: then a new incident stands there.

    Raises:
        NotFound: there is none in the actor's scope.
        Forbidden: only the process owner or who operates the engine may.
        Conflict: it was resolved already.
    """
    incident = db.session.get(Incident, incident_key)
    if incident is None:
        raise NotFound(_l("There is no such incident."))
    key, token = incident.instance_key, incident.token
    at = live.head(key) if policies.may_operate(actor) else visible_head(actor, key)
    policies.demand(policies.may_operate(actor) or policies.owns(actor, at.owner_group))
    if incident.resolved_at is not None:
        raise Conflict(_l("The incident is resolved already."))
    _reopen_job(key, token)
    happening = event(actor, "resolve", element_id=incident.element_id, details={"incident": str(incident_key)})
    try:
        done = act(actor, key, happening, lambda instance: _resolve(instance, key, token))
    except LookupError as error:
        raise Conflict(_l("The incident is resolved already.")) from error
    if done is None:
        raise Conflict(_l("The process is over already."))
    db.session.expire(incident)


def _reopen_job(instance_key: int, token: int) -> None:
    """A job without retries left gets one more."""
    db.session.execute(
        update(Job)
        .where(Job.instance_key == instance_key, Job.token == token, Job.state == "failed")
        .values(state="open", retries=1, run_at=clock.now(), worker=None)
    )


def _resolve(instance: Instance, key: int, token: int) -> None:
    """Clear the incident; what should wait for something but has no row of it opens its wait again."""
    instance.resolve(token)
    waiting = instance.waits.get(token)
    if waiting is None or waiting.wait is None:
        return
    if not _has_row(key, token, waiting.wait["kind"]):  # an inline service has none either: it runs again
        instance.effects.append(("open", token, waiting.wait))


def _has_row(key: int, token: int, kind: str) -> bool:
    """Whether a wait is already known outside of the instance."""
    if kind == "user_task":
        found = exists().where(UserTask.instance_key == key, UserTask.token == token, UserTask.state == "open")
    elif kind == "timer":
        found = exists().where(Timer.instance_key == key, Timer.token == token)
    elif kind == "job":
        found = exists().where(Job.instance_key == key, Job.token == token, Job.state == "open")
    elif kind == "call":
        same = ProcessInstance.parent_key == key, ProcessInstance.parent_token == token
        found = exists().where(*same, ProcessInstance.status == "active")
    else:
        return True
    return bool(db.session.scalar(select(found)))
