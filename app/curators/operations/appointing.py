"""Appointments by an order: exactly one per kind and target, with the access rights that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.people import operations as people

from ..models import ACTIVE, AGREED, DROPPED, ENDED, CuratorAppointment
from .places import lock, of_instance


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an order brought: rows in force, and those that were left because somebody else had been appointed."""

    appointed: list[CuratorAppointment]
    left: list[CuratorAppointment]


def appoint(actor: Actor, instance_key: int, order: Mapping[str, Any]) -> Outcome:
    """Put the agreed rows of a process in force: rights are given, who was replaced or whose term is over ends.

    Args:
        order: `number, date, document_id`.
    """
    outcome = Outcome([], [])
    for row in of_instance(instance_key, AGREED):
        lock(row.kind, row.target)
        db.session.refresh(row)
        if row.state != AGREED:
            continue  # another connection has put it in force meanwhile
        before = _in_office(row.kind, row.target)
        if before is not None and before.key != row.replaces and before.valid_to and before.valid_to >= clock.today():
            row.state, row.ended_at = DROPPED, clock.now()
            outcome.left.append(row)
            continue
        if before is not None:
            end_appointment(actor, before, row.replace_reason or "")
        _put_in_force(actor, row, order)
        outcome.appointed.append(row)
    db.session.flush()
    return outcome


def end_appointment(actor: Actor, row: CuratorAppointment, reason: str) -> None:
    """End an appointment, with the rights that it gave."""
    if row.state != ACTIVE:
        return
    row.state, row.ended_at, row.end_reason = ENDED, clock.now(), reason or None
    db.session.flush()
    if row.assignment_id is not None:
        people.end_role(PLATFORM, row.assignment_id)
    audit.record_event(actor, "curator", str(row.key), "end", details={"reason": reason} if reason else None)


def end_expired(actor: Actor) -> int:
    """End the appointments whose term is over; their rights ended with the day. Returns how many."""
    query = select(CuratorAppointment).where(
        CuratorAppointment.state == ACTIVE, CuratorAppointment.valid_to < clock.today()
    )
    rows = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    for row in rows:
        end_appointment(actor, row, "")
    return len(rows)


def _put_in_force(actor: Actor, row: CuratorAppointment, order: Mapping[str, Any]) -> None:
    row.state = ACTIVE
    row.order_number, row.document_id = str(order.get("number") or ""), str(order.get("document_id") or "")
    row.order_date = date.fromisoformat(str(order["date"])[:10]) if order.get("date") else clock.today()
    given = people.assign_role(
        PLATFORM,
        str(row.person),
        str(row.role),
        str(row.holder),
        object_kind="org",
        object_key=row.target,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
    row.assignment_id = given.id
    db.session.flush()
    audit.record_event(actor, "curator", str(row.key), "appoint", details={"person": row.person, "target": row.target})


def _in_office(kind: str, target: str) -> CuratorAppointment | None:
    return db.session.scalar(
        select(CuratorAppointment)
        .where(CuratorAppointment.kind == kind, CuratorAppointment.target == target, CuratorAppointment.state == ACTIVE)
        .with_for_update()
    )
