"""A teacher on a course from the application to the end, with test results, groups and imports."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from ..rules import scores, words
from .courses import Course

SUBMITTED, APPLIED, HELD, WAITING = "submitted", "applied", "held", "waiting"
CONFIRMED, FINISHED = "confirmed", "finished"
NOT_SENT, WAITLIST_CLOSED, REFUSED = "not_sent", "waitlist_closed", "refused"
WITHDRAWN, EXPELLED = "withdrawn", "expelled"
OPEN_APPLICATION = (SUBMITTED, APPLIED, HELD, WAITING)
"""At the head; signed without a place; with a place held; on the waiting list."""
ON_PLACE = (HELD, CONFIRMED, FINISHED)
"""Statuses that use a place."""
ACTIVE = (*OPEN_APPLICATION, CONFIRMED, FINISHED)
ENDED = (NOT_SENT, WAITLIST_CLOSED, REFUSED, WITHDRAWN, EXPELLED)


class Listener(Base):
    """One teacher's application to one course and all that follows.

    Attributes:
        teacher: login (`teacher_id`, `listener_id` of the process variables).
        school, municipality: organisation codes when she applied.
        enrolment_id: names the application in messages to its `rmp_enrolment` instance.
        queue: number in the order in which applications were signed; decides who is first on the waiting list.
        assignment: the technical assignment (Appendix 1); `assignment_id` names its signed record.
        practice: practical tasks with their results.
        next_session: session of the final attestation she is meant for; the first when None.
        attestation_result: final when `attestation_final`.
        end_state: end event of `rmp_listener`.
    """

    __tablename__ = "listener"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    teacher: Mapped[str]
    teacher_name: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="teacher")
    school: Mapped[str]
    school_name: Mapped[str] = mapped_column(default="")
    municipality: Mapped[str | None]
    applied_by: Mapped[str] = mapped_column(default="")
    basis: Mapped[str | None]
    team_name: Mapped[str | None]
    status: Mapped[str]
    status_reason: Mapped[str | None]
    queue: Mapped[int | None]
    enrolment_id: Mapped[str] = mapped_column(unique=True)
    assignment: Mapped[dict[str, Any]] = mapped_column(default=dict)
    assignment_id: Mapped[str | None]
    enrolment_instance: Mapped[int | None]
    listener_instance: Mapped[int | None]
    remediation_instance: Mapped[int | None]
    tutor: Mapped[str | None]
    retest_on: Mapped[date | None]
    level: Mapped[str | None]
    entry_positive: Mapped[bool | None]
    retest_positive: Mapped[bool | None]
    entry_no_show: Mapped[bool] = mapped_column(default=False)
    method_points: Mapped[Decimal | None] = mapped_column(Numeric)
    method_max: Mapped[Decimal | None] = mapped_column(Numeric)
    diagnostics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    practice: Mapped[list[Any]] = mapped_column(default=list)
    group_title: Mapped[str | None]
    proposed_group: Mapped[str | None]
    admission: Mapped[str | None]
    attestation_form: Mapped[str | None]
    attestation_topic: Mapped[str | None]
    attestation_choice: Mapped[dict[str, Any]] = mapped_column(default=dict)
    next_session: Mapped[str | None]
    attestation_result: Mapped[str | None]
    attestation_final: Mapped[bool] = mapped_column(default=False)
    open_lesson_fragment: Mapped[bool] = mapped_column(default=False)
    certificate_entitled: Mapped[bool | None]
    in_order: Mapped[bool] = mapped_column(default=False)
    end_state: Mapped[str | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    tests: Mapped[list[TestResult]] = relationship(
        back_populates="listener", order_by="TestResult.kind, TestResult.attempt", lazy="selectin"
    )
    __table_args__ = (
        CheckConstraint(
            "status IN ('submitted', 'applied', 'held', 'waiting', 'confirmed', 'finished', 'not_sent', "
            "'waitlist_closed', 'refused', 'withdrawn', 'expelled')",
            name="status",
        ),
        CheckConstraint(
            "queue IS NOT NULL OR status NOT IN ('applied', 'held', 'waiting', 'confirmed', 'finished')", name="queue"
        ),
        CheckConstraint("method_points BETWEEN 0 AND method_max", name="method"),
        Index(
            "uq_listener_active",
            "course_key",
            "teacher",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'applied', 'held', 'waiting', 'confirmed', 'finished')"),
        ),
        Index("ix_listener_course_status", "course_key", "status", "queue"),
        Index("ix_listener_teacher", "teacher"),
        Index("ix_listener_school", "school"),
    )

    @property
    def method_pct(self) -> Fraction | None:
        """Exact percentage of the methodical diagnostics."""
        if self.method_points is None or self.method_max is None:
            return None
        return scores.percent(self.method_points, self.method_max)

    @property
    def is_retaking(self) -> bool:
        """The last repeated diagnostics was annulled and nothing has come in its place yet."""
        retests = [test for test in self.tests if test.kind == words.RETEST]
        return bool(retests) and retests[-1].annulled_at is not None

    def test(self, kind: str) -> TestResult | None:
        """The last attempt of the kind that counts (not annulled), a no-show included."""
        counting = [test for test in self.tests if test.kind == kind and test.annulled_at is None]
        return counting[-1] if counting else None


class TestResult(Base):
    """One attempt at the entry test or at the retest: points and maximum, exact; a no-show has neither.

    Attributes:
        kind: `входной` or `повторный`.
        attempt: 1, 2, … within the kind; an annulled attempt keeps its number.
        window: which window (`1`, or `2` after a valid no-show or an annulment).
        source: `import`, `manual`, `process`, or `api:` and the id of an outside system.
    """

    __tablename__ = "test_result"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"))
    kind: Mapped[str]
    attempt: Mapped[int]
    window: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric)
    max_points: Mapped[Decimal | None] = mapped_column(Numeric)
    items: Mapped[list[Any]] = mapped_column(default=list)
    no_show: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    reason_valid: Mapped[bool | None]
    level: Mapped[str | None]
    source: Mapped[str]
    import_key: Mapped[int | None] = mapped_column(ForeignKey("test_import.key"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    annulled_at: Mapped[datetime | None]
    annulled_by: Mapped[str | None]
    annulled_reason: Mapped[str | None]
    listener: Mapped[Listener] = relationship(back_populates="tests")
    __table_args__ = (
        UniqueConstraint("listener_key", "kind", "attempt"),
        CheckConstraint("kind IN ('входной', 'повторный')", name="kind"),
        CheckConstraint("no_show = (points IS NULL)", name="no_show"),
        CheckConstraint("(points IS NULL) = (max_points IS NULL)", name="pair"),
        CheckConstraint("max_points > 0 AND points >= 0 AND points <= max_points", name="points"),
        CheckConstraint("(annulled_at IS NULL) = (annulled_reason IS NULL)", name="annulled"),
    )

    @property
    def pct(self) -> Fraction | None:
        """The exact percentage; None for a no-show."""
        if self.points is None or self.max_points is None:
            return None
        return scores.percent(self.points, self.max_points)


class GroupMove(Base):
    """The journal of subgroups: who put whom from where to where, and when. A trigger refuses changes."""

    __tablename__ = "course_group_move"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"))
    from_group: Mapped[str | None]
    to_group: Mapped[str]
    proposed_group: Mapped[str | None]
    moved_by: Mapped[str]
    moved_by_name: Mapped[str] = mapped_column(default="")
    moved_at: Mapped[datetime]
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (Index("ix_course_group_move_listener_key", "listener_key"),)


class ImportRun(Base):
    """One uploaded file of test results: read and reported first, taken after a look, once.

    Attributes:
        rows: rows that may be taken, `{row, listener, kind, points, max_points, no_show, reason, …}`.
        problems: rows that may not, `{sheet, row, column, message}`.
    """

    __tablename__ = "test_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ix_test_import_course_key", "course_key"),)
