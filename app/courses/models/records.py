"""What stays of a course: attestation base of ЦМОКО, certificates, study notes, recommendations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from ..rules import scores
from .listeners import Listener


class AttestationBaseRecord(Base):
    """A record of the base of the attestation department of ЦМОКО: restricted («для служебного пользования»).

    Attributes:
        annulled_at: the result was annulled (the reason stands with it): the record counts and shows no more.
    """

    __tablename__ = "attestation_base_record"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"))
    teacher: Mapped[str]
    subject: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric)
    max_points: Mapped[Decimal] = mapped_column(Numeric)
    attempt_kind: Mapped[str]
    tested_on: Mapped[date]
    recorded_at: Mapped[datetime]
    annulled_at: Mapped[datetime | None]
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        Index(
            "uq_attestation_base_record_counting",
            "listener_key",
            "attempt_kind",
            unique=True,
            postgresql_where=text("annulled_at IS NULL"),
        ),
        CheckConstraint("attempt_kind IN ('входной', 'повторный')", name="kind"),
        CheckConstraint("max_points > 0 AND points >= 0 AND points <= max_points", name="points"),
        Index("ix_attestation_base_record_teacher", "teacher"),
    )

    @property
    def pct(self) -> Fraction:
        """The exact percentage."""
        return scores.percent(self.points, self.max_points)


class Certificate(Base):
    """A certificate (удостоверение) in the register; numbers of a year have no gaps."""

    __tablename__ = "certificate"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    order_key: Mapped[int | None] = mapped_column(ForeignKey("course_order.key"))
    programme_title: Mapped[str]
    hours: Mapped[int]
    period_from: Mapped[date]
    period_to: Mapped[date]
    blank_series: Mapped[str | None]
    blank_number: Mapped[str | None]
    frdo_exported_on: Mapped[date | None]
    document_id: Mapped[str | None]
    created_at: Mapped[datetime]
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("(blank_series IS NULL) = (blank_number IS NULL)", name="blank"),
        Index(
            "uq_certificate_blank",
            "blank_series",
            "blank_number",
            unique=True,
            postgresql_where=text("blank_number IS NOT NULL"),
        ),
    )


class StudyNote(Base):
    """A note about the training (справка об обучении) for a listener without a certificate."""

    __tablename__ = "study_note"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_on: Mapped[date]
    reason: Mapped[str]
    document_id: Mapped[str | None]
    created_at: Mapped[datetime]
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)


class Recommendation(Base):
    """A recommendation of the commission (LIP §5); given by choice, never by itself."""

    __tablename__ = "recommendation"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"), unique=True)
    kinds: Mapped[list[str]]
    text: Mapped[str]
    signatures: Mapped[list[Any]] = mapped_column(default=list)
    document_id: Mapped[str | None]
    issued_on: Mapped[date]
    created_at: Mapped[datetime]
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)
