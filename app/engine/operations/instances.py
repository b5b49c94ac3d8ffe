"""Starting, cancelling and correcting instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import calling, live, policies, starting
from app.engine.action import act, event
from app.engine.definitions import Definition, definition, latest_key
from app.engine.live import Head
from app.engine.models import ProcessInstance
from app.feel import FeelError
from app.files import operations as files
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound


def _own(actor: Actor, found: Definition, variables: Mapping[str, Any], organisation: str | None) -> dict[str, Any]:
    """What a person starts with: as themselves, at a place where they may start it.

    Service types judge by `initiator` and by the place, so nobody names another person or a foreign place here.

    Raises:
        Invalid: a place outside the starter's reach.
    """
    given = {**variables, "initiator": actor.login}
    named = {name: given[name] for name in starting.WHERE if isinstance(given.get(name), str) and given[name]}
    if organisation:
        named["organisation"] = organisation
    for name, code in named.items():
        if not policies.may_start_at(actor, found, code, above=name != "organisation"):
            message = _l("You do not start this process at %(place)s.", place=code)
            raise Invalid(message, {name: [message]})
    return given


def start_instance(
    actor: Actor,
    process_id: str,
    variables: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    definition_key: int | None = None,
    key: str | None = None,
    organisation: str | None = None,
    start_at: str | None = None,
    business_key: str | None = None,
    internal: bool = False,
) -> int:
    """Start a process and run it to its first wait states.

    Args:
        process_id: of the latest version, unless `version` or `definition_key` names another.
        key: two active instances of a process never share it; a second start returns the first instance.
        organisation: code of the place it runs at; else the most local of the header variables, else the actor's.
        start_at: element id of a message, signal or timer start event.

    Returns:
        The key of the instance.

    Raises:
        NotFound: no such process.
        Forbidden: the actor is not among its starters.
        Invalid: a variable is not JSON, a place outside the actor's reach, or the process has no such start event.
    """
    found = _definition(process_id, version, definition_key)
    policies.demand(internal or policies.may_start(actor, found))
    given = dict(variables or {}) if internal else _own(actor, found, variables or {}, organisation)
    kinds = {start.element: start.kind for start in found.model.starts}
    if (start_at is not None and start_at not in kinds) or (start_at is None and "none" not in kinds.values()):
        raise Invalid(_l("This process is not started this way."))
    try:
        started = starting.begin(
            actor,
            found,
            given,
            start_at=start_at,
            start_key=key,
            business_key=business_key,
            organisation=organisation,
        )
        files.attach_found(variables or {}, "instance", started)
        return started
    except ValueError as error:
        raise Invalid(_l("The variables are not valid JSON: %(reason)s", reason=str(error))) from error
    except FeelError as error:
        raise Invalid(_l("The process cannot start: %(reason)s", reason=str(error))) from error


def _definition(process_id: str, version: int | None, key: int | None) -> Definition:
    found = key if key is not None else latest_key(process_id, version)
    if found is None:
        raise NotFound(_l("There is no process “%(process)s”.", process=process_id), process_id=process_id)
    return definition(found)


def visible_head(actor: Actor, key: int) -> Head:
    """The row of an instance that the actor may see.

    Raises:
        NotFound: there is none in the actor's scope.
    """
    if not db.session.scalar(select(ProcessInstance.key).where(ProcessInstance.key == key, policies.visible(actor))):
        raise NotFound(_l("There is no such process instance."))
    return live.head(key)


def hold_instance(key: int) -> None:
    """Keep others from acting on an instance until this unit of work ends.

    For a feature that locks rows of its own which a service task of the instance locks too: instance first, always.

    Raises:
        NotFound: there is none.
    """
    live.head(key, lock=True)


def cancel_instance(actor: Actor, key: int, reason: str, *, internal: bool = False) -> None:
    """End an instance from outside: open tasks vanish, called instances stop, the history stays (processes §0 item 3).

    Whoever called it goes on with the result `cancelled`.

    Raises:
        Forbidden: only the process owner may.
        Invalid: no reason given.
        Conflict: it is over already.
    """
    at = live.head(key) if internal else visible_head(actor, key)
    policies.demand(internal or policies.owns(actor, at.owner_group), _l("Only the process owner may cancel it."))
    if not reason.strip():
        raise Invalid(_l("Please give the reason."), {"reason": [_l("Please give the reason.")]})
    happening = event(actor, "cancel", details={"reason": reason})
    if act(actor, key, happening, lambda instance: calling.stop(instance, reason)) is None:
        raise Conflict(_l("The process is over already."))


def set_variables(
    actor: Actor,
    key: int,
    variables: Mapping[str, Any],
    *,
    element: int | None = None,
    local: bool = False,
    internal: bool = False,
) -> None:
    """Correct variables of a running instance. Deadlines and timers that read them follow.

    Args:
        element: token whose scope is meant (see `queries.scopes`); the root scope when None.

    Raises:
        Forbidden: only the process owner or who operates the engine may.
        Conflict: the instance is over, or the scope has ended.
        Invalid: a value is not JSON.
    """
    at = live.head(key) if internal or policies.may_operate(actor) else visible_head(actor, key)
    policies.demand(internal or policies.may_operate(actor) or policies.owns(actor, at.owner_group))
    happening = event(actor, "set_variables", details={"names": sorted(variables)})
    try:
        done = act(actor, key, happening, lambda instance: instance.set_variables(element, variables, local))
    except ValueError as error:
        raise Invalid(_l("The variables are not valid JSON: %(reason)s", reason=str(error))) from error
    except LookupError as error:
        raise Conflict(_l("This step of the process is over.")) from error
    if done is None:
        raise Conflict(_l("The process is over already."))
