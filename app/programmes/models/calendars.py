"""Stage calendars («апрель, июнь, ноябрь»): an object of a programme, versioned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base


class StageCalendar(Base):
    """One version of the stages of a year. Earlier versions stay; `current` marks the one in force.

    Attributes:
        code: `school_monitoring`, `municipal_monitoring`, …: what the stages are of.
        programme_key: whose calendar it is.
        business_days: stages begin and end on working days.
        moved: what the change to this version moved: `{kind, title, before, after, link}`.
    """

    __tablename__ = "stage_calendar"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_key: Mapped[int] = mapped_column(ForeignKey("support_programme.key"))
    code: Mapped[str]
    year: Mapped[int]
    version: Mapped[int]
    current: Mapped[bool]
    title: Mapped[str]
    business_days: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(default="")
    moved: Mapped[list[Any]] = mapped_column(default=list)
    created_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    stages: Mapped[list[CalendarStage]] = relationship(order_by="CalendarStage.number", lazy="select")
    __table_args__ = (
        UniqueConstraint("programme_key", "code", "year", "version"),
        Index(
            "uq_stage_calendar_current", "programme_key", "code", "year", unique=True, postgresql_where=text("current")
        ),
    )


class CalendarStage(Base):
    """A stage: first and last day."""

    __tablename__ = "calendar_stage"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calendar_key: Mapped[int] = mapped_column(ForeignKey("stage_calendar.key"))
    number: Mapped[int]
    title: Mapped[str]
    month: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    __table_args__ = (
        UniqueConstraint("calendar_key", "number"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    )
