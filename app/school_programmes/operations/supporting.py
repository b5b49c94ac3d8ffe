"""Programmes of targeted support for schools (YAR track 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import TargetedSupport

PLANNED, RUNNING, COMPLETED, DECLINED = "planned", "running", "completed", "declined"


def open_support(actor: Actor, title: str, schools: Sequence[str], *, instance_key: int | None) -> TargetedSupport:
    """Begin a programme for schools. Asked again for the same process it is the same row."""
    if instance_key is not None:
        known = db.session.scalar(select(TargetedSupport).where(TargetedSupport.instance_key == instance_key))
        if known is not None:
            return known
    row = TargetedSupport(
        title=title,
        schools=list(dict.fromkeys(schools)),
        state=PLANNED,
        content={},
        instance_key=instance_key,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "targeted_support", str(row.key), "open", details={"schools": row.schools})
    return row


def plan_support(actor: Actor, key: int, content: Mapping[str, Any] | None, until: date | None) -> TargetedSupport:
    """Keep what the methodist plans, or a new end of the term.

    Args:
        content: fields of the form `targeted_support`; None leaves it.
    """
    row = support(key)
    if content is not None:
        row.content = dict(content)
    row.period_to = until or row.period_to
    db.session.flush()
    return row


def approve_support(actor: Actor, key: int, order: Mapping[str, Any]) -> TargetedSupport:
    """Put it into force by the order of the institute (`number, document_id`)."""
    row = support(key)
    row.state, row.approved_on = RUNNING, row.approved_on or clock.today()
    row.order_number, row.document_id = order.get("number"), order.get("document_id")
    db.session.flush()
    audit.record_event(actor, "targeted_support", str(row.key), "approve")
    return row


def close_support(
    actor: Actor, key: int, state: str, *, result: Mapping[str, Any] | None = None, reason: str | None = None
) -> TargetedSupport:
    """End it as completed with its result, or as declined with the reason."""
    row = support(key)
    if row.ended_on is None:
        row.state, row.ended_on, row.reason = state, clock.today(), reason
        row.result = dict(result) if result else None
        db.session.flush()
        audit.record_event(actor, "targeted_support", str(row.key), "close", details={"state": state})
    return row


def support(key: int) -> TargetedSupport:
    """A programme of support, locked.

    Raises:
        NotFound: no such row.
    """
    row = db.session.scalar(select(TargetedSupport).where(TargetedSupport.key == key).with_for_update())
    if row is None:
        raise NotFound()
    return row
