"""Variables of one instance by scope, in memory: search, sort and page over them as over rows."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.api.conditions import Condition
from app.api.schemas import DEFAULT_LIMIT
from app.engine import queries
from app.engine.models import UserTask
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

LONGEST_VALUE = 8191
"""Characters of a value before it is cut."""
key_bits = 2**63 - 1


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
        digest = hashlib.md5(f"{self.scope_key}:{self.name}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:16], 16) & key_bits

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
    tasks = _task_keys(instance_key)
    return [
        answer(name, value, _scope_key(instance_key, scope["token"], tasks), instance_key, root)
        for scope in queries.scopes(actor, instance_key)
        for name, value in scope["variables"].items()
    ]


def seen_by_task(actor: Actor, task_key: int) -> list[Variable]:
    """The variables that a task sees, innermost scope first; a name may occur in several scopes.

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
    return own + outer


def _task_keys(instance_key: int) -> dict[int, int]:
    rows = db.session.execute(select(UserTask.token, UserTask.key).where(UserTask.instance_key == instance_key))
    return {row.token: row.key for row in rows}


def _scope_key(instance_key: int, token: int | None, tasks: Mapping[int, int]) -> int:
    """The element instance that a scope belongs to: a task's key, or a stable number for other elements."""
    if token is None:
        return instance_key
    if token in tasks:
        return tasks[token]
    digest = hashlib.md5(f"{instance_key}/{token}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:16], 16) & key_bits


SORTS = {
    "name": "name",
    "value": "value",
    "variableKey": "variable_key",
    "scopeKey": "scope_key",
    "processInstanceKey": "process_instance_key",
    "tenantId": "tenant_id",
}


def list_page(variables: Sequence[Variable], query: Mapping[str, Any], truncate: bool) -> dict[str, Any]:
    """Filter, sort and page over variables in memory.

    Raises:
        Invalid: a cursor of another search.
    """
    found = [v for v in variables if _satisfies(v, query.get("filter") or {})]
    found.sort(key=lambda v: v.variable_key)
    for criterion in reversed(query.get("sort", ())):
        name = SORTS[criterion["field"]]
        found.sort(key=lambda v: getattr(v, name), reverse=criterion["order"].upper() == "DESC")
    part = _part(found, query.get("page") or {})
    page = {
        "total_items": len(found),
        "has_more_total_items": False,
        "start_cursor": _cursor(part[0]) if part else None,
        "end_cursor": _cursor(part[-1]) if part else None,
    }
    return {"items": [v.written(truncate) for v in part], "page": page}


def _satisfies(variable: Variable, filters: Mapping[str, Any]) -> bool:
    for name, wanted in filters.items():
        value = getattr(variable, name)
        if not (wanted.holds(value) if isinstance(wanted, Condition) else value == wanted):
            return False
    return True


def _part(found: list[Variable], page: Mapping[str, Any]) -> list[Variable]:
    limit = page.get("limit", DEFAULT_LIMIT)
    if "after" in page:
        start = _place(found, page["after"]) + 1
        return found[start : start + limit]
    if "before" in page:
        end = _place(found, page["before"])
        return found[max(0, end - limit) : end]
    start = page.get("from_", 0)
    return found[start : start + limit]


def _cursor(variable: Variable) -> str:
    return base64.b64encode(json.dumps([variable.variable_key]).encode()).decode()


def _place(found: list[Variable], cursor: str) -> int:
    try:
        keys = json.loads(base64.b64decode(cursor, validate=True))
        return next(n for n, variable in enumerate(found) if [variable.variable_key] == keys)
    except (ValueError, StopIteration) as error:
        message = _("The cursor belongs to another search.")
        raise Invalid(message, {"page": [message]}) from error
