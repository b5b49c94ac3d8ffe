"""`marshrut admin`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, text

from tests.people.test_import import GOOD, SCHOOL, book
from tests.web.browsing import Browser

PASSWORD = "долгая зимняя дорога"


def _run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["admin", *arguments])
    return result.exit_code, result.output


def test_an_administrator_is_created_and_signs_in(app: Flask, region: object) -> None:
    code, output = _run(app, "create", "root.admin", "--name", "Админов Пётр", "--password", PASSWORD)
    assert (code, output) == (0, "root.admin is an administrator.\n")
    browser = Browser(app)
    assert browser.sign_in("root.admin", PASSWORD).status_code == 303
    browser.get("/consent")
    browser.post("/consent")
    assert browser.get("/admin/people").status_code == 200


def test_weak_passwords_and_bad_logins_are_refused(app: Flask, connection: Connection) -> None:
    code, output = _run(app, "create", "root.admin", "--password", "short")
    assert code == 1
    assert "password" in output
    code, output = _run(app, "create", "Root Admin", "--password", PASSWORD)
    assert code == 1
    assert "login" in output
    assert connection.execute(text("SELECT count(*) FROM account WHERE login ILIKE 'root%'")).scalar_one() == 0


def test_an_existing_person_becomes_one_and_keeps_the_password(app: Flask, region: object) -> None:
    assert _run(app, "create", "teacher", "--password", PASSWORD)[0] == 0
    browser = Browser(app, "teacher", "demo")
    assert browser.get("/admin/people").status_code == 200


def test_a_forgotten_password_is_set(app: Flask, region: object) -> None:
    assert _run(app, "password", "admin", "--password", PASSWORD)[0] == 0
    assert Browser(app).sign_in("admin", PASSWORD).status_code == 303
    code, _ = _run(app, "password", "nobody", "--password", PASSWORD)
    assert code == 1


def test_people_are_imported_from_the_command_line(app: Flask, region: object, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(book([GOOD, ["Котов", "Ян", "", "", "", "nowhere", "", "", ""]], [SCHOOL]))

    def take(*options: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["import", "people", str(file), *options])
        return result.exit_code, result.output

    code, output = take("--check")
    assert (code, "Good rows: 2, taken: 0, known already: 0, with mistakes: 1." in output) == (1, True)
    assert "Люди, 3, F «Код организации»: Такой организации нет." in output
    assert "taken: 2" in take()[1]
    assert "Good rows: 0, taken: 0, known already: 2, with mistakes: 1." in take()[1]
