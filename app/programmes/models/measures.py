"""Measures of a roadmap and what becomes of them month by month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .roadmaps import Roadmap

PLANNED, RUNNING, DONE, PARTLY, NOT_DONE, CANCELLED = "planned", "running", "done", "partly", "not_done", "cancelled"
OVER = (DONE, PARTLY, NOT_DONE, CANCELLED)
PROPOSED, ACCEPTED, REFUSED = "proposed", "accepted", "refused"
_STATES = "('planned', 'running', 'done', 'partly', 'not_done', 'cancelled')"


class Measure(Base):
    """A row of a roadmap. Its texts are the document's, word for word; what we read into them stands beside.

    Attributes:
        row_key: immutable, unique everywhere: `LIP-2018:2.2`; the second row of one number `YAR-2022:4.3-2`. What
            `roadmap_row` of the processes begins with.
        number, title, period_text, executors, result, fixing_document, control_form: as written.
        period_kind: one of `rules.periods.KINDS`.
        months: of a dated measure (`months`: an occurrence each, `window`: one from the first to the last); else empty.
        windows: `{from, to}` (ISO dates) where the document names years («декабрь 2021 – январь 2022»).
        lead, co: roles (`iro_coordinator`, `mms_methodist`, …) of the leading executor and the others.
        groups: codes of the groups of schools.
        thresholds: `{code, label, at_least, unit, count, group?, indicator?}`, see `rules.thresholds`.
        follows: `row_key` of the regional measure whose facts it takes.
        carried_from: `row_key` of the measure of the year before that was not finished.
        warnings: what the import said about it; kept, never repaired.
        instance_key: its `roadmap_measure`.
    """

    __tablename__ = "measure"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_key: Mapped[str] = mapped_column(unique=True)
    roadmap_key: Mapped[int] = mapped_column(ForeignKey("roadmap.key"))
    section: Mapped[str]
    position: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    full_title: Mapped[str] = mapped_column(default="")
    period_text: Mapped[str]
    period_kind: Mapped[str]
    months: Mapped[list[Any]] = mapped_column(default=list)
    windows: Mapped[list[Any]] = mapped_column(default=list)
    executors: Mapped[str] = mapped_column(default="")
    executor_codes: Mapped[list[str]] = mapped_column(default=list)
    lead: Mapped[str] = mapped_column(default="")
    co: Mapped[list[str]] = mapped_column(default=list)
    groups: Mapped[list[str]] = mapped_column(default=list)
    result: Mapped[str] = mapped_column(default="")
    fixing_document: Mapped[str] = mapped_column(default="")
    control_form: Mapped[str] = mapped_column(default="")
    process: Mapped[str] = mapped_column(default="")
    thresholds: Mapped[list[Any]] = mapped_column(default=list)
    follows: Mapped[str | None]
    carried_from: Mapped[str | None]
    warnings: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(default=PLANNED)
    reason: Mapped[str] = mapped_column(default="")
    instance_key: Mapped[int | None]
    version: Mapped[int] = mapped_column()
    roadmap: Mapped[Roadmap] = relationship(lazy="joined", innerjoin=True)
    occurrences: Mapped[list[Occurrence]] = relationship(
        back_populates="measure", order_by="Occurrence.number", lazy="select"
    )
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("period_kind IN ('months', 'window', 'year', 'schedule', 'monthly', 'request')", name="kind"),
        CheckConstraint(f"state IN {_STATES}", name="state"),
        CheckConstraint("follows <> row_key", name="follows"),
        Index("ix_measure_roadmap_key", "roadmap_key", "position"),
        Index("ix_measure_follows", "follows"),
        Index("ix_measure_process", "process"),
    )


class Occurrence(Base):
    """One time that a measure is to happen: a month, a window, a date of the schedule, a quarter, a request.

    Attributes:
        number: 1, 2, … in the measure; `ref` is what `roadmap_row` of the linked process holds.
        opens_on, due_on: first day and last working day.
        planned_on: the first day as it was planned first; moves never change it.
        status: as the accepted report says; `reason` why it is not whole.
        reported: the status that waits for the coordinator, empty otherwise.
        evidence: files and documents of the accepted reports.
        instance_key: its `measure_occurrence`; `linked_key`: the process that does the work.
    """

    __tablename__ = "occurrence"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure_key: Mapped[int] = mapped_column(ForeignKey("measure.key"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    planned_on: Mapped[date]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(default=PLANNED)
    reported: Mapped[str] = mapped_column(default="")
    fact_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    requested_by: Mapped[str] = mapped_column(default="")
    instance_key: Mapped[int | None]
    linked_key: Mapped[int | None]
    linked_process: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    measure: Mapped[Measure] = relationship(back_populates="occurrences", lazy="joined", innerjoin=True)
    facts: Mapped[list[MeasureFact]] = relationship(
        back_populates="occurrence", order_by="MeasureFact.at", lazy="select"
    )
    moves: Mapped[list[OccurrenceMove]] = relationship(order_by="OccurrenceMove.at", lazy="select")
    __table_args__ = (
        UniqueConstraint("measure_key", "number"),
        CheckConstraint(f"status IN {_STATES}", name="status"),
        CheckConstraint("opens_on <= due_on", name="dates"),
        Index("ix_occurrence_due", "status", "due_on"),
        Index("ix_occurrence_opens", "opens_on"),
    )

    @property
    def ref(self) -> str:
        """What the header variable `roadmap_row` of its linked process holds: `LIP-2018:2.2/3`."""
        return f"{self.measure.row_key}/{self.number}"


class MeasureFact(Base):
    """What a report, a finished process or a regional measure says was done. Never changed; totals are counted here.

    Attributes:
        source: `report`, `process`, `regional`, `co_executor`.
        values: numbers by code (`meetings`, `seminars`, …): they add up over the facts of a measure.
        participants: `{organisation, municipality, count}`: organisations are counted once over all facts.
        evidence: what file pickers give, and `{document_id, kind, number, title}` of registered documents.
    """

    __tablename__ = "measure_fact"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occurrence_key: Mapped[int] = mapped_column(ForeignKey("occurrence.key"))
    source: Mapped[str]
    fact_on: Mapped[date]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    participants: Mapped[list[Any]] = mapped_column(default=list)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(default="")
    instance_key: Mapped[int | None]
    reported_by: Mapped[str] = mapped_column(default="")
    accepted_by: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    occurrence: Mapped[Occurrence] = relationship(back_populates="facts", lazy="raise")
    __table_args__ = (
        CheckConstraint("source IN ('report', 'process', 'regional', 'co_executor')", name="source"),
        Index("ix_measure_fact_occurrence_key", "occurrence_key"),
    )


class OccurrenceMove(Base):
    """A wish to do it at another time, and what the coordinator said; both dates stay (LEB-12)."""

    __tablename__ = "occurrence_move"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    occurrence_key: Mapped[int] = mapped_column(ForeignKey("occurrence.key"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default=PROPOSED)
    proposed_by: Mapped[str]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'refused')", name="state"),
        Index("ix_occurrence_move_occurrence_key", "occurrence_key"),
    )
