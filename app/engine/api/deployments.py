"""Deploying BPMN, DMN and forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.api import Blueprint, current_actor
from app.api.schemas import DEFAULT_TENANT
from app.engine import operations, policies
from app.engine.api.elements import stable_number
from app.engine.api.shapes.definitions import DeploymentResult
from app.engine.models import DecisionDefinition
from app.engine.views import Deployed, DeployedItem, Resource
from app.kernel.db import db
from app.kernel.errors import Invalid

blueprint = Blueprint("deployments", __name__, url_prefix="/v2/deployments", description="Deploying models.")
MOST_FILES = 400
LARGEST_FILE = 5 * 1024 * 1024
KINDS = ("process_definition", "decision_definition", "decision_requirements", "form", "resource")
BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["resources"],
                "properties": {
                    "resources": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "tenantId": {"type": "string"},
                },
            }
        }
    },
}


@blueprint.route("", methods=["POST"])
@blueprint.response(200, DeploymentResult)
@blueprint.doc(requestBody=BODY)
def create_deployment() -> dict[str, Any]:
    """Deploy resources

    BPMN, DMN and form files together: all of them, or none and the findings with their elements.
    """
    policies.demand(policies.may_deploy(current_actor()))
    tenant = request.form.get("tenantId", DEFAULT_TENANT)
    if tenant != DEFAULT_TENANT:
        message = _("There is one tenant: %(tenant)s.", tenant=DEFAULT_TENANT)
        raise Invalid(message, {"tenantId": [message]})
    deployed = operations.deploy(current_actor(), _resources())
    return {
        "deployment_key": deployed.key,
        "deployments": list(_members(deployed)),
        "warnings": [_warning(warning) for warning in deployed.warnings],
    }


def _warning(found: Mapping[str, Any]) -> dict[str, Any]:
    """A finding in the client's language."""
    language = "en" if str(get_locale()) == "en" else "ru"
    return {
        "resource_name": found["resource"],
        "element_id": found["element_id"],
        "rule": found["rule"],
        "message": found[language],
    }


def _resources() -> list[Resource]:
    """The files of the request.

    Raises:
        Invalid: none, too many, without a name, or too large.
    """
    files = request.files.getlist("resources")
    if not files or len(files) > MOST_FILES:
        message = _("Send 1 to %(most)s files as “resources”.", most=MOST_FILES)
        raise Invalid(message, {"resources": [message]})
    found = []
    for file in files:
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        content = file.stream.read(LARGEST_FILE + 1)
        if not name or len(content) > LARGEST_FILE:
            most = LARGEST_FILE // 1024 // 1024
            message = _("The file “%(name)s” has no name or is larger than %(most)s MB.", name=name, most=most)
            raise Invalid(message, {"resources": [message]})
        found.append(Resource(name, content))
    return found


def _members(deployed: Deployed) -> Iterator[dict[str, Any]]:
    empty: dict[str, Any] = dict.fromkeys(KINDS)
    decisions = _requirements_ids([item.key for item in deployed.items if item.kind == "decision"])
    told: set[str] = set()
    for item in deployed.items:
        if item.kind == "process":
            yield {**empty, "process_definition": _process(item)}
        elif item.kind == "form":
            yield {**empty, "form": _form(item)}
        elif item.kind == "decision":
            requirements = decisions.get(item.key) or item.id
            yield {**empty, "decision_definition": _decision(item, requirements)}
            if item.resource_name not in told:
                told.add(item.resource_name)
                yield {**empty, "decision_requirements": _requirements(item, requirements)}


def _requirements_ids(keys: list[int]) -> dict[int, str | None]:
    query = select(DecisionDefinition.key, DecisionDefinition.requirements_id).where(DecisionDefinition.key.in_(keys))
    return {row.key: row.requirements_id for row in db.session.execute(query)} if keys else {}


def _process(item: DeployedItem) -> dict[str, Any]:
    return {
        "process_definition_id": item.id,
        "process_definition_version": item.version,
        "resource_name": item.resource_name,
        "process_definition_key": item.key,
    }


def _form(item: DeployedItem) -> dict[str, Any]:
    return {"form_id": item.id, "version": item.version, "resource_name": item.resource_name, "form_key": item.key}


def _decision(item: DeployedItem, requirements: str) -> dict[str, Any]:
    return {
        "decision_definition_id": item.id,
        "version": item.version,
        "name": item.name or item.id,
        "decision_requirements_id": requirements,
        "decision_definition_key": item.key,
        "decision_requirements_key": requirements_key(requirements, item.version),
    }


def _requirements(item: DeployedItem, requirements: str) -> dict[str, Any]:
    return {
        "decision_requirements_id": requirements,
        "decision_requirements_name": requirements,
        "version": item.version,
        "resource_name": item.resource_name,
        "decision_requirements_key": requirements_key(requirements, item.version),
    }


def requirements_key(requirements: str, version: int) -> int:
    """A file of decisions has no key of its own here: a stable number from its id and version."""
    return stable_number(f"{requirements}:{version}")
