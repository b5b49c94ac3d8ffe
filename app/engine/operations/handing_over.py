"""When a person changes place or hands work over: instances and their open tasks follow, with a record of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, and_, cast, func, or_, select

from app.engine import candidates, live, places
from app.engine.action import event, note
from app.engine.cases import PROCESS as CASE
from app.engine.models import ProcessInstance, UserTask
from app.engine.models.instances import ACTIVE
from app.engine.models.tasks import OPEN
from app.engine.operations.instances import set_variables
from app.engine.operations.tasks import assign_task
from app.engine.statements import run
from app.engine.task_rows import relist, task_row
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people

_PLACE = "UPDATE process_instance SET organisation = %(code)s, organisations = %(path)s WHERE key = %(key)s"
_GROUPS = "UPDATE user_task SET candidate_groups = %(groups)s, organisation = %(code)s WHERE key = %(key)s"
_NAMED = (("preparer", "preparer_role"), ("owner", "owner_role"))
"""Variables of shared subprocesses that hold a login, each with the one that holds its role (see `approve`)."""
_OWNER = "UPDATE process_instance SET owner_group = %(new)s WHERE owner_group = %(old)s AND key = ANY(%(keys)s)"


def move_instance(actor: Actor, key: int, organisation: str, variables: Mapping[str, Any]) -> None:
    """Let a running instance belong to another organisation: who sees it, who has its open tasks.

    The policy is the calling feature's.

    Args:
        organisation: code of the new place.
        variables: header variables that name the place, as `school_id`.

    Raises:
        NotFound: there is no such instance.
    """
    at = live.head(key, lock=True)
    before = at.organisation
    if at.status != ACTIVE or before is None or before == organisation:
        return
    path = places.path_of(organisation)
    run(_PLACE, {"code": organisation, "path": list(path), "key": key})
    set_variables(actor, key, variables, internal=True)
    happening = event(actor, "move", details={"before": before, "after": organisation})
    note(actor, live.head(key, lock=True), happening)
    open_ones = select(UserTask.key).where(UserTask.instance_key == key, UserTask.state == OPEN)
    for task_key in db.session.scalars(open_ones).all():
        _move_task(task_key, before, organisation, path)


def _move_task(key: int, before: str, after: str, path: tuple[str, ...]) -> None:
    """The same groups of the new place.

    What somebody of the old place has taken goes to the queue of the new one (the report to the new head); what is one
    person's own stays with them.
    """
    row = db.session.execute(
        select(UserTask.candidate_groups, UserTask.claimed_at, UserTask.candidates).where(UserTask.key == key)
    ).one()
    groups = [_elsewhere(group, before, after) for group in row.candidate_groups]
    persons = [each for each in row.candidates if each.startswith(candidates.PERSON)]
    everybody = [*candidates.expand(groups, path), *persons]
    task = task_row(key)
    queued = any(group not in groups and not _alone(group) for group in row.candidate_groups)
    holder = None if queued else task.assignee
    inbox = everybody if holder is None else task.inbox
    relist(task, holder, inbox, row.claimed_at if holder else None, candidates=everybody)
    run(_GROUPS, {"groups": groups, "code": after, "key": key})


def _alone(group: str) -> bool:
    return people.works_alone(group.partition("@")[0])


def _elsewhere(group: str, before: str, after: str) -> str:
    role, _, code = group.partition("@")
    return f"{role}@{after}" if code == before else group


def hand_over(actor: Actor, keys: Iterable[int], role: str, old: str, new: str) -> int:
    """Let another person stand in a role for instances: the variable of the role's name, ownership, open tasks;
    where a document is being approved also who prepares it and who decides when it is refused.

    Args:
        keys: the instances; those that they have called follow.
        role: one that works for assigned objects, as `course_leader`.
        old, new: logins.

    Returns:
        How many open tasks have changed hands.
    """
    roots = sorted(set(keys))
    before, after = people.personal_group(role, old), people.personal_group(role, new)
    mine = ProcessInstance.key.in_(roots) | ProcessInstance.root_key.in_(roots)
    variables = ProcessInstance.variables
    places = {role: variables[role].as_string() == old}
    for name, of_role in _NAMED:
        places[name] = and_(variables[name].as_string() == old, variables[of_role].as_string() == role)
    query = select(ProcessInstance.key, *(func.coalesce(held, False) for held in places.values()))
    running = query.where(mine, or_(*places.values()), ProcessInstance.status == ACTIVE)
    for key, *holds in db.session.execute(running.order_by(ProcessInstance.key)).all():
        names = [name for name, held in zip(places, holds, strict=True) if held]
        set_variables(actor, key, dict.fromkeys(names, new), internal=True)
    everything = set(db.session.scalars(select(ProcessInstance.key).where(mine)))
    cases = _cases_about(everything, before, old)
    run(_OWNER, {"old": before, "new": after, "keys": sorted(everything.union(cases.values()))})
    tasks = [*_tasks_of(everything, old), *cases]
    for task_key in tasks:
        assign_task(actor, task_key, new, internal=True)
    return len(tasks)


def _tasks_of(keys: set[int], login: str) -> list[int]:
    query = select(UserTask.key).where(
        UserTask.instance_key.in_(keys), UserTask.state == OPEN, UserTask.assignee == login
    )
    return list(db.session.scalars(query.order_by(UserTask.key)))


def _cases_about(keys: set[int], group: str, login: str) -> dict[int, int]:
    """Open questions of the platform to the owner about these instances: task -> the question's own instance."""
    about = cast(ProcessInstance.variables["instance_key"].as_string(), BigInteger)
    query = (
        select(UserTask.key, UserTask.instance_key)
        .join(ProcessInstance, ProcessInstance.key == UserTask.instance_key)
        .where(UserTask.process_id == CASE, UserTask.state == OPEN, about.in_(keys))
        .where(or_(ProcessInstance.owner_group == group, UserTask.assignee == login))
    )
    rows = db.session.execute(query.order_by(UserTask.key))
    return {row.key: row.instance_key for row in rows}
