"""Scenes of what comes after a course: a listener who finished, an outside provider's list of statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.courses.operations import awards, finding, results
from app.courses.operations.results import Attempt
from app.courses.rules import words
from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from app.people.queries import holders

from .scenes import listener as on_course


def graduate(
    login: str = "teacher",
    entry: int | None = 70,
    retest: int | None = 97,
    form: str = "показательный фрагмент урока (открытое занятие)",
    certificate: bool = True,
    **changes: Any,
) -> Mapping[str, Any]:
    """A listener at the end of her course. Facts: `course_id`, `finished` (what `listener.finished` carries)."""
    course_id = on_course(login, **changes)["course_id"]
    with db.unit_of_work():
        for kind, points in ((words.ENTRY, entry), (words.RETEST, retest)):
            if points is not None:
                attempt = Attempt(kind, points=Decimal(points), max_points=Decimal(100), finished_at=clock.now())
                results.record_attempt(PLATFORM, course_id, login, attempt, source=results.PROCESS)
        person = finding.listener(course_id, login)
        person.attestation_form = form
        person.attestation_result, person.attestation_final = words.SUCCESS, True
        if certificate:
            awards.issue_certificates(PLATFORM, course_id, [login], order=None, issued_on=clock.today())
        else:
            awards.issue_notes(PLATFORM, course_id, [login], issued_on=clock.today())
        row = {"listener_id": login, "teacher_id": login, "school_id": person.school}
        finished = {**row, "course_id": course_id, "finished": row}
    return {"course_id": course_id, "finished": finished}


def finish(login: str, **changes: Any) -> Mapping[str, Any]:
    """As `graduate`, and the course says so."""
    facts = graduate(login, **changes)
    with db.unit_of_work():
        key = f"{facts['course_id']}:{login}"
        engine.publish_message(PLATFORM, "listener.finished", key, facts["finished"], internal=True)
    return facts


def leave(login: str) -> Mapping[str, Any]:
    """Somebody leaves: the account is closed."""
    with db.unit_of_work():
        people.close_account(PLATFORM, login)
    return {}


def no_mms(municipality: str, **changes: Any) -> Mapping[str, Any]:
    """As `graduate`, in a municipality without a methodical service."""
    facts = graduate(**changes)
    with db.unit_of_work():
        for login in holders("mms_methodist", municipality):
            people.close_account(PLATFORM, login)
    return facts


AFTER: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "finish": finish,
    "graduate": graduate,
    "leave": leave,
    "no_mms": no_mms,
}
