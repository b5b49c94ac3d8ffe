"""Rows of the courses as indicators count them: statements without scope, and which of them a person may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SelectBase, Text, cast, exists, func, literal, null, select

from app.documents import scopes
from app.documents.models import Record
from app.indicators import sources
from app.indicators.feeds import columns
from app.kernel.actor import Actor

from . import policies
from .models import AttestationBaseRecord, Certificate, Course, Listener, Programme, Recommendation, TestResult
from .models.listeners import FINISHED, ON_PLACE, WAITING
from .rules import words


def _person() -> tuple[ColumnElement[Any], ...]:
    """Who and on what course (`PERSON` of `indicator_sources`); join `Listener.course` and its programme."""
    return (
        Listener.teacher.label("teacher"),
        Listener.school.label("school"),
        Listener.municipality.label("municipality"),
        Listener.position.label("position"),
        Course.code.label("course"),
        Programme.code.label("programme"),
        Course.organisation.label("provider"),
    )


def _joined(query: Any) -> Any:
    return query.join(Course, Course.key == Listener.course_key).join(Programme, Programme.key == Course.programme_key)


def _page() -> ColumnElement[str]:
    """The page of a listener."""
    return literal("/courses/", Text) + Course.code + "/listeners/" + Listener.teacher


def listeners() -> SelectBase:
    """Everybody who applied; the course's first day puts them into a year."""
    result = _tests()
    found: SelectBase = _joined(
        select(
            columns.text_key(Listener.key).label("key"),
            Listener.teacher_name.label("title"),
            _page().label("link"),
            Listener.school.label("organisation"),
            Course.start.label("on"),
            *_person(),
            Listener.status.label("status"),
            Listener.confirmed_at.is_not(None).label("enrolled"),
            (Listener.status == FINISHED).label("finished"),
            exists(result.where(TestResult.kind == words.ENTRY)).label("tested"),
            exists(result.where(TestResult.kind == words.RETEST)).label("retested"),
            Listener.entry_positive.label("entry_positive"),
            Listener.retest_positive.label("retest_positive"),
            exists(select(Certificate.key).where(Certificate.listener_key == Listener.key)).label("certified"),
            Listener.end_state.label("end"),
            Listener.team_name.label("team"),
        ).select_from(Listener)
    )
    return found


def _tests() -> Any:
    """Results of a listener that count."""
    return select(TestResult.key).where(
        TestResult.listener_key == Listener.key, TestResult.annulled_at.is_(None), TestResult.no_show.is_(False)
    )


def visible_listeners(actor: Actor) -> SelectBase:
    """Keys of the listeners whom the actor may see."""
    keys = select(columns.text_key(Listener.key)).join(Listener.course)
    return keys.where(policies.listeners_in_scope(actor))


def test_results() -> SelectBase:
    """Results of tests that count: neither annulled nor missed."""
    found: SelectBase = _joined(
        select(
            columns.text_key(TestResult.key).label("key"),
            Listener.teacher_name.label("title"),
            _page().label("link"),
            Listener.school.label("organisation"),
            Course.start.label("on"),
            *_person(),
            TestResult.kind.label("kind"),
            TestResult.attempt.label("attempt"),
            TestResult.points.label("points"),
            (TestResult.points * 100 / TestResult.max_points).label("pct"),
            TestResult.level.label("level"),
        )
        .select_from(TestResult)
        .join(Listener, Listener.key == TestResult.listener_key)
        .where(TestResult.annulled_at.is_(None), TestResult.no_show.is_(False))
    )
    return found


def visible_results(actor: Actor) -> SelectBase:
    """Keys of the results of listeners whom the actor may see."""
    keys = select(columns.text_key(TestResult.key)).join(TestResult.listener).join(Listener.course)
    return keys.where(policies.listeners_in_scope(actor))


def certificates() -> SelectBase:
    """Certificates by the day on which they were issued."""
    found: SelectBase = _joined(
        select(
            columns.text_key(Certificate.key).label("key"),
            (Listener.teacher_name + ", № " + Certificate.number).label("title"),
            (literal("/courses/certificates?q=", Text) + Certificate.number).label("link"),
            Listener.school.label("organisation"),
            Certificate.issued_on.label("on"),
            *_person(),
            Listener.role.label("role"),
            Certificate.programme_title.label("programme_title"),
            Certificate.hours.label("hours"),
            Listener.team_name.label("team"),
        )
        .select_from(Certificate)
        .join(Listener, Listener.key == Certificate.listener_key)
    )
    return found


