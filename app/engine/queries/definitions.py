"""What is deployed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from app.documents import docx_templates
from app.engine import decisions_made, policies
from app.engine.definitions import Definition, latest_key
from app.engine.definitions import definition as known_definition
from app.engine.models import DecisionDefinition, Deployment, DeploymentItem, ProcessDefinition, ProcessInstance
from app.engine.views import DefinitionView, Deployed, DeployedItem
from app.forms import queries as forms
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


def _latest() -> Select[Any]:
    """Keys of the latest version of every process."""
    newest = func.max(ProcessDefinition.version).over(partition_by=ProcessDefinition.process_id).label("newest")
    inner = select(ProcessDefinition.key, ProcessDefinition.version, newest).subquery()
    return select(inner.c.key).where(inner.c.version == inner.c.newest)


def _keys(query: Select[Any]) -> list[Definition]:
    return sorted((known_definition(key) for key in db.session.scalars(query)), key=lambda d: (d.name, d.version))


def definitions(
    actor: Actor,
    *,
    process_id: str | None = None,
    latest: bool = True,
    keys: Sequence[int] = (),
) -> list[DefinitionView]:
    """Processes with their versions, by name; only the latest of each unless `latest` is False."""
    query: Select[Any] = _latest() if latest else select(ProcessDefinition.key)
    column: Any = query.selected_columns[0]
    if process_id is not None:
        named = select(ProcessDefinition.key).where(ProcessDefinition.process_id == process_id)
        query = query.where(column.in_(named))
    if keys:
        query = query.where(column.in_(keys))
    return [_view(found) for found in _keys(query)]


def definition(actor: Actor, key: int) -> DefinitionView:
    """One version of a process.

    Raises:
        NotFound: there is none.
    """
    return _view(known_definition(key))


def open_to(actor: Actor) -> frozenset[int] | None:
    """Keys of the process definitions that the actor may read as a client of the API: None for all.

    Who does not read models knows those that they may start.
    """
    if policies.may_read_models(actor):
        return None
    every = _keys(select(ProcessDefinition.key))
    return frozenset(found.key for found in every if policies.may_start(actor, found))


def end_name(key: int, element_id: str | None) -> str:
    """What the end that an instance reached is called in its model; empty when there is none, or no such element."""
    found = known_definition(key).model.elements.get(element_id) if element_id else None
    return (found.name or found.id) if found else ""


def readable(actor: Actor, key: int) -> DefinitionView:
    """One version of a process for a client of the API.

    Raises:
        NotFound: there is none, or the actor neither reads models nor may start this one.
    """
    found = known_definition(key)
    if not policies.may_read_models(actor) and not policies.may_start(actor, found):
        raise NotFound(_l("There is no such process."))
    return _view(found)


def explained(actor: Actor, process_id: str, version: int | None = None) -> DefinitionView:
    """A version of a process for whoever may know how it works: readers of models, who may start it, and who sees a
    run of this version (its drawing is on the page of the run).

    Args:
        version: the latest one when None.

    Raises:
        NotFound: there is none, or it is not the actor's to know.
    """
    key = latest_key(process_id, version)
    found = known_definition(key) if key is not None else None
    if found is None or not (
        policies.may_read_models(actor) or policies.may_start(actor, found) or _sees_a_run(actor, found.key)
    ):
        raise NotFound(_l("There is no such process."))
    return _view(found)


def _sees_a_run(actor: Actor, key: int) -> bool:
    runs = select(ProcessInstance.key).where(ProcessInstance.definition_key == key, policies.visible(actor))
    return db.session.scalar(runs.limit(1)) is not None


def decision_name(key: int, decision_id: str) -> str | None:
    """What a decision is called in one version; None when it has no name.

    Args:
        key: of the decision definition that the history names.
        decision_id: of it, or of a decision that it requires.
    """
    try:
        model, _version, _own = decisions_made.model_of(key)
    except NotFound:
        return None
    found = model.decisions.get(decision_id)
    return found.name if found else None


def startable(actor: Actor) -> list[DefinitionView]:
    """The processes that the actor may start («Начать процесс»)."""
    return [
        _view(found)
        for found in _keys(_latest())
        if policies.may_start(actor, found) and any(start.kind == "none" for start in found.model.starts)
    ]


def xml_of(actor: Actor, definition_key: int) -> str:
    """The diagram of a process definition.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalar(select(ProcessDefinition.xml).where(ProcessDefinition.key == definition_key))
    if found is None:
        raise NotFound(_l("There is no such process."))
    return found


def deployment(actor: Actor, key: int) -> Deployed:
    """What was deployed together.

    Raises:
        NotFound: there is none.
    """
    row = db.session.get(Deployment, key)
    if row is None:
        raise NotFound(_l("There is no such deployment."))
    found = db.session.scalars(select(DeploymentItem).where(DeploymentItem.deployment_key == key))
    return Deployed(key, row.deployed_at, tuple(_item(item) for item in found))


def _item(item: DeploymentItem) -> DeployedItem:
    if item.kind == "form":
        form = forms.form(item.definition_key)
        version, name, tag, own = form.version, form.title, form.version_tag, form.deployment_key
    elif item.kind == "template":
        template = docx_templates.by_key(item.definition_key)
        version, name, tag = template.version if template else 0, item.item, None
        own = template.deployment_key if template else 0
    else:
        table = ProcessDefinition if item.kind == "process" else DecisionDefinition
        row: Any = db.session.get_one(table, item.definition_key)
        version, name, tag, own = row.version, row.name, row.version_tag, row.deployment_key
    new = own == item.deployment_key
    return DeployedItem(item.kind, item.item, item.definition_key, version, item.resource_name, name, tag, new)


def _view(found: Definition) -> DefinitionView:
    return DefinitionView(
        key=found.key,
        process_id=found.process_id,
        version=found.version,
        version_tag=found.version_tag,
        name=found.name,
        documentation=found.model.documentation,
        resource_name=found.resource_name,
        deployment_key=found.deployment_key,
        properties=found.properties,
        startable=any(start.kind == "none" for start in found.model.starts),
    )
