"""Listeners of courses, each reader with the columns that roles.md §3 gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, func, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import Certificate, Course, Listener, TestResult
from ..models.listeners import ACTIVE, CONFIRMED, EXPELLED, FINISHED, WAITING
from ..policies import Sight
from ..rules import scores, words
from . import catalogue
from .searching import like


@dataclass(frozen=True, slots=True)
class Score:
    """A result as the reader may see it; `pct` is cut to one decimal («94,9»), empty when hidden or missing."""

    pct: str = ""
    points: str = ""
    level: str | None = None
    no_show: bool = False
    taken_at: datetime | None = None
    annulled_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ListenerRow:
    """One listener as one reader may see her: what is hidden is None or empty, not merely undrawn.

    Attributes:
        whole: the reader sees results with percentages.
    """

    teacher: str
    name: str
    school: str
    school_name: str
    position: str
    status: str
    status_reason: str | None
    queue: int | None
    team_name: str | None
    whole: bool
    level: str | None
    entry: Score
    retest: Score
    method: str
    group: str | None
    proposed_group: str | None
    needs: tuple[str, ...]
    admission: str | None
    attestation_form: str | None
    attestation_topic: str | None
    attestation_result: str | None
    attestation_final: bool
    certificate: str | None
    end_state: str | None
    course_code: str
    course_title: str
    instance_key: int | None
    assignment: dict[str, object]


def listener_select(actor: Actor, course: Course, *, search: str = "", status: str = "") -> Select[Listener]:
    """Select the listeners and applications of a course that the actor may see.

    By status and name; those on the waiting list are asked for by their status and come in the order of the list.
    """
    query = _scoped(actor).where(Listener.course_key == course.key)
    if search:
        query = query.where(or_(Listener.teacher_name.ilike(like(search)), Listener.school_name.ilike(like(search))))
    if status == WAITING:
        return query.where(Listener.status == WAITING).order_by(Listener.queue)
    query = query.where(Listener.status == status) if status else query.where(Listener.status != WAITING)
    return query.order_by(_by_status(), Listener.teacher_name, Listener.queue)


def has_table(actor: Actor, course: Course, seen: Sight) -> bool:
    """Whether the table of listeners exists for the actor: with all, or with some (own school, tutored, sent)."""
    if seen.full:
        return True
    query = _scoped(actor).where(Listener.course_key == course.key, Listener.teacher != actor.login)
    return bool(db.session.scalar(select(query.exists())))


def waiting_list(actor: Actor, code: str) -> list[ListenerRow]:
    """The waiting list as far as the actor may see it, first come first.

    Raises:
        NotFound: there is no such course.
    """
    row, seen = catalogue.sight_of(actor, code)
    found = db.session.scalars(listener_select(actor, row.course, status=WAITING)).unique()
    return listener_rows(actor, found, seen)


def confirmed_rows(actor: Actor, course: Course, seen: Sight) -> list[ListenerRow]:
    """The confirmed listeners whom the actor may see, by name."""
    query = (
        _scoped(actor)
        .where(Listener.course_key == course.key, Listener.status.in_((CONFIRMED, FINISHED)))
        .order_by(Listener.teacher_name)
    )
    return listener_rows(actor, db.session.scalars(query), seen)


def waiting_position(listener: Listener) -> int:
    """Place on the waiting list, from 1."""
    before = select(func.count()).where(
        Listener.course_key == listener.course_key, Listener.status == WAITING, Listener.queue <= listener.queue
    )
    return int(db.session.execute(before.select_from(Listener)).scalar_one())


def listener(actor: Actor, code: str, teacher: str) -> ListenerRow:
    """One listener.

    Raises:
        NotFound: unknown, or out of the actor's scope.
    """
    row, seen = catalogue.sight_of(actor, code)
    query = (
        _scoped(actor)
        .where(Listener.course_key == row.course.key, Listener.teacher == teacher)
        .order_by(Listener.status.in_(ACTIVE).desc(), Listener.queue.desc())
        .limit(1)
    )
    found = db.session.execute(query).scalars().unique().all()
    if not found:
        raise NotFound(_l("This teacher is not a listener of the course."))
    return listener_rows(actor, found, seen)[0]


def attempts(actor: Actor, code: str, teacher: str) -> list[TestResult]:
    """All attempts of a listener, annulled ones too; empty when percentages are hidden from the actor.

    Raises:
        NotFound: unknown, or out of the actor's scope.
    """
    row, seen = catalogue.sight_of(actor, code)
    query = _scoped(actor).where(Listener.course_key == row.course.key, Listener.teacher == teacher)
    found = list(db.session.execute(query).scalars().unique())
    if not found:
        raise NotFound(_l("This teacher is not a listener of the course."))
    return [test for item in found if policies.sees_percentages(actor, item, seen) for test in item.tests]


def own_listenings(actor: Actor) -> list[ListenerRow]:
    """The actor's own courses as a listener, newest first."""
    query = select(Listener).join(Listener.course).where(Listener.teacher == actor.login).order_by(Course.start.desc())
    found = db.session.execute(query).scalars().unique().all()
    return listener_rows(actor, found, Sight(login=actor.login))


