"""Lists of schools that get support (forms.yaml, school_list_decision), and figures as reports gave them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class SchoolList(Base):
    """The list of a year and place, from its draft to the order.

    Attributes:
        organisation: the region's authority, or the municipality.
        variant: `computed` (from data), `federal` (given by a federal project) or `municipal`.
        group_code: of a federal list: the project whose schools it names.
        state: `draft`, `approved` or `closed` (put away without an order).
        totals: of an approved list: `{schools, added[], kept[], left[]}` against the list before.
    """

    __tablename__ = "school_list"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    school_year: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    variant: Mapped[str]
    group_code: Mapped[str | None]
    state: Mapped[str]
    note: Mapped[str]
    run_key: Mapped[int | None] = mapped_column(ForeignKey("school_index_run.key"))
    order_number: Mapped[str | None]
    order_date: Mapped[date | None]
    document_id: Mapped[str | None]
    totals: Mapped[dict[str, Any]]
    instance_key: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("variant IN ('computed', 'federal', 'municipal')", name="variant"),
        CheckConstraint("state IN ('draft', 'approved', 'closed')", name="state"),
        Index(
            "uq_school_list_draft",
            "year",
            "organisation",
            "variant",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
    )


class SchoolListRow(Base):
    """A school of the list with what was computed and what was decided, side by side (KEM-03).

    Attributes:
        computed, decided: codes of groups.
        missing: data that was not there.
        objection: `include` or `exclude`, as the municipality proposed; `agreed` in time, `silent` after the deadline.
        settled_reason: why the regional coordinator decided as decided.
        change: against the list before: `added`, `kept` or `left`.
    """

    __tablename__ = "school_list_row"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    list_key: Mapped[int] = mapped_column(ForeignKey("school_list.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str | None]
    computed: Mapped[list[str]]
    decided: Mapped[list[str]]
    included: Mapped[bool]
    isb: Mapped[Decimal | None] = mapped_column(Numeric)
    results_text: Mapped[str]
    basis: Mapped[str]
    missing: Mapped[list[str]]
    flags: Mapped[list[str]]
    comment: Mapped[str]
    objection: Mapped[str | None]
    objection_reason: Mapped[str | None]
    objected_by: Mapped[str | None]
    settled_reason: Mapped[str | None]
    settled_by: Mapped[str | None]
    change: Mapped[str | None]
    appeal: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("list_key", "school"),
        CheckConstraint(
            "objection IS NULL OR objection IN ('include', 'exclude', 'agreed', 'silent')", name="objection"
        ),
        Index("ix_school_list_row_school", "school"),
    )


class ReportedFigure(Base):
    """A figure as a report gave it: stands beside the computed one and never replaces it (KEM-02).

    Attributes:
        code: `schools`, `rural_pct`, `urban_pct`.
        source: which report, for people to read.
    """

    __tablename__ = "school_reported_figure"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    code: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric)
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("year", "organisation", "code"),)
