"""What is deployed, as files to start a draft from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer import policies
from app.designer.folder import is_placed
from app.designer.rules import naming
from app.designer.rules.texts import plain
from app.engine.definitions import definition, latest_key
from app.engine.models import DecisionDefinition, ProcessDefinition
from app.engine.views import Resource
from app.feel import is_expression
from app.forms.models import Form
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

PROCESS, DECISION, FORM = "process", "decision", "form"
KINDS = (PROCESS, DECISION, FORM)


def resource(actor: Actor, kind: str, item: str, version: int | None = None) -> Resource:
    """The file in which a process, decision or form was deployed, its latest version unless one is named.

    Raises:
        NotFound: there is none, or the actor does not read models.
    """
    policies.demand_reading(actor)
    found = _resource(kind, plain(item), version)
    if found is None:
        raise NotFound(_l("This is not deployed."))
    return found


def is_deployed(actor: Actor, kind: str, item: str) -> bool:
    """Whether there is a process, decision or form of that id."""
    policies.demand_reading(actor)
    return _resource(kind, item, None) is not None


def name_of(kind: str, item: str) -> str:
    """What people call a deployed process, decision or form; its id when it has no name."""
    table, own, label, _text = table_of(kind)
    return db.session.scalar(select(label).where(own == item).order_by(table.version.desc()).limit(1)) or item


def place(kind: str, item: str) -> str | None:
    """The path in a folder that something deployed came from, as its newest version that has one tells; None when none
    has."""
    if kind not in KINDS:
        return None
    table, own, _label, _text = table_of(kind)
    names = db.session.scalars(select(table.resource_name).where(own == item).order_by(table.version.desc()))
    return next((name for name in names if is_placed(name)), None)


def own_parts(process_id: str) -> list[tuple[str, str]]:
    """Forms and decisions that a process uses and no other deployed process does: (kind, id)."""
    key = latest_key(process_id)
    if key is None:
        return []
    elsewhere: set[tuple[str, str]] = set()
    for other in db.session.scalars(select(ProcessDefinition.process_id).distinct()):
        other_key = latest_key(other) if other != process_id else None
        if other_key is not None:
            elsewhere |= _parts(other_key)
    return sorted(part for part in _parts(key) - elsewhere if _resource(*part, None) is not None)


def _parts(key: int) -> set[tuple[str, str]]:
    references = definition(key).model.references
    return {
        (each.kind, each.name) for each in references if each.kind in (DECISION, FORM) and not is_expression(each.name)
    }


def table_of(kind: str) -> tuple[Any, Any, Any, Any]:
    """The table of a kind, and its columns of the id, the name and the file's text.

    Raises:
        NotFound: there is no such kind.
    """
    if kind == PROCESS:
        return ProcessDefinition, ProcessDefinition.process_id, ProcessDefinition.name, ProcessDefinition.xml
    if kind == DECISION:
        return DecisionDefinition, DecisionDefinition.decision_id, DecisionDefinition.name, DecisionDefinition.xml
    if kind == FORM:
        return Form, Form.form_id, Form.title, Form.source
    raise NotFound(_l("This is not deployed."))


def _resource(kind: str, item: str, version: int | None) -> Resource | None:
    table, own, _label, text = table_of(kind)
    query = select(table.resource_name, text).where(own == item)
    if version is not None:
        query = query.where(table.version == version)
    row = db.session.execute(query.order_by(table.version.desc()).limit(1)).first()
    return None if row is None else Resource(naming.held(row[0].rpartition("/")[2], item), row[1].encode())
