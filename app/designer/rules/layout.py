"""Where files lie in a folder: `workflows/<process>/…`, `forms/<process>/…`, as `marshrut deploy` reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.engine.views import Resource

from .naming import BPMN, DMN, DOCX, FORM, SCENARIO, kind_of, stem

SHARED = "shared"
"""Folder of what no process, or more than one, names."""
_NAMED = re.compile(rb'(?:formId|decisionId)="([^"]+)"')
_FORM_ID = re.compile(rb'"id"\s*:\s*"([^"]+)"')
_DECISION_ID = re.compile(rb'<(?:\w+:)?decision\s[^<>]*?\bid="([^"]+)"')


def folders(resources: Sequence[Resource]) -> dict[str, Resource]:
    """Paths of files in a folder or archive, by path."""
    processes = {stem(each.name): each.content for each in resources if kind_of(each.name) == BPMN}
    used = {name: set(_NAMED.findall(content)) for name, content in processes.items()}
    found: dict[str, Resource] = {}
    for each in resources:
        kind = kind_of(each.name)
        if kind == DOCX:
            found[f"forms/documents/{each.name}"] = each
        else:
            top = "forms" if kind == FORM else "workflows"
            found[f"{top}/{_owner(each, kind, used)}/{each.name}"] = each
    return dict(sorted(found.items()))


def _owner(resource: Resource, kind: str | None, used: dict[str, set[bytes]]) -> str:
    """The process whose folder a file lies in."""
    name = stem(resource.name)
    if kind == BPMN:
        return name
    if kind in (FORM, DMN):
        ids = set((_FORM_ID if kind == FORM else _DECISION_ID).findall(resource.content))
        owners = [process for process, names in used.items() if names & ids]
    else:
        owners = [process for process in used if kind == SCENARIO and name.startswith(process)]
    if len(owners) == 1:
        return owners[0]
    return next(iter(used)) if len(used) == 1 else SHARED
