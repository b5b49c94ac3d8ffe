"""Variables of one instance by scope, in memory: search, sort and page over them as over rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.api.listing import Listing
from app.engine import policies, queries
from app.engine.api.elements import element_key, stable_number, task_keys
from app.engine.models import ProcessInstance
from app.engine.models.tasks import OPEN
from app.engine.views import TaskDetail
from app.forms import queries as forms
from app.forms.scopes import own_names
from app.kernel.actor import Actor
from app.kernel.db import db

LONGEST_VALUE = 8191
"""Characters of a value before it is cut."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable in one scope; `value` is JSON text."""

    name: str
    value: str
    scope_key: int
    process_instance_key: int
    root_process_instance_key: int
    tenant_id: str = "<default>"

    @property
    def variable_key(self) -> int:
        """A key that stays the same while the variable lives (the SQL of `variables` makes the same one)."""
        return stable_number(f"{self.scope_key}:{self.name}")

    @property
    def is_truncated(self) -> bool:
        """Whether the value would be cut."""
        return len(self.value) > LONGEST_VALUE

    def written(self, truncate: bool) -> dict[str, Any]:
        """As `VariableResult` writes it."""
        cut = truncate and self.is_truncated
        names = ("name", "scope_key", "process_instance_key", "root_process_instance_key", "variable_key")
        value = self.value[:LONGEST_VALUE] if cut else self.value
        return {**{name: getattr(self, name) for name in names}, "value": value, "is_truncated": cut}


def answer(name: str, value: Any, scope: int, instance: int, root: int) -> Variable:
    """A variable from a JSON value."""
    return Variable(name, json.dumps(value, ensure_ascii=False), scope, instance, root)


def of_instance(actor: Actor, instance_key: int) -> list[Variable]:
    """All variables of an instance, scope by scope from the root.

    Raises:
        NotFound: outside the actor's scope.
    """
    root = queries.instance(actor, instance_key).root_key
    tasks = task_keys(instance_key)
    return [
        answer(name, value, element_key(instance_key, scope["token"], tasks), instance_key, root)
        for scope in queries.scopes(actor, instance_key)
        for name, value in scope["variables"].items()
    ]


def seen_by_task(actor: Actor, task_key: int) -> list[Variable]:
    """The variables that a task sees, innermost scope first; a name may occur in several scopes.

    Who may do the task without seeing the values of the whole process gets those of the task itself and those that
    its form shows: the others belong to other people.

    Raises:
        NotFound: outside the actor's scope.
    """
    detail = queries.task(actor, task_key)
    all_of_them = of_instance(actor, detail.task.instance_key)
    seen = {name: json.dumps(value, ensure_ascii=False) for name, value in detail.variables.items()}
    own = [v for v in all_of_them if v.scope_key == task_key]
    outer: list[Variable] = []
    for variable in reversed([v for v in all_of_them if v.scope_key != task_key]):
        shadowed = any(v.name == variable.name for v in own) and variable.scope_key == detail.task.instance_key
        if shadowed or seen.get(variable.name) == variable.value:
            outer.append(variable)
    if reads_values(actor, detail.task.instance_key):
        return own + outer
    if not detail.reads_form or detail.task.state != OPEN:
        return []
    return own + [variable for variable in outer if variable.name in _shown(detail)]


def reads_values(actor: Actor, instance_key: int) -> bool:
    """Whether the actor reads the variables of an instance that they see."""
    wanted = select(ProcessInstance.key).where(ProcessInstance.key == instance_key, policies.values_visible(actor))
    return db.session.scalar(wanted) is not None


def _shown(detail: TaskDetail) -> frozenset[str]:
    """Names of the variables that a task's form is filled from."""
    if detail.task.form_key is None:
        return frozenset()
    return frozenset({"form", *own_names(forms.form(detail.task.form_key).components)})


_listing: Listing[Variable] = Listing(
    key="variable_key",
    sorts={
        "name": "name",
        "value": "value",
        "variableKey": "variable_key",
        "scopeKey": "scope_key",
        "processInstanceKey": "process_instance_key",
        "tenantId": "tenant_id",
    },
)


def list_page(variables: Sequence[Variable], query: Mapping[str, Any], truncate: bool) -> dict[str, Any]:
    """Filter, sort and page over variables in memory.

    Raises:
        Invalid: a cursor of another search.
    """
    found = _listing.page_of(variables, query)
    return {"items": [v.written(truncate) for v in found.items], "page": found.page}
