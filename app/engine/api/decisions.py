"""Decisions: search, read, evaluate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.api import Blueprint, current_actor
from app.api.conditions import Criterion
from app.api.search import Search
from app.engine import policies
from app.engine.api.deployments import requirements_key
from app.engine.api.elements import stable_number_column
from app.engine.api.searches import TENANT
from app.engine.api.shapes.decisions import (
    DecisionDefinitionQuery,
    DecisionDefinitionResult,
    DecisionDefinitionResults,
    DecisionEvaluation,
    DecisionEvaluationResult,
)
from app.engine.decisions import DecisionModel, DecisionResult
from app.engine.decisions.model import Output, Table
from app.engine.models import DecisionDefinition
from app.engine.queries import evaluation
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key

blueprint = Blueprint("decision-definitions", __name__, url_prefix="/v2/decision-definitions", description="Decisions.")
_requirements = func.coalesce(DecisionDefinition.requirements_id, DecisionDefinition.decision_id)
_requirements_key = stable_number_column(func.concat(_requirements, ":", DecisionDefinition.version))
_name = func.coalesce(DecisionDefinition.name, DecisionDefinition.decision_id)


def _is_latest(wanted: bool) -> Criterion:
    newer = aliased(DecisionDefinition)
    same = newer.decision_id == DecisionDefinition.decision_id
    found = exists(select(1).where(same, newer.version > DecisionDefinition.version))
    return ~found if wanted else found


decisions = Search(
    keys=(DecisionDefinition.key,),
    filters={
        "decision_definition_id": DecisionDefinition.decision_id,
        "name": _name,
        "is_latest_version": _is_latest,
        "version": DecisionDefinition.version,
        "decision_requirements_id": _requirements,
        "tenant_id": lambda wanted: wanted == TENANT,
        "decision_definition_key": DecisionDefinition.key,
        "decision_requirements_key": _requirements_key,
        "decision_requirements_name": _requirements,
        "decision_requirements_version": DecisionDefinition.version,
    },
    sorts={
        "decisionDefinitionId": DecisionDefinition.decision_id,
        "decisionDefinitionKey": DecisionDefinition.key,
        "decisionRequirementsId": _requirements,
        "decisionRequirementsKey": _requirements_key,
        "decisionRequirementsName": _requirements,
        "decisionRequirementsVersion": DecisionDefinition.version,
        "name": _name,
        "tenantId": TENANT,
        "version": DecisionDefinition.version,
    },
)


def _result(row: DecisionDefinition) -> dict[str, Any]:
    """A row as `DecisionDefinitionResult` writes it."""
    requirements = row.requirements_id or row.decision_id
    return {
        "decision_definition_id": row.decision_id,
        "decision_definition_key": row.key,
        "decision_requirements_id": requirements,
        "decision_requirements_key": requirements_key(requirements, row.version),
        "decision_requirements_name": requirements,
        "decision_requirements_version": row.version,
        "name": row.name or row.decision_id,
        "version": row.version,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(DecisionDefinitionQuery)
@blueprint.response(200, DecisionDefinitionResults)
def search_decision_definitions(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search decision definitions"""
    policies.demand(policies.may_read_models(current_actor()))
    found = decisions.page_of(select(DecisionDefinition), query)
    return {"items": [_result(row.DecisionDefinition) for row in found.items], "page": found.page}


def _row(key: int) -> DecisionDefinition:
    policies.demand(policies.may_read_models(current_actor()))
    row = db.session.get(DecisionDefinition, key)
    if row is None:
        raise NotFound(_("There is no such decision."))
    return row


@blueprint.route("/<decision_definition_key>")
@blueprint.response(200, DecisionDefinitionResult)
def get_decision_definition(decision_definition_key: int) -> dict[str, Any]:
    """Get a decision definition"""
    return _result(_row(decision_definition_key))


@blueprint.route("/<decision_definition_key>/xml")
@blueprint.response(200, {"type": "string"}, content_type="text/xml")
def get_decision_definition_xml(decision_definition_key: int) -> Response:
    """Get the file of a decision as DMN XML"""
    return Response(_row(decision_definition_key).xml, content_type="text/xml; charset=utf-8")


@blueprint.route("/evaluation", methods=["POST"])
@blueprint.arguments(DecisionEvaluation)
@blueprint.response(200, DecisionEvaluationResult)
def evaluate_decision(body: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate a decision

    Nothing is written. A decision that cannot be made is told by `failureMessage`.
    """
    key, name = body.get("decision_definition_key"), body.get("decision_definition_id")
    if (key is None) == (name is None):
        message = _("Give either decisionDefinitionKey or decisionDefinitionId.")
        raise Invalid(message, {"decisionDefinitionKey": [message]})
    made = evaluation.evaluate(current_actor(), body["variables"] or {}, key=key, decision_id=name)
    about = _result(made.definition)
    number = next_key()
    told = [
        _evaluated(made.model, result, made.definition, f"{number}-{index}")
        for index, result in enumerate(made.results, start=1)
    ]
    return {
        **{name: about[name] for name in ("decision_definition_id", "decision_definition_key")},
        **{name: about[name] for name in ("decision_requirements_id", "decision_requirements_key")},
        "decision_definition_name": about["name"],
        "decision_definition_version": about["version"],
        "decision_evaluation_key": number,
        "decision_instance_key": number,
        "evaluated_decisions": told,
        "failed_decision_definition_id": made.definition.decision_id if made.failure else None,
        "failure_message": made.failure,
        "output": _text(made.results[-1].value if made.results else None),
    }


def _evaluated(
    model: DecisionModel, result: DecisionResult, definition: DecisionDefinition, key: str
) -> dict[str, Any]:
    """One decision as `EvaluatedDecision` writes it."""
    logic = model.decisions[result.decision_id].logic
    columns = logic.outputs if isinstance(logic, Table) else ()
    return {
        "decision_definition_id": result.decision_id,
        "decision_definition_name": result.name or result.decision_id,
        "decision_definition_version": definition.version,
        "decision_definition_type": "DECISION_TABLE" if isinstance(logic, Table) else "LITERAL_EXPRESSION",
        "output": _text(result.value),
        "matched_rules": [_rule(rule, columns) for rule in result.rules],
        "evaluated_inputs": [
            {"input_id": item["id"], "input_name": item["name"], "input_value": _text(item["value"])}
            for item in result.inputs
        ],
        "decision_definition_key": definition.key,
        "decision_evaluation_instance_key": key,
    }


def _rule(rule: Mapping[str, Any], columns: Sequence[Output]) -> dict[str, Any]:
    """A matching rule as `MatchedRule` writes it."""
    place = {"rule_id": rule["id"], "rule_index": rule["index"]}
    outputs = [
        {
            "output_id": column.id,
            "output_name": column.label or column.name or column.id,
            "output_value": _text(value),
            **place,
        }
        for column, value in zip(columns, rule["outputs"], strict=True)
    ]
    return {**place, "evaluated_outputs": outputs}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
