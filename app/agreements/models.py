"""Agreements of cooperation with parties and joint plan; tutor schools, base sites and network groups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base
from app.kernel.ids import next_key

DRAFT, IN_FORCE, NOTICE = "draft", "in_force", "notice"
COMPLETED, REFUSED, TERMINATED, EXPIRED = "completed", "refused", "terminated", "expired"
CANCELLED = "cancelled"
"""A draft whose process was cancelled; one in force is terminated then."""
SIGNED = (IN_FORCE, NOTICE, COMPLETED, TERMINATED, EXPIRED)
"""States of an agreement that was signed at some time."""
VALID = (IN_FORCE, NOTICE)
"""States in which it holds; with ten working days of notice it holds to their end."""
PLANNED, REPORTED, CONFIRMED = "planned", "reported", "confirmed"


class Agreement(Base):
    """An agreement; its register number comes with the last signature.

    Attributes:
        kind: in the words of the form `cooperation_agreement`.
        initiator: organisation that drafted it; numbers are counted per initiator and year.
        version: of the text that stands in `subject`, `forms` and the joint plan; earlier ones in `AgreementVersion`.
        terminates_on: the last day after notice was given, with `end_reason` and who gave it.
    """

    __tablename__ = "agreement"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    kind: Mapped[str]
    initiator: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str]
    forms: Mapped[list[str]]
    term_from: Mapped[date]
    term_to: Mapped[date]
    state: Mapped[str]
    number: Mapped[str | None]
    signed_on: Mapped[date | None]
    document_id: Mapped[str | None]
    scan: Mapped[list[Any]] = mapped_column(default=list)
    instance_key: Mapped[int | None]
    notice_by: Mapped[str | None]
    notice_on: Mapped[date | None]
    terminates_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    parties: Mapped[list[AgreementParty]] = relationship(
        back_populates="agreement", order_by="AgreementParty.position", cascade="all, delete-orphan", lazy="selectin"
    )
    activities: Mapped[list[JointActivity]] = relationship(
        back_populates="agreement", order_by="JointActivity.position", cascade="all, delete-orphan", lazy="select"
    )
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_force', 'notice', 'completed', 'refused', 'terminated', 'expired', 'cancelled')",
            name="state",
        ),
        CheckConstraint("term_to > term_from", name="term"),
        CheckConstraint("(number IS NULL) = (signed_on IS NULL)", name="signed"),
        CheckConstraint("number IS NOT NULL OR state IN ('draft', 'refused', 'cancelled')", name="numbered"),
        Index("uq_agreement_instance_key", "instance_key", unique=True),
        Index("ix_agreement_state", "state"),
    )


class AgreementParty(Base):
    """One side of an agreement, with its signature.

    Attributes:
        role: in the words of the form (`школа-партнёр/наставник`, `школа-участник`, …).
        signature: what the head signed (`login, name, role, signed_at, sha256`), null before.
        report: the mutual report at the end: what was given, what has changed.
    """

    __tablename__ = "agreement_party"
    agreement_key: Mapped[int] = mapped_column(ForeignKey("agreement.key"), primary_key=True)
    organisation: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str | None]
    position: Mapped[int]
    role: Mapped[str]
    signature: Mapped[dict[str, Any] | None]
    report: Mapped[str | None]
    agreement: Mapped[Agreement] = relationship(back_populates="parties")
    __table_args__ = (
        Index("ix_agreement_party_organisation", "organisation"),
        Index("ix_agreement_party_municipality", "municipality"),
    )


class AgreementVersion(Base):
    """A text that was sent to the parties; never changed."""

    __tablename__ = "agreement_version"
    agreement_key: Mapped[int] = mapped_column(ForeignKey("agreement.key"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class JointActivity(Base):
    """A row of the joint plan: planned, reported by one side, confirmed by another.

    Attributes:
        responsible: organisation that reports it.
        form, held_on, participants, outcome: from the form `partner_visit`.
    """

    __tablename__ = "joint_activity"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    agreement_key: Mapped[int] = mapped_column(ForeignKey("agreement.key"))
    position: Mapped[int]
    title: Mapped[str]
    due: Mapped[date]
    responsible: Mapped[str]
    expected: Mapped[str]
    state: Mapped[str]
    form: Mapped[str | None]
    held_on: Mapped[date | None]
    participants: Mapped[list[Any]] = mapped_column(default=list)
    outcome: Mapped[str | None]
    reported_by: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    confirmed_for: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    agreement: Mapped[Agreement] = relationship(back_populates="activities")
    __table_args__ = (
        UniqueConstraint("agreement_key", "position"),
        CheckConstraint("state IN ('planned', 'reported', 'confirmed')", name="state"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
    )


class SupportSite(Base):
    """A school that helps others this year: tutor school or base site (LIP, infrastructure).

    Attributes:
        grounds: the monitoring data by which it was proposed.
    """

    __tablename__ = "support_site"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    school: Mapped[str]
    municipality: Mapped[str]
    kind: Mapped[str]
    theme: Mapped[str]
    offers: Mapped[list[str]]
    grounds: Mapped[str]
    state: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    order_number: Mapped[str | None]
    document_id: Mapped[str | None]
    instance_key: Mapped[int | None]
    report: Mapped[str | None]
    removed_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('active', 'removed', 'ended')", name="state"),
        CheckConstraint("until > since", name="term"),
        Index("uq_support_site_active", "school", "kind", unique=True, postgresql_where=text("state = 'active'")),
    )


class NetworkGroup(Base):
    """A temporary group of schools around one problem: members, plan, one meeting a quarter.

    Attributes:
        members: codes of schools; `plan`: rows `{title, due}`.
    """

    __tablename__ = "network_group"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    title: Mapped[str]
    problem: Mapped[str]
    leader: Mapped[str]
    members: Mapped[list[str]]
    plan: Mapped[list[Any]]
    since: Mapped[date]
    until: Mapped[date]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
