"""Programmes of schools with versions, opinions and interviews; stage reports, recommendations, assessments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import TEXT, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base
from app.kernel.ids import next_key

DRAFTING, REVIEW, EXPERTISE, INTERVIEW, APPROVAL = "drafting", "review", "expertise", "interview", "approval"
RUNNING, ASSESSMENT = "running", "assessment"
SUCCESS, SUPPORT, STOPPED = "completed_success", "completed_support", "stopped"
ENDED = (SUCCESS, SUPPORT, STOPPED)
IN_FORCE = (RUNNING, ASSESSMENT)
STATES = (DRAFTING, REVIEW, EXPERTISE, INTERVIEW, APPROVAL, RUNNING, ASSESSMENT, *ENDED)
ON_TRACK, BEHIND, CRITICAL = "on_track", "behind", "critical"
LIGHTS = (ON_TRACK, BEHIND, CRITICAL)
STAGES = ("1", "2", "final")
DRAFTED, ISSUED, REJECTED = "drafted", "issued", "rejected"


class SchoolProgramme(Base):
    """The programme of a school; one at a time, with as many kinds as the lists that the school is in ask for.

    Attributes:
        kinds: codes of `rules.words.KINDS`.
        version: edition that counts; a new one opens by recommendations or with a new term.
        due_on: day by which it must be approved (LEB 1.10: 31 May).
        team: logins of the school team.
        expert_totals: points of the opinions on the newest revision.
        light: of the last stage.
        reason: why it ended before its time.
    """

    __tablename__ = "school_programme"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    team: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    expert_totals: Mapped[list[Any]]
    interview_result: Mapped[str | None]
    light: Mapped[str | None]
    light_stage: Mapped[str | None]
    verdict: Mapped[str | None]
    verdict_on: Mapped[date | None]
    approved_on: Mapped[date | None]
    order_number: Mapped[str | None]
    document_id: Mapped[str | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"light IN {LIGHTS}", name="light"),
        CheckConstraint("period_to > period_from", name="period"),
        Index("uq_school_programme_open", "school", unique=True, postgresql_where=text(f"state NOT IN {ENDED}")),
        Index("ix_school_programme_municipality", "municipality", "state"),
    )


class SchoolProgrammeVersion(Base):
    """What the team submitted, once and for all; `version` is the edition, `revision` counts its submissions.

    Attributes:
        content: fields of the form `school_programme`.
        reason: why the edition was opened.
        approved_on: day on which this revision came into force.
    """

    __tablename__ = "school_programme_version"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    version: Mapped[int]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    submitted_by: Mapped[str]
    submitted_at: Mapped[datetime]
    approved_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("programme_key", "version", "revision"),)


class ProgrammeOpinion(Base):
    """An expert's opinion on a revision: four criteria of 0 to 2 points."""

    __tablename__ = "school_programme_opinion"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    version: Mapped[int]
    revision: Mapped[int]
    expert: Mapped[str]
    criteria: Mapped[dict[str, Any]]
    total: Mapped[int]
    maximum: Mapped[int]
    verdict: Mapped[str]
    remarks: Mapped[str | None]
    given_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("total BETWEEN 0 AND maximum", name="total"),
        UniqueConstraint("programme_key", "version", "revision", "expert"),
    )


class ProgrammeInterview(Base):
    """The municipality and the school agree on indicators; `rows` say what was to change."""

    __tablename__ = "school_programme_interview"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    version: Mapped[int]
    revision: Mapped[int]
    held_on: Mapped[date]
    participants: Mapped[list[str]]
    rows: Mapped[list[Any]]
    result: Mapped[str]
    note: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    __table_args__ = (Index("ix_school_programme_interview_programme", "programme_key", "recorded_at"),)


