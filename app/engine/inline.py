"""Service tasks that run inside the action: the chain from wait state to wait state."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb
from typing import Any

import psycopg
from psycopg.errors import ExclusionViolation, ForeignKeyViolation, UniqueViolation
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError

from app.engine import services
from app.engine.definitions import Definition
from app.engine.live import Head, head
from app.engine.runtime import Instance
from app.engine.runtime.incidents import ENDLESS, JOB
from app.engine.services import BpmnError, InstanceFacts, ModelFault, ServiceCall, ServiceType
from app.feel import FeelError
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid, Unavailable
from app.kernel.log import logger

log = logger(__name__)
MOST = 10_000
"""Service tasks that one action may run."""
_MEANWHILE = (
    *(OperationalError, InterfaceError, NoConnection, StaleDataError),
    *(psycopg.OperationalError, psycopg.InterfaceError),
    *(UniqueViolation, ForeignKeyViolation, ExclusionViolation),
)
"""The database is away, or somebody else was faster: the same action succeeds when it is done again."""


class Defect(Exception):
    """A handler failed in a way that nobody has foreseen; says where, and quotes no values."""


class Moved(Exception):
    """The instance went on elsewhere before the first service of this action ran: nothing has been done yet."""


def passes_by_itself(error: Exception) -> bool:
    """Whether the same action succeeds when it is done again: the database is away, or somebody else was faster."""
    return isinstance(error.orig if isinstance(error, IntegrityError) else error, (*_MEANWHILE, Moved))


def facts_of(at: Head, definition: Definition) -> InstanceFacts:
    """The instance as a service sees it."""
    return InstanceFacts(
        key=at.key,
        process_id=at.process_id,
        definition_key=at.definition_key,
        deployment_key=definition.deployment_key,
        organisation=at.organisation,
        organisations=tuple(at.organisations),
        business_key=at.business_key,
        owner_group=at.owner_group,
        started_by=at.started_by,
        root_key=at.root_key,
    )


def run_chain(actor: Actor, at: Head, definition: Definition, instance: Instance, *, new: bool) -> None:
    """Run inline services that the instance has reached, until it waits for something else.

    Before the first one the instance's row is locked: what a service writes must not happen twice because somebody
    else was faster.

    Raises:
        Moved: somebody else was.
    """
    facts, seen, locked = facts_of(at, definition), 0, new
    done = 0
    while seen < len(instance.effects):
        effect = instance.effects[seen]
        seen += 1
        if effect[0] != "open" or effect[2]["kind"] != "job" or effect[1] not in instance.waits:
            continue
        kind = services.known(effect[2]["type"])
        if kind is None or not kind.inline:
            continue
        if not locked:
            if not at.locked and head(at.key, lock=True).version != at.version:
                raise Moved
            locked = at.locked = True
        done += 1
        if done > MOST:
            instance.fail(effect[1], f"more than {MOST} services in one action: an endless loop?", ENDLESS)
            continue
        _serve(actor, facts, instance, kind, effect[1])
        instance.do_engine_steps()


def _serve(actor: Actor, facts: InstanceFacts, instance: Instance, kind: ServiceType, token: int) -> None:
    """Run one service and hand its outcome to the instance."""
    try:
        instance.finish(token, _work(kind, call_of(actor, facts, instance, token)))
    except BpmnError as error:
        instance.throw_error(token, error.code, error.variables, error.message)
    except (ModelFault, FeelError, ValueError) as error:
        instance.fail(token, str(error))
    except Defect as error:
        instance.fail(token, str(error), JOB)
    except Unavailable:
        raise
    except AppError as error:
        if isinstance(error, Invalid) and not actor.system:
            raise  # what the person entered can be mended by the person
        instance.fail(token, str(error) or error.title)


def _work(kind: ServiceType, call: ServiceCall) -> dict[str, Any]:
    """What the handler returns; what it wrote is undone when it fails.

    Raises:
        Defect: it failed with an exception that is no answer of a handler (`services`). The person's action stands:
            nobody could mend the element by acting again.
    """
    try:
        with db.savepoint():
            return dict(kind.handler(call) or {})
    except (BpmnError, ModelFault, FeelError, ValueError, AppError):
        raise
    except Exception as error:
        if passes_by_itself(error):
            raise
        log.exception("an inline service failed", type=kind.name, element=call.element_id, instance=call.instance.key)
        frame, line = list(walk_tb(error.__traceback__))[-1]
        place = f"{Path(frame.f_code.co_filename).name}:{line}"
        raise Defect(f"{kind.name}: {type(error).__name__} ({place})") from error


def call_of(actor: Actor, facts: InstanceFacts, instance: Instance, token: int) -> ServiceCall:
    """What the handler of a waiting service is given."""
    waiting = instance.waits[token]
    wait: dict[str, Any] = waiting.wait or {}
    return ServiceCall(
        variables=dict(waiting.data),
        headers=dict(wait.get("headers") or {}),
        instance=facts,
        element_id=wait["element"],
        actor=actor,
        now=clock.now(),
    )
