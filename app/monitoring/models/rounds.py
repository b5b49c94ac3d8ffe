"""Rounds of the school monitoring: a stage, its schools, what teachers were found to know, figures."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base


class MonitoringRound(Base):
    """One stage of the school monitoring in a year (LIP §1), or the monitoring of methodical systems (SOS 7).

    Attributes:
        stage: `I`, `II`, `III`, or `М` for the methodical systems.
        group_code: the group of schools that takes part; None for all participant schools.
        areas: codes of `rules.stages.AREAS`.
        opens_on, window_until: first and last day of the questionnaires, before any extension.
        tools: sha256 of every questionnaire by form id: stages are compared only where the tools are the same.
        previous_key: the stage that this one is compared with.
    """

    __tablename__ = "monitoring_round"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    stage: Mapped[str]
    group_code: Mapped[str | None]
    areas: Mapped[list[str]]
    opens_on: Mapped[date]
    window_until: Mapped[date]
    tools: Mapped[dict[str, Any]]
    previous_key: Mapped[int | None] = mapped_column(ForeignKey("monitoring_round.key"))
    instance_key: Mapped[int] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("stage IN ('I', 'II', 'III', 'М')", name="stage"),
        CheckConstraint("window_until >= opens_on", name="window"),
        Index("ix_monitoring_round_year_stage", "year", "stage"),
    )


class MonitoringSchool(Base):
    """A school in a round.

    Attributes:
        status: `open` (questionnaires or results are awaited), `summary` (the window is closed), `review`,
            `accepted`, `not_submitted`.
        window_until: with the extension; the public pages close after this day.
        classes: `{name, pupils, parents}`: how many answers are expected.
        coverage: by audience `{asked, answered, minimum, low}`, filled when the window closes.
        summary: what the head sent (`school_monitoring_summary`).
    """

    __tablename__ = "monitoring_school"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_key: Mapped[int] = mapped_column(ForeignKey("monitoring_round.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str | None]
    status: Mapped[str]
    window_until: Mapped[date]
    extended: Mapped[bool] = mapped_column(default=False)
    window_closed: Mapped[bool] = mapped_column(default=False)
    teachers: Mapped[int] = mapped_column(default=0)
    classes: Mapped[list[Any]] = mapped_column(default=list)
    coverage: Mapped[dict[str, Any]] = mapped_column(default=dict)
    low_coverage: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary_id: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    round: Mapped[MonitoringRound] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        UniqueConstraint("round_key", "school"),
        CheckConstraint("status IN ('open', 'summary', 'review', 'accepted', 'not_submitted')", name="status"),
        Index("ix_monitoring_school_school", "school"),
    )


class CompetenceLevel(Base):
    """How far a teacher's four competences are developed: by herself, and by the deputy head (levels 0–3).

    Attributes:
        own: levels by competence as the teacher sees them; empty while she has not answered.
        levels: as the deputy head sees them; empty while nobody has judged.
        directions: what to improve.
    """

    __tablename__ = "monitoring_competence"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school_key: Mapped[int] = mapped_column(ForeignKey("monitoring_school.key"))
    teacher: Mapped[str]
    own: Mapped[dict[str, Any]] = mapped_column(default=dict)
    levels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    directions: Mapped[list[str]] = mapped_column(default=list)
    evaluator: Mapped[str | None]
    __table_args__ = (UniqueConstraint("school_key", "teacher"),)


class MonitoringFigure(Base):
    """One aggregate of a school: written once, when the window closes, never while answers still come.

    Attributes:
        audience: `teacher`, `pupil`, `parent`, or `school` for what no persons answered.
        code: names the figure over the stages (`satisfied`, `life:уроки`, `ОГЭ:математика`).
        people: how many answered; figures of fewer than five are shown to nobody (`rules.hiding`).
        total: sum of the answers, so that figures of several schools can be added.
    """

    __tablename__ = "monitoring_figure"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school_key: Mapped[int] = mapped_column(ForeignKey("monitoring_school.key"))
    area: Mapped[str]
    audience: Mapped[str]
    code: Mapped[str]
    tool: Mapped[str]
    people: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Numeric)
    __table_args__ = (UniqueConstraint("school_key", "audience", "code"),)
