"""The row of a new user task: who may take it, by when, with which form."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.engine import candidates, places, schedule
from app.engine.bpmn import ElementInfo
from app.engine.definitions import Definition, item_key
from app.engine.live import Head
from app.engine.models.tasks import NEVER
from app.engine.runtime.incidents import FORM
from app.feel import FeelError, evaluate, is_expression
from app.forms import queries as forms
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

_KEEP = 20.0
_staffed: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()
NOBODY = "nobody"
"""Mark of a row for which no eligible person was found, so that the head or the owner has it too."""


class FormMissing(FeelError):
    """The form that a task asks for is not deployed."""

    kind = FORM


def task_row(
    definition: Definition, head: Head, token: int, wait: Mapping[str, Any], data: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The columns of a new task (all JSON), with `NOBODY` set when it went to the head or owner for want of others.

    Args:
        wait: what the runtime says about it.
        data: the variables that the task sees.

    Raises:
        FeelError: a date, a form or `not_by` is not what it should be; it becomes an incident.
    """
    info = definition.model.elements[wait["element"]]
    groups = candidates.names(wait.get("candidateGroups"))
    users = candidates.names(wait.get("candidateUsers"))
    assignee = wait.get("assignee") or None
    if assignee is not None and not isinstance(assignee, str):
        raise FeelError(f"the assignee is not a login: {assignee!r}")
    if not (groups or users or assignee) and info.lane_id and info.lane_id.startswith("lane_"):
        groups = [info.lane_id.removeprefix("lane_")]
    excluded = _not_by(info, data)
    everybody = candidates.expand(groups, tuple(head.organisations)) + [candidates.person(login) for login in users]
    if assignee and candidates.person(assignee) not in everybody:
        everybody.append(candidates.person(assignee))
    instead = [] if assignee or users else _stand_in(everybody, excluded, head)
    everybody += instead
    form_id, form_key = _form(definition, wait)
    row = {
        "token": token,
        "element_id": wait["element"],
        "loop": wait.get("loop"),
        "name": wait.get("name") or info.name or wait["element"],
        "title": head.title or head.business_key,
        "role": candidates.first_role(groups, info.lane_id),
        "assignee": assignee,
        "candidate_groups": groups,
        "candidate_users": users,
        "candidates": everybody,
        "inbox": [candidates.person(assignee)] if assignee else everybody,
        "form_id": form_id,
        "form_key": form_key,
        "external_form": wait.get("formKey") or wait.get("externalReference"),
        "not_by": excluded,
        "priority": _priority(wait.get("priority")),
        NOBODY: bool(instead),
    }
    return row | dates(wait, now, places.zone_of(head.organisation), now)


def dates(wait: Mapping[str, Any], start: datetime, zone: str, now: datetime) -> dict[str, Any]:
    """Deadline, follow-up date and next mark of a task, as JSON.

    Raises:
        FeelError: one of them is not a date.
    """
    due = schedule.due_at(wait.get("dueDate"), start, zone)
    follow_up = schedule.due_at(wait.get("followUpDate"), start, zone)
    mark = schedule.next_mark(due, now, zone) if due is not None else None
    return {
        "due_at": due and due.isoformat(),
        "due_sort": (due or NEVER).isoformat(),
        "follow_up_at": follow_up and follow_up.isoformat(),
        "mark": mark and mark[0],
        "mark_at": mark and mark[1].isoformat(),
    }


def _not_by(info: ElementInfo, data: Mapping[str, Any]) -> list[str]:
    """Logins that may not do the task (nobody reviews their own submission)."""
    text = info.properties.get("not_by")
    if not text:
        return []
    return candidates.names(evaluate(text, data) if is_expression(text) else text)


def _priority(value: Any) -> int:
    if value is None or value == "":
        return 50
    try:
        return max(0, min(100, int(float(value))))
    except (TypeError, ValueError):
        raise FeelError(f"the priority is not a number: {value!r}") from None


def _form(definition: Definition, wait: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """The form version that the task shows."""
    form_id = wait.get("formId")
    if not form_id:
        return None, None
    binding = wait.get("bindingType") or "latest"
    try:
        if binding == "deployment":
            key = item_key("form", form_id, definition.deployment_key)
            if key is None:
                raise FormMissing(f"the form {form_id!r} is not in the deployment of this process")
            return form_id, key
        return form_id, forms.form_by(form_id, binding=binding, version_tag=wait.get("versionTag")).key
    except NotFound:
        raise FormMissing(f"there is no form {form_id!r}") from None


def _stand_in(everybody: list[str], excluded: list[str], head: Head) -> list[str]:
    """Who has the task when no eligible person exists: the head of the organisation, else the process owner
    (roles §4)."""
    if any(_holders(group) - set(excluded) for group in everybody):
        return []
    if head.organisation is not None and places.place(head.organisation):
        chief = people.head_of(head.organisation)
        if chief is not None and chief not in excluded:
            return [candidates.person(chief)]
    owner = head.owner_group
    return [owner] if owner and owner not in everybody and _holders(owner) else []


def _holders(group: str) -> frozenset[str]:
    """Logins that a candidate string stands for, remembered for some seconds."""
    if group.startswith(candidates.PERSON):
        return frozenset([group.removeprefix(candidates.PERSON)])
    now = time.monotonic()
    found = _staffed.get(group)
    if found is not None and found[0] > now:
        return found[1]
    role, _, organisation = group.partition("@")
    if organisation and not people.person_of_group(group) and places.place(organisation) is None:
        logins: frozenset[str] = frozenset()
    else:
        logins = frozenset(people.holders(role, organisation or None))
    _staffed[group] = (now + _KEEP, logins)
    while len(_staffed) > 5000:
        _staffed.popitem(last=False)
    return logins


def forget() -> None:
    """Ask anew who holds which role (after a change of roles in this process; tests)."""
    _staffed.clear()


db.remembered(forget)
