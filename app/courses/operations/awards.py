"""What a course ends with: certificates with gapless numbers, study notes, recommendations, totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.documents import operations as documents
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from .. import policies
from ..models import Certificate, Course, CourseOrder, Listener, Recommendation, StudyNote
from ..models.listeners import CONFIRMED, EXPELLED, FINISHED
from ..rules import entitlement, teams, words
from . import finding

CERTIFICATES, NOTES = "certificate", "study_note"
"""Registers of numbers."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Who can be ordered about now: entitled to a certificate, or to a note only."""

    entitled: list[Listener]
    others: list[Listener]


def ready_for_order(course_code: str) -> Ready:
    """Listeners of «Итоги курса»: with a final result or not admitted, and in no order yet (course_run 8)."""
    course = finding.course(course_code)
    ready = [
        listener
        for listener in finding.active_listeners(course.key, CONFIRMED, FINISHED)
        if entitlement.is_ready_for_order(
            final=listener.attestation_final, admission=listener.admission, in_order=listener.in_order
        )
    ]
    entitled = [listener for listener in ready if _is_entitled(listener)]
    return Ready(entitled, [listener for listener in ready if listener not in entitled])


def issue_certificates(
    actor: Actor, course_code: str, teachers: Iterable[str], *, order: CourseOrder, issued_on: date
) -> list[Certificate]:
    """Give certificate numbers to the listeners of a signed order. Who has one keeps it.

    Numbers come from the register of the institute and the year, without gaps, in the order of names.

    Raises:
        Conflict: somebody is not entitled (LIP §5).
    """
    course = finding.course(course_code, lock=True)
    chosen = [finding.listener(course_code, teacher, lock=True) for teacher in sorted(set(teachers))]
    refused = [listener.teacher for listener in chosen if not _is_entitled(listener)]
    if refused:
        raise Conflict(_l("Not everybody in the order is entitled to a certificate."), listeners=refused)
    chosen.sort(key=lambda listener: (listener.teacher_name, listener.teacher))
    return [_certificate(course, listener, order, issued_on) for listener in chosen]


def issue_notes(actor: Actor, course_code: str, teachers: Iterable[str], *, issued_on: date) -> list[StudyNote]:
    """Give study notes (справка об обучении) to listeners without a certificate. Who has one keeps it."""
    course = finding.course(course_code, lock=True)
    chosen = [finding.listener(course_code, teacher, lock=True) for teacher in sorted(set(teachers))]
    chosen.sort(key=lambda listener: (listener.teacher_name, listener.teacher))
    return [_note(course, listener, issued_on) for listener in chosen]


def finish(actor: Actor, course_code: str, teacher: str, end_state: str) -> Listener:
    """Keep how the personal track of a listener ended (`rmp_listener`).

    Raises:
        Invalid: unknown end state.
    """
    if end_state not in words.LISTENER_ENDS:
        raise Invalid(_l("Unknown end state."))
    listener = finding.listener(course_code, teacher, lock=True)
    listener.end_state = end_state
    if listener.status == CONFIRMED:
        listener.status = EXPELLED if end_state == "withdrawn" else FINISHED
    db.session.flush()
    return listener


def recommend(
    actor: Actor, course_code: str, teacher: str, *, kinds: Sequence[str], text: str, signatures: Sequence[Any]
) -> Recommendation:
    """Keep the recommendation of the commission, signed by at least two members (rmp_listener 14).

    Raises:
        Conflict: she has no right to one, or too few signed.
        Invalid: kind or text is missing.
    """
    listener = finding.listener(course_code, teacher, lock=True)
    if not kinds or not text.strip():
        raise Invalid(_l("A recommendation needs its kind and its text."))
    if not (listener.open_lesson_fragment and listener.certificate_entitled):
        raise Conflict(_l("This listener has no right to a recommendation."))
    if len({signature.get("login") for signature in signatures}) < 2:
        raise Conflict(_l("At least two members of the commission sign a recommendation."))
    existing = db.session.query(Recommendation).filter_by(listener_key=listener.key).one_or_none()
    if existing is not None:
        return existing
    recommendation = Recommendation(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        kinds=list(kinds),
        text=text.strip(),
        signatures=list(signatures),
        issued_on=clock.today(),
        created_at=clock.now(),
    )
    db.session.add(recommendation)
    db.session.flush()
    return recommendation


