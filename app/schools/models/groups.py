"""Groups of schools: categories that a list gave, projects of a year, initial lists; and who belonged to them when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class SchoolGroup(Base):
    """A group of schools, which programmes, thresholds and indicators name by its code.

    Attributes:
        code: as `shnor`, `risk_zone`, `p500_2022`; never changes.
        kind: `category` (ШНОР, ШНСУ, зона риска: given by an approved list), `project` (500+ of a year) or `list`.
        year: of a project or list of one year; None for a lasting group.
    """

    __tablename__ = "school_group"
    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    year: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("kind IN ('category', 'project', 'list')", name="kind"),)


class SchoolMembership(Base):
    """A school belongs to a group for a time; at most once on a day.

    Attributes:
        valid_from, valid_to: first and last day; no last day while it lasts.
        reason: why the school is in, as the list says.
        document_id: key of the order or list; None when there is none (federal list, import).
        list_id: record of the list decision that put the school in.
        end_reason: why it left.
    """

    __tablename__ = "school_membership"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group_code: Mapped[str] = mapped_column(ForeignKey("school_group.code"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    reason: Mapped[str]
    document_id: Mapped[str | None]
    list_id: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    end_reason: Mapped[str | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
        Index(
            "uq_school_membership_lasting",
            "group_code",
            "school",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_school_membership_school", "school"),
        Index("ix_school_membership_group_code_valid_from", "group_code", "valid_from"),
    )
