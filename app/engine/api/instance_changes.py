"""Changing running instances: migration, modification, and both (and cancellation) for many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from sqlalchemy import Select, select

from app.api import Blueprint, current_actor, no_content
from app.engine import operations, policies
from app.engine.api import searches
from app.engine.api.elements import element_key, task_keys
from app.engine.api.shapes.changes import (
    BatchCreated,
    CancelMany,
    MigrateMany,
    MigrateProcessInstance,
    ModifyMany,
    ModifyProcessInstance,
)
from app.engine.models import HistoryEvent, ProcessDefinition, ProcessInstance
from app.engine.operations.modifying import Move
from app.engine.runtime import Activation
from app.kernel.actor import Actor
from app.kernel.db import db

blueprint = Blueprint(
    "instance-changes", __name__, url_prefix="/v2/process-instances", description="Changing running instances."
)
ROOT = -1
"""The key that a client sends for: no certain scope."""


@blueprint.route("/<process_instance_key>/migration", methods=["POST"])
@blueprint.arguments(MigrateProcessInstance)
@blueprint.response(204)
def migrate_process_instance(body: Mapping[str, Any], process_instance_key: int) -> Response:
    """Migrate a process instance

    To another version of its process. Elements that no instruction names keep their id.
    """
    operations.migrate_instance(
        current_actor(), process_instance_key, body["target_process_definition_key"], _mapping(body)
    )
    return no_content()


@blueprint.route("/<process_instance_key>/modification", methods=["POST"])
@blueprint.arguments(ModifyProcessInstance)
@blueprint.response(204)
def modify_process_instance(body: Mapping[str, Any], process_instance_key: int) -> Response:
    """Modify a process instance

    Activations come first, then what is moved or terminated ends. Inside a multi-instance nothing is started or ended.
    """
    actor = _operator()
    tokens = _Tokens(process_instance_key)
    operations.modify_instance(
        actor,
        process_instance_key,
        activate=[
            Activation(one["element_id"], _variables(one), tokens.scopes(one["ancestor_element_instance_key"]))
            for one in body["activate_instructions"]
        ],
        terminate=[
            one["element_id"] if "element_id" in one else tokens.of(one["element_instance_key"])
            for one in body["terminate_instructions"]
        ],
        moves=[_move(one, tokens) for one in body["move_instructions"]],
    )
    return no_content()


@blueprint.route("/migration", methods=["POST"])
@blueprint.arguments(MigrateMany)
@blueprint.response(200, BatchCreated)
def migrate_process_instances(body: Mapping[str, Any]) -> dict[str, Any]:
    """Migrate many process instances

    A batch operation: one after the other, each in a transaction of its own. What cannot be moved stays as it is.
    """
    plan, actor = body["migration_plan"], _operator()
    keys = _keys(actor, body["filter"])
    target = plan["target_process_definition_key"]
    key = operations.migrate_many(actor, keys, None, target, _mapping(plan), empty=True)
    return {"batch_operation_key": key, "batch_operation_type": "MIGRATE_PROCESS_INSTANCE"}


@blueprint.route("/modification", methods=["POST"])
@blueprint.arguments(ModifyMany)
@blueprint.response(200, BatchCreated)
def modify_process_instances(body: Mapping[str, Any]) -> dict[str, Any]:
    """Modify many process instances

    A batch operation that moves tokens from elements to elements.
    """
    actor = _operator()
    moves = [(one["source_element_id"], one["target_element_id"]) for one in body["move_instructions"]]
    key = operations.modify_many(actor, _keys(actor, body["filter"]), moves)
    return {"batch_operation_key": key, "batch_operation_type": "MODIFY_PROCESS_INSTANCE"}


@blueprint.route("/cancellation", methods=["POST"])
@blueprint.arguments(CancelMany)
@blueprint.response(200, BatchCreated)
def cancel_process_instances(body: Mapping[str, Any]) -> dict[str, Any]:
    """Cancel many process instances

    A batch operation on those that the caller owns; `reason` is kept in each history.
    """
    actor = current_actor()
    key = operations.cancel_many(actor, _keys(actor, body["filter"]), body["reason"].strip() or "API")
    return {"batch_operation_key": key, "batch_operation_type": "CANCEL_PROCESS_INSTANCE"}


def _operator() -> Actor:
    actor = current_actor()
    policies.demand(policies.may_operate(actor))
    return actor


def _mapping(plan: Mapping[str, Any]) -> dict[str, str]:
    return {one["source_element_id"]: one["target_element_id"] for one in plan["mapping_instructions"]}


def _keys(actor: Actor, filters: Mapping[str, Any]) -> Select[int]:
    """The keys that a filter finds, among all instances; by values among those that the actor reads.

    Only running ones are ever changed, so a filter on the state is passed over, as Camunda does.
    """
    filters = {name: value for name, value in filters.items() if name != "state"}
    query = select(ProcessInstance.key).join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.definition_key)
    if searches.over_values(filters, "variables", "error_message"):
        query = query.where(policies.values_visible(actor))
    return query.where(searches.process_instances.criterion(filters))


def _variables(instruction: Mapping[str, Any]) -> list[tuple[str | None, Mapping[str, Any]]]:
    return [(one["scope_id"] or None, one["variables"]) for one in instruction["variable_instructions"]]


def _move(instruction: Mapping[str, Any], tokens: _Tokens) -> Move:
    source = instruction["source_element_instruction"]
    scope = instruction.get("ancestor_scope_instruction") or {"ancestor_scope_type": "direct"}
    within = tokens.scopes(scope.get("ancestor_element_instance_key", ROOT))
    by_id = source.get("source_element_id")
    return Move(
        by_id if by_id is not None else tokens.of(source["source_element_instance_key"]),
        Activation(instruction["target_element_id"], _variables(instruction), within),
        inferred=scope["ancestor_scope_type"] != "direct",
    )


class _Tokens:
    """The tokens behind the keys of element instances, as the history of an instance names them."""

    def __init__(self, instance_key: int) -> None:
        self.instance_key = instance_key
        self._known: dict[int, int] | None = None

    def of(self, key: int) -> int:
        """The number of a token; one that nothing has when there is none: it is refused then."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(key, 0)

    def scopes(self, key: int) -> frozenset[int]:
        """The scope that a client names; none for the instance itself."""
        return frozenset() if key in (ROOT, self.instance_key) else frozenset([self.of(key)])

    def _read(self) -> dict[int, int]:
        tasks = task_keys(self.instance_key)
        entries = db.session.scalars(select(HistoryEvent.entries).where(HistoryEvent.instance_key == self.instance_key))
        entered = {entry[2] for rows in entries for entry in rows if entry[0] == "entered"}
        return {element_key(self.instance_key, token, tasks): token for token in entered}
