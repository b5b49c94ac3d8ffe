"""Programmes and courses: in force they are there for everybody (roles.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, true

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import Course, CoursePerson, Listener, Programme
from ..models.courses import OPEN
from ..models.listeners import ACTIVE, ON_PLACE, WAITING
from ..models.programmes import ACTIVE as IN_FORCE
from ..models.programmes import DRAFT
from .searching import like


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course in the list: places are public, names are not.

    Attributes:
        mine: duties of the reader in it: `leader`, `commission`, `methodist`, `listener`.
    """

    course: Course
    free: int
    waiting: int
    mine: frozenset[str]

    @property
    def accepts(self) -> bool:
        """Whether applications are taken today."""
        return accepts_applications(self.course)


def accepts_applications(course: Course) -> bool:
    """Whether enrolment is open: by status and by date."""
    return course.status == OPEN and clock.today() <= course.enrol_until


def programme_select(
    actor: Actor,
    *,
    search: str = "",
    subject: str = "",
    kind: str = "",
    status: str = IN_FORCE,
) -> Select[Programme]:
    """Select the programmes by title. Drafts are seen by coordinators and by who wrote them."""
    query = select(Programme).where(_programme_scope(actor))
    if search:
        query = query.where(or_(Programme.title.ilike(like(search)), Programme.audience.ilike(like(search))))
    if subject:
        query = query.where(Programme.subject == subject)
    if kind:
        query = query.where(Programme.kind == kind)
    if status:
        query = query.where(Programme.status == status)
    return query.order_by(Programme.title, Programme.version.desc())


def programme(actor: Actor, code: str, version: int | None = None) -> Programme:
    """One programme: the version asked for, else the one in force, else the newest.

    Raises:
        NotFound: it does not exist, or is a draft that the actor may not see.
    """
    query = select(Programme).where(Programme.code == code, _programme_scope(actor))
    if version is not None:
        query = query.where(Programme.version == version)
    query = query.order_by((Programme.status == IN_FORCE).desc(), Programme.version.desc()).limit(1)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("There is no such programme."))
    return found


def versions(actor: Actor, code: str) -> Sequence[Programme]:
    """All versions of a programme that the actor may see, newest first."""
    query = select(Programme).where(Programme.code == code, _programme_scope(actor))
    return db.session.execute(query.order_by(Programme.version.desc())).scalars().all()


def subjects(actor: Actor) -> list[str]:
    """Subjects that occur in the catalogue."""
    query = select(Programme.subject).where(Programme.subject.is_not(None), _programme_scope(actor)).distinct()
    return sorted(str(subject) for subject in db.session.execute(query).scalars())


def course_select(
    actor: Actor,
    *,
    search: str = "",
    status: str = "",
    subject: str = "",
    programme_code: str = "",
    mine: bool = False,
    accepting: bool = False,
) -> Select[Course]:
    """Select the courses, those that take applications first, then the latest start first."""
    query = select(Course).join(Course.programme)
    if search:
        query = query.where(or_(Course.title.ilike(like(search)), Course.code.ilike(like(search))))
    if status:
        query = query.where(Course.status == status)
    if subject:
        query = query.where(Programme.subject == subject)
    if programme_code:
        query = query.where(Programme.code == programme_code)
    if accepting:
        query = query.where(Course.status == OPEN, Course.enrol_until >= clock.today())
    if mine:
        query = query.where(Course.key.in_(_own_course_keys(actor)))
    return query.order_by((Course.status == OPEN).desc(), Course.start.desc(), Course.code)


def course(actor: Actor, code: str) -> CourseRow:
    """One course as everybody sees it.

    Raises:
        NotFound: there is no such course.
    """
    found = db.session.execute(select(Course).where(Course.code == code)).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("There is no such course."))
    return course_rows(actor, [found])[0]


def duties_of(actor: Actor, course: Course) -> frozenset[str]:
    """Duties of the actor in a course beside leading it."""
    query = select(CoursePerson.duty).where(CoursePerson.course_key == course.key, CoursePerson.login == actor.login)
    return frozenset(db.session.execute(query).scalars())


def people_of(course: Course, duty: str) -> list[str]:
    """Logins of the course's people with a duty."""
    query = select(CoursePerson.login).where(CoursePerson.course_key == course.key, CoursePerson.duty == duty)
    return sorted(db.session.execute(query).scalars())


def sight_of(actor: Actor, code: str) -> tuple[CourseRow, policies.Sight]:
    """A course and what the actor sees of it."""
    row = course(actor, code)
    return row, policies.sight(actor, row.course, duties_of(actor, row.course))


def _programme_scope(actor: Actor) -> ColumnElement[bool]:
    if policies.may_see_drafts(actor):
        return true()
    return or_(Programme.status != DRAFT, and_(Programme.created_by == actor.login, Programme.created_by != ""))


def _own_course_keys(actor: Actor) -> CompoundSelect[int]:
    return (
        select(Course.key)
        .where(Course.leader.in_(policies.led_as(actor)))
        .union(
            select(CoursePerson.course_key).where(CoursePerson.login == actor.login),
            select(Listener.course_key).where(Listener.teacher == actor.login, Listener.status.in_(ACTIVE)),
        )
    )


def course_rows(actor: Actor, found: Sequence[Course]) -> list[CourseRow]:
    """The courses with their counts and the reader's part in them, in the same order."""
    keys = [item.key for item in found]
    counted = db.session.execute(
        select(
            Listener.course_key,
            func.count().filter(Listener.status.in_(ON_PLACE)),
            func.count().filter(Listener.status == WAITING),
            func.count().filter(Listener.teacher == actor.login, Listener.status.in_(ACTIVE)),
        )
        .where(Listener.course_key.in_(keys))
        .group_by(Listener.course_key)
    ).all()
    counts = {key: (taken, waiting, own) for key, taken, waiting, own in counted}
    duties: dict[int, set[str]] = {}
    for key, duty in db.session.execute(
        select(CoursePerson.course_key, CoursePerson.duty).where(
            CoursePerson.course_key.in_(keys), CoursePerson.login == actor.login
        )
    ):
        duties.setdefault(key, set()).add(duty)
    rows = []
    for item in found:
        taken, waiting, own = counts.get(item.key, (0, 0, 0))
        mine = duties.get(item.key, set())
        mine |= {"leader"} if item.leader in policies.led_as(actor) else set()
        mine |= {"listener"} if own else set()
        rows.append(CourseRow(item, item.places_max - taken, waiting, frozenset(mine)))
    return rows
