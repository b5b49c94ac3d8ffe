"""What a designer chooses from before the first step: the processes of the files, how and by whom they start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.designer.sandbox import schema
from app.engine.bpmn import ModelError, ProcessModel, read_definitions
from app.engine.views import Resource
from app.kernel.db import db
from app.people import queries as people


def processes(resources: Sequence[Resource]) -> list[dict[str, Any]]:
    """The processes of these files; files that cannot be read are left out, the checks say why.

    Returns:
        `id`, `name`, `resource`, `starts` ([element, kind, name]), `people` ([login, name], who may start it first),
        `elements` and `flows` (id -> name) and `ends` (end events of the process itself).
    """
    found = []
    for resource in resources:
        try:
            models = read_definitions(resource.content)
        except ModelError:
            continue
        found += [_described(resource.name, model) for model in models]
    return found


def _described(resource: str, model: ProcessModel) -> dict[str, Any]:
    elements = model.elements.values()
    return {
        "id": model.process_id,
        "name": model.name or model.process_id,
        "resource": resource,
        "starts": [[start.element, start.kind, _label(model, start.element), start.name] for start in model.starts],
        "people": _people(model.properties.get("starters", "")),
        "elements": {each.id: _label(model, each.id) for each in elements},
        "flows": {flow.id: _flow(model, flow.id) for flow in model.flows.values()},
        "ends": [each.id for each in elements if each.kind == "endEvent" and each.parent is None],
    }


def _label(model: ProcessModel, element: str) -> str:
    return " ".join((model.elements[element].name or element).split()) if element in model.elements else element


def _flow(model: ProcessModel, flow_id: str) -> str:
    flow = model.flows[flow_id]
    ways = f"{_label(model, flow.source)} → {_label(model, flow.target)}"
    return f"{ways} ({flow.name})" if flow.name else ways


def _people(starters: str) -> list[list[str]]:
    """Everybody of the sandbox, who may start the process first."""
    roles = {role.strip() for role in starters.split(",") if role.strip()} or {"designer"}
    with db.unit_of_work():
        logins = [str(login) for login, *_rest in schema.region()["people"]]
        names = people.person_names(logins)
        able = {login for login in logins if people.actor_for(login).has_role(*roles)}
    return [[login, names[login]] for login in sorted(logins, key=lambda each: (each not in able, names[each]))]
