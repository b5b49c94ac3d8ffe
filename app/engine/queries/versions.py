"""Versions of what is deployed, for those who read models: who deployed them when, and how many instances they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, literal, select

from app.documents.models import DocumentTemplate
from app.engine.definitions import Definition, definition, latest_key
from app.engine.deployments.linking import bound_to
from app.engine.models import DecisionDefinition, Deployment, ProcessDefinition
from app.engine.queries.impact import counts_by_version, demand_models
from app.engine.views import Dependent, VersionView
from app.forms.models import Form
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

Item = tuple[str, str]
"""(`process`, `decision`, `form` or `template`, id)"""


def versions(actor: Actor, kind: str, item: str) -> Sequence[VersionView]:
    """All versions of something deployed, newest first; none when there is no such thing.

    Args:
        kind: `process`, `decision`, `form` or `template`.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    counts = counts_by_version(actor, item) if kind == "process" else {}
    rows = db.session.execute(_rows(kind, item)).all()
    found = [VersionView(kind, item, *row) for row in rows]
    return [replace(one, running=runs[0], ended=runs[1]) for one in found for runs in [counts.get(one.key, (0, 0))]]


def latest_version(actor: Actor, kind: str, item: str) -> VersionView | None:
    """The newest version, its instances not counted; None when nothing of that name is deployed.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    row = db.session.execute(_rows(kind, item).limit(1)).first()
    return VersionView(kind, item, *row) if row else None


def content_of(actor: Actor, kind: str, key: int) -> bytes:
    """The file of one version, byte for byte.

    Raises:
        NotFound: there is none, or the actor does not read models.
    """
    demand_models(actor)
    table, content = _CONTENT[kind]
    found = db.session.execute(select(*content).where(table.key == key)).first()
    if found is None:
        raise NotFound(_l("There is no such process."))
    return next((one if isinstance(one, bytes) else str(one).encode() for one in found if one is not None), b"")


def dependents(actor: Actor, items: Iterable[Item], names: Iterable[str]) -> Sequence[Dependent]:
    """The processes that would be deployed again when some items are deployed.

    Args:
        names: of the files that are deployed.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    return [_dependent(found) for found in bound_to(set(items), set(names))]


def used_by(actor: Actor, kind: str, item: str) -> Sequence[Dependent]:
    """The latest processes whose models name a decision, form or process.

    Raises:
        NotFound: the actor does not read models.
    """
    demand_models(actor)
    names = db.session.scalars(select(ProcessDefinition.process_id).distinct().order_by(ProcessDefinition.process_id))
    latest = (definition(key) for name in names if (key := latest_key(name)) is not None)
    return [
        _dependent(found)
        for found in latest
        if any((reference.kind, reference.name) == (kind, item) for reference in found.model.references)
    ]


def _dependent(found: Definition) -> Dependent:
    return Dependent(found.process_id, found.name, found.version)


_CONTENT: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "process": (ProcessDefinition, (ProcessDefinition.xml,)),
    "decision": (DecisionDefinition, (DecisionDefinition.xml,)),
    "form": (Form, (Form.source,)),
    "template": (DocumentTemplate, (DocumentTemplate.content, DocumentTemplate.source)),
}


def _rows(kind: str, item: str) -> Select[Any]:
    if kind == "template":
        table: Any = DocumentTemplate
        columns = (table.name, table.name, table.deployment_key, table.created_at, table.deployed_by)
        query = select(table.key, table.version, literal(None), *columns)
        return query.where(table.name == item.removesuffix(".docx")).order_by(table.version.desc())
    table, named, name = {
        "process": (ProcessDefinition, ProcessDefinition.process_id, ProcessDefinition.name),
        "decision": (DecisionDefinition, DecisionDefinition.decision_id, DecisionDefinition.name),
        "form": (Form, Form.form_id, Form.title),
    }[kind]
    return (
        select(
            table.key,
            table.version,
            table.version_tag,
            func.coalesce(name, named),
            table.resource_name,
            table.deployment_key,
            Deployment.deployed_at,
            Deployment.deployed_by,
        )
        .join(Deployment, Deployment.key == table.deployment_key)
        .where(named == item)
        .order_by(table.version.desc())
    )
