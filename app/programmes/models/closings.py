"""What remains of a programme: its closing report, and what was attached afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .programmes import SupportProgramme

OPEN, CLOSED, EXTENDED, DROPPED = "open", "closed", "extended", "dropped"


class ProgrammeClosing(Base):
    """One attempt to close a programme; the one that succeeded is its archive and never changes.

    Attributes:
        explanations: what the executors said of what was still open: `{kind, key, title, answer, explanation, by}`.
        tables: frozen when the report was written: `measures, counts, indicators, participation, courses, programmes,
            practices` (see `rules.closing`).
        report: fields of the form `closing_report`; `reason` where the conclusion differs from `proposed`.
        protocol, order: `{number, date, document_id}`.
        document_id: of the closing report.
        closed_on: the day when the programme was closed, or when the attempt was refused or cancelled.
    """

    __tablename__ = "programme_closing"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_key: Mapped[int] = mapped_column(ForeignKey("support_programme.key"))
    state: Mapped[str] = mapped_column(default=OPEN)
    explanations: Mapped[list[Any]] = mapped_column(default=list)
    tables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed: Mapped[str] = mapped_column(default="")
    conclusion: Mapped[str] = mapped_column(default="")
    protocol: Mapped[dict[str, Any]] = mapped_column(default=dict)
    order: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document_id: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    programme: Mapped[SupportProgramme] = relationship(lazy="joined", innerjoin=True)
    addenda: Mapped[list[ClosingAddendum]] = relationship(order_by="ClosingAddendum.added_at", lazy="select")
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed', 'extended', 'dropped')", name="state"),
        Index(
            "uq_programme_closing_one",
            "programme_key",
            unique=True,
            postgresql_where=text("state IN ('open', 'closed')"),
        ),
    )


class ClosingAddendum(Base):
    """A measure that ended after the programme was closed (SOS 14, March 2024), attached to its closing report."""

    __tablename__ = "closing_addendum"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closing_key: Mapped[int] = mapped_column(ForeignKey("programme_closing.key"))
    measure_key: Mapped[int] = mapped_column(ForeignKey("measure.key"), unique=True)
    number: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    added_at: Mapped[datetime]
    __table_args__ = (Index("ix_closing_addendum_closing_key", "closing_key"),)
