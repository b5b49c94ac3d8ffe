"""Two administrators who really work at the same time, each in a transaction of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.demo.region import load_region
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict
from app.people import memory, operations, queries
from app.people.models import Organisation, RoleAssignment
from app.people.operations.changes import ChangedMeanwhile
from app.people.operations.importing import take_rows

Act = Callable[[], object]


@pytest.fixture
def real(app: Flask, committed: None) -> Iterator[None]:
    """The demo region, committed."""
    memory.forget()
    with db.unit_of_work():
        load_region("demo")
        operations.assign_role(PLATFORM, "auditor", "admin", "region")
    yield
    memory.forget()


def _together(first: Act, second: Act) -> list[AppError | None]:
    """Do both; the second begins while the first has not committed yet. Returns how each was refused."""
    done, outcomes = threading.Event(), {}

    def act(name: str, work: Act, before: Callable[[], object], after: Callable[[], object]) -> None:
        outcomes[name] = None
        try:
            with db.unit_of_work():
                before()
                work()
                after()
        except AppError as error:
            outcomes[name] = error

    threads = [
        threading.Thread(target=act, args=("first", first, lambda: None, lambda: (done.set(), _someone_waits()))),
        threading.Thread(target=act, args=("second", second, lambda: done.wait(30), lambda: None)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [outcomes["first"], outcomes["second"]]


def _someone_waits() -> None:
    """Return when another connection waits for a lock of ours."""
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    for _ in range(20_000):
        if db.session.execute(blocked).scalar_one():
            return
    raise AssertionError("nobody waits")


def test_the_same_code_twice(real: None) -> None:
    def create() -> None:
        operations.create_organisation(PLATFORM, "s9", "school", "Школа № 9", parent="lebedyan")

    first, second = _together(create, create)
    assert first is None
    assert isinstance(second, Conflict)
    with db.unit_of_work():
        assert db.session.get(Organisation, "s9") is not None


def test_a_login_that_is_taken_at_this_moment_costs_its_own_row_of_the_file(real: None) -> None:
    names = {"anna": "Анна", "boris": "Борис"}
    rows = [
        {
            "do": "person",
            "login": login,
            "role": "teacher",
            "place": "lebedyan-1",
            "values": {"last_name": "Котова", "first_name": name, "organisation": "lebedyan-1"},
        }
        for login, name in names.items()
    ]
    refused: list[tuple[str, str]] = []

    def by_hand() -> None:
        operations.create_person(PLATFORM, "anna", last_name="Иная", first_name="Вера", organisation="lebedyan-1")

    def by_file() -> None:
        refused.extend((row["login"], reason) for row, reason in take_rows(queries.actor_for("admin"), rows))

    assert _together(by_hand, by_file) == [None, None]
    assert [login for login, _reason in refused] == ["anna"]
    with db.unit_of_work():
        assert queries.person_name("anna") == "Иная Вера"
        assert queries.actor_for("boris").has_role("teacher")


def test_after_a_lost_race_the_request_goes_on(real: None) -> None:
    """The page with the refused form still asks the database."""
    seen: list[str] = []

    def create() -> None:
        operations.create_person(PLATFORM, "p9", last_name="Девятый", first_name="Ян", organisation="iro")

    def create_and_look() -> None:
        try:
            create()
        except Conflict:
            seen.append(queries.person_name("teacher"))

    assert _together(create, create_and_look) == [None, None]
    assert seen == ["Иванова Марина Петровна"]


def test_two_changes_of_one_person(real: None) -> None:
    with db.unit_of_work():
        version = queries.person_card(queries.actor_for("admin"), "teacher").version

    def change(position: str) -> Act:
        return lambda: operations.change_person(PLATFORM, "teacher", version=version, position=position)

    first, second = _together(change("первая"), change("вторая"))
    assert first is None
    assert isinstance(second, ChangedMeanwhile)
    with db.unit_of_work():
        assert queries.person_by_login("teacher").position == "первая"


def test_two_administrators_dismiss_each_other(real: None) -> None:
    with db.unit_of_work():
        rows = db.session.execute(select(RoleAssignment.id).where(RoleAssignment.role == "admin")).scalars().all()
        actors = [queries.actor_for(login) for login in ("admin", "auditor")]

    first, second = _together(
        lambda: operations.end_role(actors[0], rows[1]), lambda: operations.close_account(actors[1], "admin")
    )
    assert first is None
    assert isinstance(second, Conflict)
    with db.unit_of_work():
        assert queries.holders("admin") == ["admin"]