def set_blank(actor: Actor, number: str, series: str, blank: str) -> Certificate:
    """Note on which numbered blank a certificate was printed.

    Raises:
        NotFound: out of the actor's scope.
        Forbidden: the actor sees the certificate but does not lead the course.
        Conflict: the blank is used already, or this certificate has one.
    """
    certificate = db.session.query(Certificate).filter_by(number=number).one_or_none()
    if certificate is None or not policies.may_see_certificate(actor, certificate):
        raise NotFound(_l("There is no such certificate."))
    if not policies.may_lead(actor, certificate.listener.course):
        raise Forbidden(_l("Only the course leader notes the blanks."))
    if not series.strip() or not blank.strip():
        raise Invalid(
            _l("Give series and number of the blank."), {"blank": [_l("Give series and number of the blank.")]}
        )
    if certificate.blank_number is not None:
        raise Conflict(_l("The blank of this certificate is noted already."))
    certificate.blank_series, certificate.blank_number = series.strip(), blank.strip()
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise Conflict(_l("This blank was used for another certificate.")) from None
    return certificate


def course_totals(actor: Actor, course_code: str) -> dict[str, Any]:
    """Counts of a course and its teams, kept with it (course_run 9).

    Returns:
        `enrolled`, `started`, `tested`, `certified`, `notes`, `withdrawn` and `teams` (rows with name and result).
    """
    course = finding.course(course_code, lock=True)
    listeners = finding.active_listeners(course.key, CONFIRMED, FINISHED, EXPELLED)
    certified = set(
        db.session.execute(
            select(Certificate.listener_key).join(Certificate.listener).where(Listener.course_key == course.key)
        ).scalars()
    )
    totals = {
        "enrolled": len(listeners),
        "started": sum(1 for listener in listeners if listener.listener_instance is not None),
        "tested": sum(1 for listener in listeners if (test := listener.test(words.ENTRY)) and not test.no_show),
        "certified": len(certified),
        "withdrawn": sum(1 for listener in listeners if listener.status == EXPELLED),
        "teams": _teams(course, listeners, certified),
    }
    course.totals = totals
    db.session.flush()
    return totals


def _teams(course: Course, listeners: Iterable[Listener], certified: set[int]) -> list[dict[str, Any]]:
    members: dict[tuple[str, str], list[teams.Member]] = {}
    for listener in listeners:
        if listener.team_name:
            team = members.setdefault((listener.school, listener.team_name), [])
            team.append(teams.Member(listener.role, listener.key in certified))
    return [
        {"school": school, "team": name, "result": teams.team_result(group, course.team_complete_rule)}
        for (school, name), group in sorted(members.items())
    ]


def _is_entitled(listener: Listener) -> bool:
    return entitlement.is_entitled(
        listener.entry_positive, listener.retest_positive, listener.attestation_result
    ) and bool(listener.attestation_final)


def _certificate(course: Course, listener: Listener, order: CourseOrder, issued_on: date) -> Certificate:
    existing = db.session.query(Certificate).filter_by(listener_key=listener.key).one_or_none()
    if existing is not None:
        return existing
    certificate = Certificate(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        number=documents.next_number(CERTIFICATES, course.organisation, issued_on),
        issued_on=issued_on,
        order_key=order.key,
        programme_title=course.programme.title,
        hours=course.hours,
        period_from=course.start,
        period_to=course.end,
        created_at=clock.now(),
    )
    listener.in_order, listener.certificate_entitled = True, True
    db.session.add(certificate)
    db.session.flush()
    return certificate


def _note(course: Course, listener: Listener, issued_on: date) -> StudyNote:
    existing = db.session.query(StudyNote).filter_by(listener_key=listener.key).one_or_none()
    if existing is not None:
        return existing
    note = StudyNote(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        number=documents.next_number(NOTES, course.organisation, issued_on),
        issued_on=issued_on,
        reason=_note_reason(listener),
        created_at=clock.now(),
    )
    listener.in_order, listener.certificate_entitled = True, False
    db.session.add(note)
    db.session.flush()
    return note


def _note_reason(listener: Listener) -> str:
    """Why there is no certificate, in the words of the note."""
    if listener.status == EXPELLED:
        return "отчислен"
    if listener.admission == words.NOT_ADMITTED:
        return "не допущен к итоговой аттестации"
    if listener.attestation_result == words.SUCCESS:
        return "нет положительной диагностики"
    return "итоговая аттестация не пройдена"
