"""Who may do what with processes and tasks (roles §3, «Page of a running or finished process», «Inbox»)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, SelectBase, false, select, true, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import String

from app.engine import candidates, places
from app.engine.definitions import Definition
from app.engine.models import ProcessInstance, UserTask, task_candidate
from app.kernel.actor import Actor, Substitution
from app.kernel.errors import Forbidden, NotFound
from app.people import queries as people
from app.people.rules import PERSON_MARK

EVERYTHING = frozenset({"auditor", "region_head", "region_coordinator", "region_wg_member", "iro_coordinator"})
"""Roles that see every instance."""
MUNICIPALITY = frozenset(
    {"mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist"}
)
"""Roles that see the instances of their municipality."""
SCHOOL = frozenset({"school_head", "deputy_head"})
"""Roles that see the instances of their school."""
WORKLESS = frozenset({"auditor", "admin"})
"""Roles that never have tasks: the auditor reads all and acts never, the administrator looks after accounts."""
OPERATING = frozenset({"admin", "designer"})
"""Roles that look after the engine: incidents, jobs, messages by hand."""
DEPLOYING = frozenset({"designer"})

VALUES = frozenset({"auditor", "region_coordinator", "iro_coordinator"})
"""Roles that see the values of every process («coordinator all», «auditor: yes»), not only its path."""

Source = Callable[[Actor], ColumnElement[bool] | None]
_sources: list[Source] = []
_closed: set[str] = set()


def instance_source(source: Source) -> Source:
    """Register a condition on `ProcessInstance` under which a person of a higher feature sees instances (a course
    leader those of her course). None when the actor has no such object."""
    _sources.append(source)
    return source


def closed_to_municipality(*process_ids: str) -> None:
    """Register processes about single persons: of these a municipality sees numbers only, unless somebody there takes
    part (roles §3: technical assignment «own applications; else counts»)."""
    _closed.update(process_ids)


class TaskLike(Protocol):
    """What the policies read of a task."""

    @property
    def assignee(self) -> str | None: ...
    @property
    def candidates(self) -> Iterable[str]: ...
    @property
    def not_by(self) -> Iterable[str]: ...
    @property
    def role(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor may do a task: in person, or for somebody (`behalf`: login)."""

    behalf: str | None = None
    behalf_name: str | None = None


def working_groups(actor: Actor) -> frozenset[str]:
    """The actor's groups that may have tasks."""
    return frozenset(group for group in actor.groups if group.partition("@")[0] not in WORKLESS)


def own_strings(actor: Actor) -> list[str]:
    """Candidate strings of the actor in person."""
    return [*sorted(working_groups(actor)), candidates.person(actor.login)]


def strings_of(substitution: Substitution) -> list[str]:
    """Candidate strings of a person whom the actor substitutes, in the roles that were handed over."""
    groups = people.groups_for(substitution.login, substitution.roles)
    kept = sorted(group for group in groups if group.partition("@")[0] not in WORKLESS)
    return [*kept, candidates.person(substitution.login)]


def standing(actor: Actor, task: TaskLike, *, signs: bool, behalf: str | None = None) -> Standing | None:
    """How the actor may do a task, None when not at all.

    Args:
        signs: whether the task asks for a signature: that of a head only an acting head gives (roles §4, BPM-09).
        behalf: only for this person.
    """
    excluded = set(task.not_by)
    if actor.system:
        return Standing()
    if actor.login in excluded:
        return None
    if behalf in (None, actor.login) and _has(task, actor.login, actor.login, own_strings(actor)):
        return Standing()
    for other in actor.substitutions:
        if behalf not in (None, other.login) or other.login in excluded:
            continue
        if signs and task.role in people.head_roles() and not other.acting_head:
            continue
        if _has(task, actor.login, other.login, strings_of(other)):
            return Standing(other.login, other.name)
    return None


def _has(task: TaskLike, actor_login: str, login: str, strings: Iterable[str]) -> bool:
    """Whether a task is one of `login`'s, to be done by the actor: taken by one of them, or by nobody."""
    if task.assignee not in (None, login, actor_login):
        return False
    return not set(strings).isdisjoint(task.candidates)


def given_alone(task: TaskLike) -> bool:
    """Whether the task was given to one person (not taken from a queue)."""
    return task.assignee is not None and candidates.person(task.assignee) in task.candidates


def is_candidate(actor: Actor, task: TaskLike) -> bool:
    """Whether the task stands, or stood before somebody took it, in the actor's queue.

    A task that was given to one teacher or one course leader never stood in the queue of the others.
    """
    strings = set(own_strings(actor))
    for other in actor.substitutions:
        strings.update(strings_of(other))
    if given_alone(task):
        strings = {string for string in strings if not people.works_alone(string.partition("@")[0])}
    return not strings.isdisjoint(task.candidates) or task.assignee in (
        actor.login,
        *(other.login for other in actor.substitutions),
    )


def owner_groups(actor: Actor) -> frozenset[str]:
    """The groups by which the actor owns processes.

    Never the mere role of those who work for assigned objects: a course belongs to its leader (and to who stands in
    for the leader), not to every course leader.
    """
    instead = (people.groups_for(other.login, other.roles) for other in actor.substitutions)
    personal = {group for groups in instead for group in groups if people.person_of_group(group)}
    own = (group for group in actor.groups if _owning(group))
    return frozenset(personal.union(own))


def _owning(group: str) -> bool:
    return people.person_of_group(group) is not None or not people.works_for_objects(group.partition("@")[0])


def owns(actor: Actor, owner_group: str | None) -> bool:
    """Whether the actor is the process owner of an instance."""
    return actor.system or (owner_group is not None and owner_group in owner_groups(actor))


