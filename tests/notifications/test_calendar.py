"""The calendar by its secret address: read by programs, ended by its owner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text

from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.notifications import sources
from app.notifications.models import CalendarFeed
from app.people import memory
from app.people import operations as accounts
from app.people.queries import actor_for
from app.web.redaction import without_secrets
from tests.web.conftest import Open, browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]


@pytest.fixture
def dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """One course of everybody, one deadline of the teacher."""

    def known(actor: Actor) -> Iterator[sources.Entry]:
        yield sources.Entry("course-1", "Курсы, весна", date(2026, 5, 4), date(2026, 5, 15), link="/courses/m1")
        if actor.login == "teacher":
            yield sources.Entry("task-7", "Подписать\r\nзадание", date(2026, 4, 9), about="Курсы")

    monkeypatch.setattr(sources, "_calendars", {"test": known})


def _address(page: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8080(/calendar/[\w-]{43}\.ics)", page)
    assert found
    return found[1]


def _events(content: bytes) -> list[tuple[str, date, date]]:
    found = Calendar.from_ical(content).walk("VEVENT")
    return [(str(each["summary"]), each["dtstart"].dt, each["dtend"].dt) for each in found]


@pytest.mark.usefixtures("dates")
def test_a_program_reads_the_calendar_without_a_session(app: Flask, browse: Open) -> None:
    teacher, program = browse("teacher"), app.test_client()
    path = _address(teacher.post("/notices/calendar").text)
    answer = program.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert _events(answer.data) == [
        ("Курсы, весна", date(2026, 5, 4), date(2026, 5, 16)),  # the end does not belong to it (RFC 5545)
        ("Подписать задание", date(2026, 4, 9), date(2026, 4, 10)),
    ]
    assert b"UID:task-7@127.0.0.1" in answer.data
    page = teacher.get("/notices/settings").text
    assert path not in page
    assert "Последний раз по нему обращались" in page
    other = _address(browse("school_head").post("/notices/calendar").text)
    assert len(_events(program.get(other).data)) == 1


@pytest.mark.usefixtures("dates")
def test_a_new_address_ends_the_old_one_and_it_can_be_switched_off(app: Flask, browse: Open) -> None:
    teacher, program = browse("teacher"), app.test_client()
    first = _address(teacher.post("/notices/calendar").text)
    second = _address(teacher.post("/notices/calendar").text)
    assert first != second
    assert [program.get(path).status_code for path in (first, second)] == [404, 200]
    assert teacher.post("/notices/calendar/end").status_code == 303
    assert program.get(second).status_code == 404
    assert program.get(f"/calendar/{'x' * 43}.ics").status_code == 404


@pytest.mark.usefixtures("dates")
def test_a_closed_account_has_no_calendar(app: Flask, browse: Open) -> None:
    path = _address(browse("teacher").post("/notices/calendar").text)
    with db.unit_of_work() as session:
        session.execute(text("UPDATE account SET active = false WHERE login = 'teacher'"))
    memory.forget()
    assert app.test_client().get(path).status_code == 404


def _reset() -> None:
    with db.unit_of_work():
        accounts.reset_password(PLATFORM, "teacher")


def _redeem() -> None:
    with db.unit_of_work():
        path, _sent = accounts.invite(PLATFORM, "teacher")
        accounts.redeem(path.rpartition("/")[2], "снегирь на ветке 5", None)


def _refuse() -> None:
    with db.unit_of_work():
        accounts.refuse_consent(actor_for("teacher"))


def _close_and_reopen() -> None:
    with db.unit_of_work():
        accounts.close_account(PLATFORM, "teacher")
        accounts.reopen_account(PLATFORM, "teacher")


@pytest.mark.usefixtures("dates")
@pytest.mark.parametrize("act", [_reset, _redeem, _refuse, _close_and_reopen])
def test_the_address_ends_with_the_access(app: Flask, browse: Open, act: Callable[[], None]) -> None:
    path = _address(browse("teacher").post("/notices/calendar").text)
    other = _address(browse("school_head").post("/notices/calendar").text)
    act()
    with db.unit_of_work() as session:
        assert session.get(CalendarFeed, "teacher") is None
    program = app.test_client()
    assert [program.get(each).status_code for each in (path, other)] == [404, 200]


@pytest.mark.usefixtures("dates")
def test_who_has_not_agreed_to_the_present_text_has_no_calendar(app: Flask, browse: Open) -> None:
    path = _address(browse("teacher").post("/notices/calendar").text)
    with db.unit_of_work() as session:
        session.execute(text("UPDATE account SET consent_version = '2020-01' WHERE login = 'teacher'"))
    memory.forget()
    assert app.test_client().get(path).status_code == 404
    with db.unit_of_work():
        accounts.confirm_consent(actor_for("teacher"))
    memory.forget()
    assert app.test_client().get(path).status_code == 200


def test_the_demo_persons_calendar_of_real_tasks_and_courses_can_be_read(app: Flask, browse: Open) -> None:
    for login in ("teacher", "course_leader", "admin"):
        path = _address(browse(login).post("/notices/calendar").text)
        answer = app.test_client().get(path)
        assert answer.status_code == 200
        assert Calendar.from_ical(answer.data)["version"] == "2.0"


def test_the_secret_does_not_stand_in_the_log_of_requests() -> None:
    assert without_secrets(f"/calendar/{'x' * 43}.ics") == "/calendar/….ics"
    assert without_secrets("/processes/2251799813685249/history") == "/processes/2251799813685249/history"
