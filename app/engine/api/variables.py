"""Variables: of instances, and as a task sees them.

Variables are no rows of their own: the root ones stand in the instance's row, those of inner scopes in its state.
So a search that names neither an instance nor a scope goes over root variables only, by SQL; one that does looks into
that instance's scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, cast, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB

from app.api import Blueprint, current_actor
from app.api.conditions import Condition
from app.api.search import Search, Statement
from app.engine import policies
from app.engine.api.elements import stable_number_column
from app.engine.api.scopes import LONGEST_VALUE, answer, list_page, of_instance
from app.engine.api.shapes.variables import Truncation, VariableQuery, VariableResults
from app.engine.models import ProcessInstance, UserTask
from app.kernel.actor import Actor
from app.kernel.db import db

blueprint = Blueprint("variables", __name__, url_prefix="/v2/variables", description="Variables of instances.")

_each = (
    func.jsonb_each(ProcessInstance.variables)
    .table_valued(column("key", Text), column("value", JSONB))
    .render_derived()
    .lateral("variable")
)
_value = cast(_each.c.value, Text)
_key = stable_number_column(func.concat(ProcessInstance.key, ":", _each.c.key))

root_variables = Search(
    keys=(ProcessInstance.key, _each.c.key),
    filters={
        "name": _each.c.key,
        "value": _value,
        "tenant_id": lambda wanted: literal(True),
        "is_truncated": lambda wanted: (func.length(_value) > LONGEST_VALUE) == wanted,
        "variable_key": _key,
        "scope_key": ProcessInstance.key,
        "process_instance_key": ProcessInstance.key,
    },
    sorts={
        "name": _each.c.key,
        "value": _value,
        "variableKey": _key,
        "scopeKey": ProcessInstance.key,
        "processInstanceKey": ProcessInstance.key,
        "tenantId": literal("<default>"),
    },
)


def _visible(actor: Actor) -> Statement:
    """Root variables of the instances that the actor may see."""
    return (
        select(
            _each.c.key.label("name"),
            _each.c.value,
            ProcessInstance.key.label("instance_key"),
            ProcessInstance.root_key,
        )
        .select_from(ProcessInstance)
        .join(_each, true())
        .where(policies.visible(actor), policies.values_visible(actor))
    )


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(Truncation, location="query")
@blueprint.arguments(VariableQuery)
@blueprint.response(200, VariableResults)
def search_variables(options: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """Search variables

    Name an instance or a scope to find local variables too; without either only root variables are searched.
    """
    actor = current_actor()
    instance_key = _named_instance(actor, query["filter"] or {})
    if instance_key is not None:
        return list_page(of_instance(actor, instance_key), query, options["truncate_values"])
    found = root_variables.page_of(_visible(actor), query)
    rows = [answer(row.name, row.value, row.instance_key, row.instance_key, row.root_key) for row in found.items]
    return {"items": [row.written(options["truncate_values"]) for row in rows], "page": found.page}


def _named_instance(actor: Actor, filters: Mapping[str, Any]) -> int | None:
    """The one visible instance that a filter speaks of, by its key or by a task's scope."""
    named: Condition | None = filters.get("process_instance_key")
    scope: Condition | None = filters.get("scope_key")
    if named is not None and named.exact() is not None:
        wanted = ProcessInstance.key == named.exact()
    elif scope is not None and scope.exact() is not None:
        tasks = select(UserTask.instance_key).where(UserTask.key == scope.exact())
        wanted = ProcessInstance.key.in_(tasks) | (ProcessInstance.key == scope.exact())
    else:
        return None
    return db.session.scalar(
        select(ProcessInstance.key).where(wanted, policies.visible(actor), policies.values_visible(actor))
    )