def own_position(actor: Actor, course: Course) -> int | None:
    """The actor's own place on the waiting list of a course; None when she does not wait."""
    query = select(Listener).where(
        Listener.course_key == course.key, Listener.teacher == actor.login, Listener.status == WAITING
    )
    found = db.session.scalars(query).first()
    return None if found is None else waiting_position(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of listeners by what counts: for readers who see no names."""

    municipality: str | None
    applied: int
    confirmed: int
    waiting: int
    certified: int


def counts_of(actor: Actor, code: str) -> list[Counts]:
    """Counts by municipality: the own one for municipal roles, all for the region, leader and auditor; else empty.

    Raises:
        NotFound: there is no such course.
    """
    row, seen = catalogue.sight_of(actor, code)
    if not (seen.counts or seen.municipalities):
        return []
    certified = select(Certificate.listener_key)
    query = (
        select(
            Listener.municipality,
            func.count().filter(Listener.status.in_(ACTIVE)),
            func.count().filter(Listener.status.in_((CONFIRMED, FINISHED))),
            func.count().filter(Listener.status == WAITING),
            func.count().filter(Listener.key.in_(certified)),
        )
        .where(Listener.course_key == row.course.key)
        .group_by(Listener.municipality)
        .order_by(Listener.municipality)
    )
    if not seen.counts:
        query = query.where(Listener.municipality.in_(seen.municipalities))
    return [Counts(*values) for values in db.session.execute(query)]


def _scoped(actor: Actor) -> Select[Listener]:
    return select(Listener).join(Listener.course).where(policies.listeners_in_scope(actor))


def _by_status() -> ColumnElement[int]:
    return case({CONFIRMED: 0, FINISHED: 1, "held": 2, "applied": 3, EXPELLED: 5}, value=Listener.status, else_=4)


def listener_rows(actor: Actor, found: Iterable[Listener], seen: Sight) -> list[ListenerRow]:
    """The listeners as this reader may see them, in the same order."""
    items: Sequence[Listener] = list(found)
    held = select(Certificate.listener_key, Certificate.number).where(
        Certificate.listener_key.in_([item.key for item in items])
    )
    numbers = {row.listener_key: row.number for row in db.session.execute(held)}
    return [_row(actor, item, seen, numbers.get(item.key)) for item in items]


def _row(actor: Actor, item: Listener, seen: Sight, certificate: str | None) -> ListenerRow:
    whole = policies.sees_percentages(actor, item, seen)
    headed = item.school in seen.schools
    assigned = whole or headed
    method = item.method_pct
    return ListenerRow(
        teacher=item.teacher,
        name=item.teacher_name,
        school=item.school,
        school_name=item.school_name,
        position=item.position,
        status=item.status,
        status_reason=item.status_reason if assigned else None,
        queue=item.queue,
        team_name=item.team_name,
        whole=whole,
        level=item.level if assigned else None,
        entry=_score(item.test(words.ENTRY)) if whole else Score(),
        retest=_score(item.test(words.RETEST)) if whole else Score(),
        method=scores.shown(method) if whole else "",
        group=item.group_title if whole else None,
        proposed_group=item.proposed_group if whole else None,
        needs=tuple(str(need) for need in item.assignment.get("competences") or ()) if assigned else (),
        admission=item.admission if whole else None,
        attestation_form=item.attestation_form if whole else None,
        attestation_topic=item.attestation_topic if whole else None,
        attestation_result=item.attestation_result if whole else None,
        attestation_final=item.attestation_final and whole,
        certificate=certificate if assigned else None,
        end_state=item.end_state if whole else None,
        course_code=item.course.code,
        course_title=item.course.title,
        instance_key=item.listener_instance or item.enrolment_instance,
        assignment=dict(item.assignment) if assigned else {},
    )


def _score(test: TestResult | None) -> Score:
    if test is None:
        return Score()
    points = "" if test.points is None else f"{test.points.normalize():f} / {test.max_points:f}".replace(".", ",")
    return Score(
        pct=scores.shown(test.pct),
        points=points,
        level=test.level,
        no_show=test.no_show,
        taken_at=test.finished_at or test.started_at or test.recorded_at,
        annulled_reason=test.annulled_reason,
    )
