"""What a file defines, read leniently: a draft may be broken, and still belongs to something deployed. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.designer.rules import naming
from app.engine.bpmn import ModelError
from app.engine.bpmn.xml import local_name, parse_xml

PROCESS, DECISION, FORM, TEMPLATE = "process", "decision", "form", "template"


@dataclass(frozen=True, slots=True)
class Defined:
    """One thing that a file defines: `process`, `decision`, `form` or `template` with its id, and its name."""

    kind: str
    id: str
    name: str


def items_of(kind: str, name: str, content: bytes) -> list[Defined]:
    """What a file defines; nothing when it cannot be read or is of a kind that is not deployed.

    Args:
        kind: of the file, as `naming.BPMN`.
        name: of the file.
    """
    if kind == naming.DOCX:
        stem = naming.stem(name)
        return [Defined(TEMPLATE, stem, stem)]
    try:
        return _form(content) if kind == naming.FORM else _models(kind, content)
    except (ModelError, RecursionError, ValueError):
        return []


def _form(content: bytes) -> list[Defined]:
    schema = json.loads(content)
    if not isinstance(schema, dict) or not schema.get("id"):
        return []
    return [Defined(FORM, str(schema["id"]), str(schema.get("title") or schema["id"]))]


def _models(kind: str, content: bytes) -> list[Defined]:
    tag = {naming.BPMN: PROCESS, naming.DMN: DECISION}.get(kind)
    if tag is None:
        return []
    return [
        Defined(tag, str(one.get("id")), str(one.get("name") or one.get("id")))
        for one in parse_xml(content)
        if local_name(one) == tag and one.get("id") and one.get("isExecutable", "true") != "false"
    ]
