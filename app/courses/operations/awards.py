"""What a course ends with: certificates with gapless numbers, study notes, recommendations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.audit import operations as audit
from app.documents import operations as documents
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from .. import policies
from ..models import Certificate, Course, CourseOrder, Listener, Recommendation, StudyNote
from ..models.listeners import CONFIRMED, EXPELLED, FINISHED
from ..queries import persons
from ..rules import entitlement, words
from . import finding

CERTIFICATES, NOTES = "certificate", "study_note"
"""Registers of numbers."""


@dataclass(frozen=True, slots=True)
class Source:
    """The process that issues: its instance, and the deployment whose document templates come first."""

    instance_key: int | None = None
    deployment_key: int | None = None


def ready_for_order(course_code: str) -> list[Listener]:
    """Listeners of «Итоги курса»: with a final result or not admitted, and in no order yet (course_run 8); by name."""
    course = finding.course(course_code)
    ready = [
        listener
        for listener in finding.active_listeners(course.key, CONFIRMED, FINISHED)
        if entitlement.is_ready_for_order(
            final=listener.attestation_final,
            admission=listener.admission,
            in_order=listener.in_order,
            retaking=listener.is_retaking,
        )
    ]
    return sorted(ready, key=_by_name)


def issue_certificates(
    actor: Actor,
    course_code: str,
    teachers: Iterable[str],
    *,
    order: CourseOrder | None,
    issued_on: date,
    source: Source = Source(),
) -> list[Certificate]:
    """Give certificates to the listeners of a signed order. Who has one keeps it.

    Who is entitled was decided by the decision `certificate`. Numbers come from the register of the year, without
    gaps, in the order of names.
    """
    course = finding.course(course_code, lock=True)
    chosen = [finding.listener(course_code, teacher, lock=True) for teacher in sorted(set(teachers))]
    return [_certificate(actor, course, item, order, issued_on, source) for item in sorted(chosen, key=_by_name)]


def issue_notes(
    actor: Actor, course_code: str, teachers: Iterable[str], *, issued_on: date, source: Source = Source()
) -> list[StudyNote]:
    """Give study notes (справка об обучении) to listeners without a certificate. Who has one keeps it."""
    course = finding.course(course_code, lock=True)
    chosen = [finding.listener(course_code, teacher, lock=True) for teacher in sorted(set(teachers))]
    return [_note(actor, course, item, issued_on, source) for item in sorted(chosen, key=_by_name)]


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
    note_blank(certificate, series, blank)
    changes = {"blank_series": (None, certificate.blank_series), "blank_number": (None, certificate.blank_number)}
    audit.record_event(actor, "certificate", number, "set_blank", changes=changes)
    return certificate


def note_blank(certificate: Certificate, series: str, blank: str) -> None:
    """Keep series and number of the blank with the certificate.

    Raises:
        Invalid: one of them is missing.
        Conflict: the blank is used already, or this certificate has one.
    """
    if not series.strip() or not blank.strip():
        message = _l("Give series and number of the blank.")
        raise Invalid(message, {"blank": [message]})
    if certificate.blank_number is not None:
        raise Conflict(_l("The blank of this certificate is noted already."))
    try:
        with db.session.begin_nested():
            certificate.blank_series, certificate.blank_number = series.strip(), blank.strip()
            db.session.flush()
    except IntegrityError:
        raise Conflict(_l("This blank was used for another certificate.")) from None


def _by_name(listener: Listener) -> tuple[str, str]:
    return listener.teacher_name, listener.teacher


def _certificate(
    actor: Actor, course: Course, listener: Listener, order: CourseOrder | None, issued_on: date, source: Source
) -> Certificate:
    existing = db.session.query(Certificate).filter_by(listener_key=listener.key).one_or_none()
    if existing is not None:
        return existing
    listener.in_order, listener.certificate_entitled = True, True
    facts = {
        "order": {"number": order.number, "date": order.signed_on.isoformat()} if order else None,
        "period_from": course.start.isoformat(),
        "period_to": course.end.isoformat(),
    }
    registered = _register(actor, course, listener, CERTIFICATES, issued_on, facts, source)
    certificate = Certificate(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        number=registered.number,
        issued_on=issued_on,
        order_key=order.key if order else None,
        programme_title=course.programme.title,
        hours=course.hours,
        period_from=course.start,
        period_to=course.end,
        document_id=registered.document_id,
        created_at=clock.now(),
    )
    db.session.add(certificate)
    db.session.flush()
    return certificate


def _note(actor: Actor, course: Course, listener: Listener, issued_on: date, source: Source) -> StudyNote:
    existing = db.session.query(StudyNote).filter_by(listener_key=listener.key).one_or_none()
    if existing is not None:
        return existing
    listener.in_order, listener.certificate_entitled = True, False
    reason = _note_reason(listener)
    registered = _register(actor, course, listener, NOTES, issued_on, {"reason": reason}, source)
    note = StudyNote(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        number=registered.number,
        issued_on=issued_on,
        reason=reason,
        document_id=registered.document_id,
        created_at=clock.now(),
    )
    db.session.add(note)
    db.session.flush()
    return note


_TITLES = {CERTIFICATES: "Удостоверение о повышении квалификации", NOTES: "Справка об обучении"}


def _register(
    actor: Actor,
    course: Course,
    listener: Listener,
    kind: str,
    on: date,
    facts: Mapping[str, Any],
    source: Source,
) -> documents.Registered:
    data = {
        "listener": listener.teacher,
        "listener_name": listener.teacher_name,
        "school": listener.school,
        "course_id": course.code,
        "programme": course.programme.code,
        "programme_title": course.programme.title,
        "hours": course.hours,
        "period_from": course.start.isoformat(),
        "period_to": course.end.isoformat(),
        "issued_on": on.isoformat(),
        **facts,
    }
    return documents.register_document(
        actor,
        kind=kind,
        title=f"{_TITLES[kind]}: {listener.teacher_name}",
        data=data,
        register=kind,
        organisation=course.organisation,
        on=on,
        owner=listener.teacher,
        objects=[f"course:{course.code}", *(f"org:{code}" for code in persons.path_of(listener.school))],
        instance_key=source.instance_key,
        deployment_key=source.deployment_key,
    )


def _note_reason(listener: Listener) -> str:
    """Why there is no certificate, in the words of the note."""
    if listener.status == EXPELLED:
        return "отчислен"
    if listener.admission == words.NOT_ADMITTED:
        return "не допущен к итоговой аттестации"
    if listener.attestation_result == words.SUCCESS:
        return "нет положительной диагностики"
    return "итоговая аттестация не пройдена"
