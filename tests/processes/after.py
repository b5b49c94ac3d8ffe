"""Scenes of what comes after a course: a listener who finished, an outside provider's list of statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from app.courses.operations import awards, external, finding, results
from app.courses.operations.results import Attempt
from app.courses.rules import words
from app.documents import operations as documents
from app.engine import operations as engine
from app.files import operations as files
from app.files.queries import reference
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from app.people.queries import actor_for, holders

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


def crowd(external_id: str, provider: str, programme_title: str, **counts: int) -> Mapping[str, Any]:
    """Listeners of an outside course whom municipalities sent, by municipality and number."""
    with db.unit_of_work():
        for municipality, count in counts.items():
            for number in range(1, count + 1):
                login = f"{municipality}-x{number:04}"
                documents.save_record(
                    PLATFORM,
                    external.KIND,
                    f"{login}: {programme_title}",
                    {
                        "external_id": external_id,
                        "listener": login,
                        "name": f"Слушатель {municipality} {number:04}",
                        "school": f"{municipality}-1",
                        "school_name": "Школа",
                        "municipality": municipality,
                        "municipality_name": municipality,
                        "provider": provider,
                        "programme_title": programme_title,
                        "status": "зачислен",
                    },
                    organisation=f"{municipality}-1",
                    owner=login,
                    objects=[f"external:{external_id}"],
                )
    return {}


def statuses(
    external_id: str, rest: str = "обучается", attested: int = 0, broken: bool = False, by: str = "external_operator",
    **named: str,
) -> Mapping[str, Any]:  # fmt: skip
    """The provider's weekly file. Facts: `weekly`, as a file picker gives it.

    Args:
        rest: status of everybody who is not named.
        attested: so many of the others have passed.
        broken: with a stranger and a word that is no status, and no changes to who stands there.
        named: status by login.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Статусы"
    sheet.append(["Логин", "Ф.И.О.", "Статус"])
    left = attested
    with db.unit_of_work():
        for row in external.listeners(external_id):
            login = str(row.owner)
            passes = login not in named and left > 0
            left -= passes
            sheet.append([login, row.data["name"], "аттестован" if passes else named.get(login, rest)])
        if broken:
            sheet.append(["stranger", "Чужой Человек", "обучается"])
            sheet.cell(row=2, column=3).value = "учится"
        content = BytesIO()
        book.save(content)
        content.seek(0)
        file = files.store_file(actor_for(by), "статусы.xlsx", content, extensions=("xlsx",))
        return {"weekly": [reference(file)]}


AFTER: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "crowd": crowd,
    "finish": finish,
    "graduate": graduate,
    "leave": leave,
    "no_mms": no_mms,
    "statuses": statuses,
}