def visible_certificates(actor: Actor) -> SelectBase:
    """Keys of the certificates that the actor may see."""
    keys = select(columns.text_key(Certificate.key)).join(Certificate.listener).join(Listener.course)
    return keys.where(policies.certificates_in_scope(actor))


def course_records(kind: str, *fields: tuple[str, sources.Type]) -> SelectBase:
    """Records about a course (reports, checks) by the course's first day, as its listeners are."""
    return (
        select(
            columns.text_key(Record.id).label("key"),
            Record.title.label("title"),
            columns.link(f"/records/{kind}/", Record.id).label("link"),
            Record.organisation.label("organisation"),
            Course.start.label("on"),
            Record.owner.label("teacher"),
            Record.organisation.label("school"),
            Course.code.label("course"),
            *(columns.from_json(Record.data, name, type_) for name, type_ in fields),
        )
        .join(Course, Course.code == Record.data["course_id"].astext)
        .where(Record.current, Record.kind == kind)
    )


def course_reports() -> SelectBase:
    """Reports about courses (LIP §5, Appendix 2)."""
    return course_records("course_report", ("state", "text"), ("in_time", "boolean"), ("due_on", "date"))


def implementation_checks() -> SelectBase:
    """Checks by the head whether what was learnt is put into practice (LIP §5)."""
    return course_records("implementation_check", ("verdict", "text"), ("verified", "boolean"), ("checked_on", "date"))


def visible_records(kind: str) -> sources.Visible:
    """Keys of the records of a kind that an actor may see."""

    def keys(actor: Actor) -> SelectBase:
        return select(columns.text_key(Record.id)).where(Record.current, scopes.visible(actor, Record, kind))

    return keys


def attestation_base() -> SelectBase:
    """Records of the attestation base (95–100 %)."""
    found: SelectBase = _joined(
        select(
            columns.text_key(AttestationBaseRecord.key).label("key"),
            Listener.teacher_name.label("title"),
            literal("/courses/base", Text).label("link"),
            Listener.school.label("organisation"),
            AttestationBaseRecord.tested_on.label("on"),
            *_person(),
            AttestationBaseRecord.subject.label("subject"),
            AttestationBaseRecord.attempt_kind.label("kind"),
        )
        .select_from(AttestationBaseRecord)
        .join(Listener, Listener.key == AttestationBaseRecord.listener_key)
    )
    return found


def visible_base(actor: Actor) -> SelectBase:
    """Keys of the records of the base that the actor may see."""
    keys = select(columns.text_key(AttestationBaseRecord.key)).join(AttestationBaseRecord.listener)
    return keys.join(Listener.course).where(policies.base_in_scope(actor))


def recommendations() -> SelectBase:
    """Recommendations of the commission (LIP §5)."""
    found: SelectBase = _joined(
        select(
            columns.text_key(Recommendation.key).label("key"),
            Listener.teacher_name.label("title"),
            cast(null(), Text).label("link"),
            Listener.school.label("organisation"),
            Recommendation.issued_on.label("on"),
            *_person(),
            columns.texts(Recommendation.kinds).label("kinds"),
        )
        .select_from(Recommendation)
        .join(Listener, Listener.key == Recommendation.listener_key)
    )
    return found


def visible_recommendations(actor: Actor) -> SelectBase:
    """Keys of the recommendations that the actor may see: as the records of that kind."""
    if actor.system or actor.has_role("auditor", "region_coordinator", "cmoko_attestation"):
        return select(columns.text_key(Recommendation.key))
    keys = select(columns.text_key(Recommendation.key)).join(Recommendation.listener).join(Listener.course)
    return keys.where(Course.leader.in_(policies.led_as(actor)))


def places() -> SelectBase:
    """Courses with their places, at the institute that runs them."""
    taken = _listeners_with(*ON_PLACE)
    return select(
        columns.text_key(Course.key).label("key"),
        Course.title.label("title"),
        (literal("/courses/", Text) + Course.code).label("link"),
        Course.organisation.label("organisation"),
        Course.start.label("on"),
        Course.code.label("course"),
        Course.status.label("status"),
        Course.hours.label("hours"),
        Course.places_max.label("places"),
        taken.label("taken"),
        func.greatest(Course.places_max - taken, 0).label("free"),
        _listeners_with(WAITING).label("waiting"),
    )


def _listeners_with(*states: str) -> Any:
    return (
        select(func.count())
        .select_from(Listener)
        .where(Listener.course_key == Course.key, Listener.status.in_(states))
        .scalar_subquery()
    )
