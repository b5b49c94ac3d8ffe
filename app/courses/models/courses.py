"""One delivery of a programme for a group, its people, subgroups and orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .programmes import Programme

OPEN, FORMING, RUNNING, COMPLETED, CANCELLED = "open", "forming", "running", "completed", "cancelled"
COMMISSION, METHODIST = "commission", "methodist"


class Course(Base):
    """A course run. The row is locked by whoever takes or gives back a place, so places are never oversold.

    Attributes:
        code: `course_id` of the process variables.
        status: `open` (applications are taken), `forming` (deadline over, group being formed), `running`,
            `completed`, `cancelled`.
        organisation: code of the institute that runs it.
        audience: codes of the organisations it was announced to; empty = everybody.
        entry_window_days: how many first days of the course the entry test is open.
        test_specification: code of the specification of its e-test (ЕФОМ); None = the only one of the programme's
            bank (it is written here when the first window opens), else the test is taken in an outside system.
        outside_test: the leader chose that the test is taken in an outside system, whatever specification fits.
        queue_last: last number given out in the order of applications.
        instance_key: the `course_run` instance that drives it.
    """

    __tablename__ = "course"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    programme_key: Mapped[int] = mapped_column(ForeignKey("programme.key"))
    title: Mapped[str]
    hours: Mapped[int]
    form: Mapped[str]
    enrol_until: Mapped[date]
    start: Mapped[date]
    end: Mapped[date]
    attest_on: Mapped[date]
    attest_reserve_on: Mapped[date]
    attest_resit_on: Mapped[date]
    places_min: Mapped[int]
    places_max: Mapped[int]
    organisation: Mapped[str]
    leader: Mapped[str]
    commission_chair: Mapped[str]
    audience: Mapped[list[str]] = mapped_column(default=list)
    team_mode: Mapped[bool] = mapped_column(default=False)
    team_complete_rule: Mapped[str | None]
    max_retests: Mapped[int] = mapped_column(default=1)
    entry_window_days: Mapped[int] = mapped_column(default=3)
    test_specification: Mapped[str | None]
    outside_test: Mapped[bool] = mapped_column(default=False, server_default=false())
    queue_last: Mapped[int] = mapped_column(default=0)
    status: Mapped[str]
    totals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        CheckConstraint("status IN ('open', 'forming', 'running', 'completed', 'cancelled')", name="status"),
        CheckConstraint('enrol_until < start AND start < attest_on AND attest_on <= "end"', name="dates"),
        CheckConstraint("attest_on < attest_reserve_on AND attest_reserve_on < attest_resit_on", name="sessions"),
        CheckConstraint("1 <= places_min AND places_min <= places_max", name="places"),
        CheckConstraint("max_retests BETWEEN 0 AND 3", name="max_retests"),
        CheckConstraint("hours > 0", name="hours"),
        CheckConstraint("NOT team_mode OR team_complete_rule IS NOT NULL", name="team"),
        Index("ix_course_leader", "leader"),
        Index("ix_course_status_start", "status", "start"),
    )


class CoursePerson(Base):
    """A person with work in the course beside its leader: a member of the commission or a methodist (tutor)."""

    __tablename__ = "course_person"
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"), primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (
        CheckConstraint("duty IN ('commission', 'methodist')", name="duty"),
        Index("ix_course_person_login", "login"),
    )


class Subgroup(Base):
    """A subgroup of a course with its variative modules (LIP §5 «вариативная модель»)."""

    __tablename__ = "course_subgroup"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    title: Mapped[str]
    modules: Mapped[list[str]] = mapped_column(default=list)
    __table_args__ = (UniqueConstraint("course_key", "title"),)


class CourseOrder(Base):
    """An order of the institute about the course: enrolment, certificates, expulsion, supplementary ones too."""

    __tablename__ = "course_order"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    kind: Mapped[str]
    number: Mapped[str]
    signed_on: Mapped[date]
    document_id: Mapped[str | None]
    listeners: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('enrolment', 'certificates', 'expulsion', 'other')", name="kind"),
        Index("ix_course_order_course_key", "course_key"),
    )
