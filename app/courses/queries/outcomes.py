"""What a listener took away from a course, as Appendix 2 of LIP states it; and her place of work today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import Certificate, Listener, Recommendation, StudyNote
from ..rules import words
from . import persons

Row = TypeVar("Row", Certificate, StudyNote, Recommendation)
_FORMS = (
    ("зачёт", "зачёт"),
    ("конспект", "план-конспект"),
    ("показательный фрагмент", "проведение открытого занятия"),
    ("мастер-класс", "мастер-класс"),
)
"""How the form of attestation begins that a listener chose → what Appendix 2 calls it."""


def course_report(listener: Listener) -> dict[str, Any]:
    """The read-only part of Appendix 2: course, results, attestation, certificate or note, recommendation."""
    course, place = listener.course, workplace(listener)
    certificate = _of(Certificate, listener)
    note = _of(StudyNote, listener)
    recommendation = _of(Recommendation, listener)
    form, other = _attestation_form(listener)
    return {
        "teacher": listener.teacher,
        "workplace_position": ", ".join(part for part in (place.position, place.school_name) if part),
        "course_id": course.code,
        "programme": course.programme.code,
        "period_from": course.start.isoformat(),
        "period_to": course.end.isoformat(),
        "hours": course.hours,
        "entry_result_pct": percent(listener, words.ENTRY),
        "retest_result_pct": percent(listener, words.RETEST),
        "attested": listener.attestation_result not in (None, words.ABSENCE),
        "attestation_form": form,
        "attestation_form_other": other,
        "certificate_number": certificate.number if certificate is not None else None,
        "note_number": note.number if note is not None else None,
        "recommendation_text": recommendation.text if recommendation is not None else None,
    }


def assignment_rows(listener: Listener) -> list[dict[str, str]]:
    """The competences of the technical assignment with the difficulties that the teacher named for each."""
    told = {
        words.competence(str(row.get("competence"))): str(row.get("text") or "")
        for row in listener.assignment.get("difficulties") or ()
        if isinstance(row, Mapping)
    }
    needs = [words.competence(str(need)) for need in listener.assignment.get("competences") or ()]
    return [{"competence": f"{need} компетенция", "text": told.get(need, "")} for need in dict.fromkeys(needs)]


def basis_of_practice(listener: Listener, task: Mapping[str, Any]) -> dict[str, Any]:
    """What a practical task rests on (LIP §5): entry result, and what the technical assignment says of its competence.

    Args:
        task: with `competence` (without «компетенция»).
    """
    wanted = words.competence(str(task.get("competence") or ""))
    told = (row["text"] for row in assignment_rows(listener) if words.competence(row["competence"]) == wanted)
    return {
        "entry_pct": percent(listener, words.ENTRY),
        "entry_level": listener.level,
        "assignment_id": listener.assignment_id,
        "difficulty": next(told, None),
    }


def percent(listener: Listener, kind: str) -> float | None:
    """Unrounded percentage of the attempt that counts; None when there is none, or for a no-show."""
    test = listener.test(kind)
    return None if test is None or test.pct is None else float(test.pct)


def workplace(listener: Listener) -> persons.Applicant:
    """Where she works today (her report goes to the new head when she has changed school); as she applied when she
    has left."""
    try:
        return persons.applicant(listener.teacher)
    except NotFound:
        return persons.Applicant(
            login=listener.teacher,
            name=listener.teacher_name,
            school=listener.school,
            school_name=listener.school_name,
            municipality=listener.municipality,
            position=listener.position,
        )


def _attestation_form(listener: Listener) -> tuple[str | None, str | None]:
    """The form as Appendix 2 names it, and its own name where Appendix 2 has none."""
    chosen = (listener.attestation_form or "").strip()
    if not chosen:
        return None, None
    for beginning, name in _FORMS:
        if chosen.startswith(beginning):
            return name, None
    return "другое", chosen


def _of(table: type[Row], listener: Listener) -> Row | None:
    return db.session.scalars(select(table).where(table.listener_key == listener.key)).unique().one_or_none()
