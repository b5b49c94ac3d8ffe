"""Experts of the pool, and who looks after which school or municipality."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base
from app.kernel.ids import next_key

OPEN, OFFERED, AGREED, ACTIVE, ENDED, DROPPED = "open", "offered", "agreed", "active", "ended", "dropped"
PENDING = (OPEN, OFFERED, AGREED)
"""States of a row that a running process still works on."""
CARRIED = (OFFERED, AGREED, ACTIVE)
"""States that count as load of a person."""


class Expert(Base):
    """A member of the expert pool (LIP 3.1); at most one active row per person.

    Attributes:
        areas: competence areas in the words of the form `expert_profile`.
        max_load: how many schools and municipalities this person may look after at once.
        valid_to: the pool is renewed every year.
    """

    __tablename__ = "expert"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    login: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str | None]
    category: Mapped[str]
    areas: Mapped[list[str]]
    max_load: Mapped[int]
    state: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    order_number: Mapped[str | None]
    document_id: Mapped[str | None]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('active', 'ended')", name="state"),
        CheckConstraint("max_load BETWEEN 1 AND 20", name="max_load"),
        CheckConstraint("valid_to > valid_from", name="term"),
        Index("uq_expert_active_login", "login", unique=True, postgresql_where=text("state = 'active'")),
    )


class CuratorAppointment(Base):
    """Somebody who looks after a school or municipality, or the place that still waits for somebody.

    A row begins as `open` when a process takes up a target, is `offered` to a person, `agreed` by the person and the
    head, `active` by an order, and `ended`; a place for which nobody was found is `dropped`.

    Attributes:
        kind: in the words of the form `curator_card`; see `rules.kinds`.
        target: code of the school or municipality; `municipality` is the one it lies in.
        role, holder: the role that was given, and the organisation in which it is held.
        assignment_id: row of the role assignment that opens the target to the person.
        refusals: who was asked before: `{person, name, reason, on}`.
        objected: the head has asked for another once; this is allowed once only.
        replaces: key of the appointment that ends when this one becomes active.
    """

    __tablename__ = "curator_appointment"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    kind: Mapped[str]
    target: Mapped[str]
    municipality: Mapped[str]
    person: Mapped[str | None]
    person_name: Mapped[str | None]
    role: Mapped[str | None]
    holder: Mapped[str | None]
    assignment_id: Mapped[int | None]
    state: Mapped[str]
    refusals: Mapped[list[Any]] = mapped_column(default=list)
    objected: Mapped[bool] = mapped_column(default=False)
    replaces: Mapped[int | None]
    replace_reason: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    order_number: Mapped[str | None]
    order_date: Mapped[date | None]
    document_id: Mapped[str | None]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('open', 'offered', 'agreed', 'active', 'ended', 'dropped')", name="state"),
        CheckConstraint("person IS NOT NULL OR state IN ('open', 'dropped')", name="person"),
        CheckConstraint("state <> 'active' OR valid_to > valid_from", name="term"),
        Index(
            "uq_curator_appointment_active",
            "kind",
            "target",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "uq_curator_appointment_pending",
            "kind",
            "target",
            unique=True,
            postgresql_where=text("state IN ('open', 'offered', 'agreed')"),
        ),
        Index("ix_curator_appointment_person", "person", "state"),
        Index("ix_curator_appointment_municipality", "municipality", "state"),
        Index("ix_curator_appointment_instance_key", "instance_key"),
    )