class StageReport(Base):
    """What a school reported of a stage (YAR 2.5), or that it did not.

    Attributes:
        content: fields of the form `arp_stage_report`; empty when nothing was submitted.
        measures_done_pct, indicators_reached_pct: unrounded; null without a report.
    """

    __tablename__ = "school_stage_report"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str]
    year: Mapped[int]
    stage: Mapped[str]
    version: Mapped[int]
    submitted: Mapped[bool]
    content: Mapped[dict[str, Any]]
    measures_done_pct: Mapped[Decimal | None] = mapped_column(Numeric)
    indicators_reached_pct: Mapped[Decimal | None] = mapped_column(Numeric)
    light: Mapped[str]
    reported_by: Mapped[str | None]
    recorded_at: Mapped[datetime]
    instance_key: Mapped[int | None]
    __table_args__ = (
        CheckConstraint(f"stage IN {STAGES}", name="stage"),
        CheckConstraint(f"light IN {LIGHTS}", name="light"),
        UniqueConstraint("programme_key", "year", "stage"),
        Index("ix_school_stage_report_school", "school", "year"),
    )


class SchoolRecommendation(Base):
    """One row of address recommendations: drafted by the curator, issued or rejected by the working group's protocol.

    Attributes:
        number: of the row among those of the school and stage; a rejected row keeps its own.
        performance: what became of it, as the next report says: `done`, `partly`, `not_done`.
    """

    __tablename__ = "school_recommendation"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str]
    year: Mapped[int]
    stage: Mapped[str]
    number: Mapped[int]
    direction: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date | None]
    expected: Mapped[str | None]
    state: Mapped[str]
    decision_reason: Mapped[str | None]
    protocol_number: Mapped[str | None]
    protocol_document: Mapped[str | None]
    decided_on: Mapped[date | None]
    performance: Mapped[str | None]
    drafted_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"state IN {(DRAFTED, ISSUED, REJECTED)}", name="state"),
        CheckConstraint("performance IN ('done', 'partly', 'not_done')", name="performance"),
        UniqueConstraint("programme_key", "year", "stage", "number"),
        Index("ix_school_recommendation_school", "school", "year"),
    )


class RecommendationAnswer(Base):
    """The school has read the recommendations of a protocol and says how it corrects its programme."""

    __tablename__ = "school_recommendation_answer"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int] = mapped_column(ForeignKey("school_programme.key"))
    year: Mapped[int]
    stage: Mapped[str]
    protocol_document: Mapped[str]
    correction: Mapped[str]
    signature: Mapped[dict[str, Any]]
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("programme_key", "year", "stage", "protocol_document"),)


class EffectiveModeAssessment(Base):
    """Whether a school has moved to the effective mode (KEM): six instruments, then the verdict of the working group.

    Attributes:
        instruments: what each instrument gave, by its code in `rules.assessment.INSTRUMENTS`.
        proposed: by the decision `effective_mode`; the working group may decide otherwise with a reason.
    """

    __tablename__ = "effective_mode_assessment"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    programme_key: Mapped[int | None] = mapped_column(ForeignKey("school_programme.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    municipality: Mapped[str]
    year: Mapped[int]
    instruments: Mapped[dict[str, Any]]
    stable: Mapped[bool | None]
    effective: Mapped[bool | None]
    proposed: Mapped[str | None]
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    protocol_number: Mapped[str | None]
    protocol_document: Mapped[str | None]
    decided_on: Mapped[date | None]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("verdict IN ('moved', 'continue', 'strengthen')", name="verdict"),
        Index("uq_effective_mode_assessment_open", "school", unique=True, postgresql_where=text("verdict IS NULL")),
        Index("ix_effective_mode_assessment_school", "school", "year"),
    )


class TargetedSupport(Base):
    """A programme of targeted support for a school or a group of schools (YAR track 3).

    Attributes:
        content: fields of the form `targeted_support`.
        result: before and after, satisfaction, as the methodist wrote at the end of the term.
    """

    __tablename__ = "targeted_support"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    title: Mapped[str]
    schools: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    state: Mapped[str]
    content: Mapped[dict[str, Any]]
    period_to: Mapped[date | None]
    order_number: Mapped[str | None]
    document_id: Mapped[str | None]
    approved_on: Mapped[date | None]
    result: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    ended_on: Mapped[date | None]
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'running', 'completed', 'declined')", name="state"),
        Index("ix_targeted_support_schools", "schools", postgresql_using="gin"),
    )
