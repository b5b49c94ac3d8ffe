"""Open and resolved incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, select

from app.engine import policies
from app.engine.definitions import definition
from app.engine.incident_words import sentence
from app.engine.models import Incident, ProcessInstance
from app.engine.views import CAP, IncidentView, Page
from app.kernel.actor import Actor
from app.kernel.db import db


def incidents(
    actor: Actor,
    *,
    instance_key: int | None = None,
    process_id: str | None = None,
    keys: Sequence[int] = (),
    resolved: bool | None = False,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[IncidentView]:
    """Incidents of instances the actor may see; all of them for who operates the engine. The newest first.

    Who operates the engine without reading values gets kind and element, not the message (roles.md §3).

    Args:
        resolved: None for both.
    """
    told = and_(policies.visible(actor), policies.values_visible(actor))
    query = select(Incident, ProcessInstance.definition_key, told.label("told")).join(
        ProcessInstance, ProcessInstance.key == Incident.instance_key
    )
    if not policies.may_operate(actor):
        query = query.where(told)
    if instance_key is not None:
        query = query.where(Incident.instance_key == instance_key)
    if process_id is not None:
        query = query.where(Incident.process_id == process_id)
    if keys:
        query = query.where(Incident.key.in_(keys))
    if resolved is not None:
        query = query.where(Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(query.limit(CAP).subquery())) if count else None
    rows = db.session.execute(query.order_by(Incident.key.desc()).limit(limit).offset(offset)).all()
    return Page(tuple(_view(row, key, told) for row, key, told in rows), None, total)


def _view(row: Incident, definition_key: int, told: bool) -> IncidentView:
    info: Any = definition(definition_key).model.elements.get(row.element_id)
    return IncidentView(
        key=row.key,
        instance_key=row.instance_key,
        process_id=row.process_id,
        definition_key=definition_key,
        element_id=row.element_id,
        element_name=(info.name if info else None) or row.element_id,
        kind=row.kind,
        explanation=sentence(row.kind),
        message=row.message if told else "",
        job_key=row.job_key,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
    )