def owned(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ProcessInstance` of what the actor owns."""
    return true() if actor.system else ProcessInstance.owner_group.in_(sorted(owner_groups(actor)))


def may_operate(actor: Actor) -> bool:
    """Whether the actor looks after the engine."""
    return actor.system or actor.has_role(*OPERATING)


def may_deploy(actor: Actor) -> bool:
    """Whether the actor may deploy models."""
    return actor.system or actor.has_role(*DEPLOYING)


def may_read_models(actor: Actor) -> bool:
    """Whether the actor reads models and decisions as such (roles §3, «Models, forms, decisions, deployments»)."""
    return may_deploy(actor) or may_operate(actor) or actor.has_role("region_coordinator", "auditor")


def may_start(actor: Actor, definition: Definition) -> bool:
    """Whether the actor is among the starters of a process; a model that names none is its designer's to try."""
    if actor.system:
        return True
    starters = definition.roles("starters")
    return actor.has_role(*starters) if starters else actor.has_role(*DEPLOYING)


def may_start_at(actor: Actor, definition: Definition, place: str, *, above: bool = False) -> bool:
    """Whether a role that lets the actor start a process reaches a place.

    Roles of the region reach every place, those of a municipality whatever lies in it, the others their own.

    Args:
        above: the place may also be one that theirs lies in (a school names its municipality).
    """
    if actor.system:
        return True
    starters = definition.roles("starters") or DEPLOYING
    path = places.path_of(place)
    for held in actor.assignments:
        level = places.role_level(held.role)
        root = held.path[1] if level == "municipality" and len(held.path) > 1 else held.organisation
        if held.role in starters and (level == "region" or root in path or (above and place in held.path)):
            return True
    return False


def demand(allowed: bool, message: object | None = None) -> None:
    """Refuse what policy forbids.

    Raises:
        Forbidden: it is not allowed.
    """
    if not allowed:
        raise Forbidden(message or _l("Your role does not allow this."))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ProcessInstance` under which the actor sees its page: diagram, history, values."""
    if sees_everything(actor):
        return true()
    return ProcessInstance.key.in_(visible_keys(actor))


def sees_everything(actor: Actor) -> bool:
    """Whether the actor sees every instance."""
    return actor.system or actor.has_role(*EVERYTHING)


def visible_keys(actor: Actor) -> SelectBase:
    """Keys of the instances that an actor sees who does not see everything.

    A union of keys, each found by its index: a chain of ORs would read every instance there is.
    """
    keys = select(ProcessInstance.key)
    if not actor.login:
        return keys.where(false()).correlate(None)
    ways = [keys.where(ProcessInstance.started_by == actor.login), *_participation(actor), *_owned(actor)]
    schools, municipalities = _codes(actor)
    if schools:
        ways.append(keys.where(_at(schools)))
    if municipalities:
        ways.append(keys.where(_at(municipalities), ProcessInstance.process_id.not_in(sorted(_closed))))
    ways += [keys.where(found) for source in _sources if (found := source(actor)) is not None]
    return union_all(*(way.correlate(None) for way in ways))


def _at(codes: set[str]) -> ColumnElement[bool]:
    return ProcessInstance.organisations.op("&&")(array(sorted(codes), type_=String))


def _owned(actor: Actor) -> list[Select[Any]]:
    """Keys of the instances that the actor owns."""
    groups = owner_groups(actor)
    return [select(ProcessInstance.key).where(ProcessInstance.owner_group.in_(sorted(groups)))] if groups else []


def sees_values(actor: Actor, owner_group: str | None) -> bool:
    """Whether the actor sees everybody's steps with values in an instance that they see, not only the path and their
    own steps."""
    return owns(actor, owner_group) or actor.has_role(*VALUES)


def sees_step(actor: Actor, roles: str) -> bool:
    """Whether the actor may know that a step was reached whose element has `visible_to=role,role` (the attestation
    base is hidden from the school's head, «no, never»)."""
    named = {role.strip() for role in roles.split(",") if role.strip()}
    return not named or actor.has_role(*named, *VALUES)


def values_visible(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ProcessInstance` under which the actor reads its variables.

    Owner, coordinators and auditor; whoever started a process that nobody owns in person reads what it came to.
    """
    if actor.system or actor.has_role(*VALUES):
        return true()
    if not actor.login:
        return false()
    keys = select(ProcessInstance.key)
    personal = ProcessInstance.owner_group.contains("@" + PERSON_MARK, autoescape=True)
    started = keys.where(
        ProcessInstance.started_by == actor.login,
        ProcessInstance.parent_key.is_(None),
        personal.is_not(true()),
    )
    return ProcessInstance.key.in_(union_all(*(way.correlate(None) for way in (started, *_owned(actor)))))


def _participation(actor: Actor) -> list[Select[Any]]:
    """Keys of instances in which the actor did a task, had one done, or has one in the list now."""
    strings = own_strings(actor)
    for other in actor.substitutions:
        strings += strings_of(other)
    keys = select(UserTask.instance_key)
    listed = select(task_candidate.c.task_key).where(task_candidate.c.candidate.in_(sorted(set(strings))))
    return [
        keys.where(UserTask.completed_by == actor.login),
        keys.where(UserTask.on_behalf_of == actor.login),
        keys.where(UserTask.key.in_(listed)),
    ]


def _codes(actor: Actor) -> tuple[set[str], set[str]]:
    """Schools and municipalities whose instances the actor sees."""
    schools = {held.organisation for held in actor.assignments if held.role in SCHOOL}
    return schools, {_municipality(held.organisation) for held in actor.assignments if held.role in MUNICIPALITY}


def _municipality(code: str) -> str:
    try:
        return people.municipality_of(code) or code
    except NotFound:
        return code
