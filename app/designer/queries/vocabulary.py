"""The words that a designer picks from: roles, forms, decisions, processes, work, messages, templates, functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.designer import policies
from app.designer.rules import naming, reading
from app.documents import docx_templates
from app.documents.titles import kind_title
from app.engine import services
from app.engine.models import DecisionDefinition, ProcessDefinition
from app.feel.functions import FUNCTIONS
from app.forms import sources
from app.forms.models import Form
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.catalogue import roles

from . import drafts, service_words

_processes: dict[int, reading.Model] = {}
_forms: dict[int, tuple[str, str, tuple[tuple[str, str, str], ...]] | None] = {}
db.remembered(_processes.clear)
db.remembered(_forms.clear)


def vocabulary(actor: Actor, draft_key: int | None = None) -> dict[str, Any]:
    """Lists to pick from, each sorted by name, as the designer's islands get them.

    Args:
        draft_key: its own files are in the lists too, before they are deployed.

    Raises:
        NotFound: the actor does not read models, or there is no such draft.
    """
    policies.demand_reading(actor)
    models = _latest_models()
    forms = {found[0]: found for found in _latest_forms() if found is not None}
    decisions = dict(_decisions())
    if draft_key is not None:
        for file in drafts.resources(actor, draft_key):
            _add_own(file.name, file.content, models, forms, decisions)
    processes = {id: name for model in models for id, name in model.items}
    return {
        "roles": [{"id": role.id, "name": str(role), "level": role.level} for role in roles().values()],
        "forms": [_form(*found) for found in sorted(forms.values(), key=lambda each: each[1])],
        "decisions": _named(decisions),
        "processes": _named(processes),
        "service_types": _service_types(models),
        "messages": [
            {"id": name, "name": name} for name in sorted({name for each in models for name in each.messages})
        ],
        "sources": _named(_sources()),
        "document_templates": [{"id": name, "name": name} for name in sorted(_templates())],
        "feel_functions": _functions(),
    }


def _add_own(
    name: str, content: bytes, models: list[reading.Model], forms: dict[str, Any], decisions: dict[str, str]
) -> None:
    """What a file of the draft adds or names anew."""
    kind = naming.kind_of(name)
    if kind == naming.BPMN:
        models.append(reading.model(content))
    elif kind == naming.DMN:
        decisions.update(reading.model(content).items)
    elif kind == naming.FORM and (found := reading.form(content)) is not None:
        forms[found[0]] = found


def _latest_models() -> list[reading.Model]:
    """The latest version of every process, read once."""
    latest = select(ProcessDefinition.key).ext(distinct_on(ProcessDefinition.process_id))
    keys = db.session.scalars(latest.order_by(ProcessDefinition.process_id, ProcessDefinition.version.desc())).all()
    unread = [key for key in keys if key not in _processes]
    rows = select(ProcessDefinition.key, ProcessDefinition.xml).where(ProcessDefinition.key.in_(unread))
    _processes.update({key: reading.model(xml.encode()) for key, xml in db.session.execute(rows) if unread})
    return [_processes[key] for key in keys]


def _latest_forms() -> list[tuple[str, str, tuple[tuple[str, str, str], ...]] | None]:
    """The latest version of every form, read once."""
    latest = select(Form.key).ext(distinct_on(Form.form_id)).order_by(Form.form_id, Form.version.desc())
    keys = db.session.scalars(latest).all()
    rows = select(Form.key, Form.title, Form.source).where(Form.key.in_([key for key in keys if key not in _forms]))
    for key, title, source in db.session.execute(rows):
        found = reading.form(source.encode())
        _forms[key] = None if found is None else (found[0], title, found[2])
    return [_forms[key] for key in keys]


def _decisions() -> Iterable[tuple[str, str]]:
    row = DecisionDefinition
    found = select(row.decision_id, row.name).ext(distinct_on(row.decision_id))
    latest = db.session.execute(found.order_by(row.decision_id, row.version.desc()))
    return ((id, name or id) for id, name in latest)


def _templates() -> set[str]:
    return {*docx_templates.shipped(), *(template.name for template in docx_templates.newest())}


def _sources() -> dict[str, str]:
    """What a field may pick from: registered sources and kinds of documents; who has no title is no choice."""
    found = {**{kind: kind_title(kind) for kind in _templates()}, **sources.titles()}
    return {name: title for name, title in found.items() if title != name}


def _form(id: str, title: str, fields: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "id": id,
        "name": title,
        "fields": [{"key": key, "label": label, "type": kind} for key, label, kind in fields],
    }


def _named(found: dict[str, str]) -> list[dict[str, str]]:
    return [{"id": id, "name": name} for id, name in sorted(found.items(), key=lambda item: item[1])]


def _service_types(models: Iterable[reading.Model]) -> list[dict[str, Any]]:
    """Every type of work the platform does, named as the deployed models name it."""
    drawn: dict[str, list[reading.Work]] = {}
    for model in models:
        for work in model.work:
            drawn.setdefault(work.type, []).append(work)
    return [service_words.described(type, drawn.get(type, [])) for type in services.names()]


def _functions() -> list[dict[str, str]]:
    english = str(get_locale()) == "en"
    return [
        {
            "name": each.name,
            "signature": each.signature,
            "description": each.en if english else each.ru,
            "example": each.example,
        }
        for each in FUNCTIONS
    ]
