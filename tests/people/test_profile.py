"""One's own profile: contacts, password, tokens, other sessions."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.kernel import clock
from app.kernel.db import db
from app.people import operations, queries
from app.people.rules import weakness
from tests.web.browsing import Browser, field, marked
from tests.web.conftest import Open

GOOD = "тихая вода точит"


@pytest.fixture
def teacher(browse: Open) -> Browser:
    return browse("teacher")


def test_contacts_are_changed_and_a_stale_form_is_not(connection: Connection, teacher: Browser) -> None:
    version = field(teacher.get("/profile").text, "version")
    assert teacher.post("/profile", email="m@example.org", phone="", version=version).status_code == 303
    stale = teacher.post("/profile", email="other@example.org", phone="", version=version)
    assert stale.status_code == 409
    assert field(stale.text, "email") == "other@example.org"
    stored = "SELECT email FROM person p JOIN account a ON a.person_id = p.id WHERE login = 'teacher'"
    assert connection.execute(text(stored)).scalar_one() == "m@example.org"


def test_a_wrong_address_is_marked(teacher: Browser) -> None:
    page = teacher.post("/profile", email="почта", phone="123-45-67")
    assert page.status_code == 422
    assert marked(page.text, "email")
    assert field(page.text, "phone") == "123-45-67"


def test_facts_of_the_person_cannot_be_changed_by_themselves(connection: Connection, teacher: Browser) -> None:
    teacher.post("/profile", email="", phone="", last_name="Другая", organisation_code="iro")
    stored = "SELECT last_name FROM person p JOIN account a ON a.person_id = p.id WHERE login = 'teacher'"
    assert connection.execute(text(stored)).scalar_one() == "Иванова"


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"old": "wrong", "new": GOOD, "again": GOOD}, "old"),
        ({"old": "demo", "new": "короткий", "again": "короткий"}, "new"),
        ({"old": "demo", "new": "12345678901234", "again": "12345678901234"}, "new"),
        ({"old": "demo", "new": "password-2026", "again": "password-2026"}, "new"),
        ({"old": "demo", "new": "teacher-teacher", "again": "teacher-teacher"}, "new"),
        ({"old": "demo", "new": "моя Иванова 12", "again": "моя Иванова 12"}, "new"),
        ({"old": "demo", "new": GOOD, "again": GOOD + "!"}, "again"),
        ({"old": "", "new": GOOD, "again": GOOD}, "old"),
    ],
)
def test_weak_and_mistyped_passwords(teacher: Browser, browse: Open, form: dict[str, str], wrong: str) -> None:
    page = teacher.post("/profile/password", **form)
    assert page.status_code == 422
    assert marked(page.text, wrong)
    for name in ("old", "new", "again"):
        assert field(page.text, name) == "", "passwords are never sent back"
    assert browse().sign_in("teacher", "demo").status_code == 303


def test_a_changed_password_ends_the_other_sessions(teacher: Browser, browse: Open) -> None:
    elsewhere = browse("teacher")
    assert teacher.post("/profile/password", old="demo", new=GOOD, again=GOOD).status_code == 303
    assert teacher.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302
    assert browse().sign_in("teacher", "demo").status_code == 422
    assert browse().sign_in("teacher", GOOD).status_code == 303


def test_signing_out_elsewhere_keeps_this_one(teacher: Browser, browse: Open) -> None:
    elsewhere = browse("teacher")
    assert "на 2 устройствах" in teacher.get("/profile").text
    assert teacher.post("/profile/sessions/end").status_code == 303
    assert elsewhere.get("/profile").status_code == 302
    assert teacher.get("/profile").status_code == 200


@pytest.mark.parametrize(
    ("password", "found"),
    [(GOOD, None), ("short", "short"), ("1" * 12, "plain"), ("абабабабабаб", "plain"), ("xPASSWORDx12", "common")],
)
def test_weakness(password: str, found: str | None) -> None:
    assert weakness(password, "teacher") == found


def test_an_old_hash_is_renewed_at_login(connection: Connection, browse: Open) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("demo")
    connection.execute(text("UPDATE account SET password_hash = :h WHERE login = 'teacher'"), {"h": weak})
    browse("teacher")
    stored = connection.execute(text("SELECT password_hash FROM account WHERE login = 'teacher'")).scalar_one()
    assert stored != weak
    assert browse().sign_in("teacher", "demo").status_code == 303


def _bearer(app: Flask, token: str, path: str = "/v2/authentication/me", method: str = "GET") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().open(path, method=method, headers=headers, json={}).status_code


def test_a_token_is_shown_once_and_works_until_revoked(app: Flask, connection: Connection, teacher: Browser) -> None:
    page = teacher.post("/profile/tokens", name="Выгрузка", scope="write", days="30")
    assert page.status_code == 200
    token = re.findall(r"<code[^>]*>(mrs_[^<…]+)</code>", page.text)[0]
    listed = teacher.get("/profile/tokens").text
    assert token not in listed
    assert "Выгрузка" in listed
    assert connection.execute(text("SELECT count(*) FROM personal_token WHERE prefix = :t"), {"t": token}).scalar() == 0
    assert _bearer(app, token) == 200
    number = connection.execute(text("SELECT id FROM personal_token")).scalar_one()
    assert teacher.post(f"/profile/tokens/{number}/revoke").status_code == 303
    assert _bearer(app, token) == 401


def test_a_token_ends_with_its_days_and_with_the_account(app: Flask, region: object, monday: object) -> None:
    with db.unit_of_work():
        first = operations.create_token(queries.actor_for("teacher"), "a", days=30)
        second = operations.create_token(queries.actor_for("teacher2"), "b", days=90)
    assert _bearer(app, first) == 200
    clock.move(timedelta(days=31))
    assert _bearer(app, first) == 401
    assert _bearer(app, second) == 200
    with db.unit_of_work():
        operations.close_account(queries.actor_for("admin"), "teacher2")
    assert _bearer(app, second) == 401


def test_a_reading_token_changes_nothing(app: Flask, region: object) -> None:
    with db.unit_of_work():
        token = operations.create_token(queries.actor_for("designer"), "nur lesen", scopes=("read",))
    assert _bearer(app, token, "/v2/process-instances/search", "POST") == 200
    assert _bearer(app, token, "/v2/process-instances", "POST") == 403


@pytest.mark.parametrize(
    ("form", "wrong"),
    [({"name": "", "scope": "read", "days": "30"}, "name"), ({"name": "x", "scope": "all", "days": "30"}, "scope")],
)
def test_wrong_tokens_are_refused(teacher: Browser, form: dict[str, str], wrong: str) -> None:
    page = teacher.post("/profile/tokens", **form)
    assert page.status_code == 422
    assert marked(page.text, wrong)


def _basic(app: Flask, login: str, password: str) -> int:
    credentials = b64encode(f"{login}:{password}".encode()).decode()
    return app.test_client().get("/v2/authentication/me", headers={"Authorization": f"Basic {credentials}"}).status_code


def test_basic_login_of_the_api_is_counted_too(app: Flask, connection: Connection, monday: object) -> None:
    assert _basic(app, "teacher", "demo") == 200
    for _ in range(operations.sessions.MOST_PER_LOGIN):
        assert _basic(app, "teacher2", "wrong") == 401
    assert _basic(app, "teacher2", "demo") == 429
    rows = connection.execute(text("SELECT DISTINCT channel FROM access_log WHERE actor = 'teacher2'")).scalars().all()
    assert rows == ["api"]


def test_a_given_password_does_not_open_the_api(app: Flask, region: object) -> None:
    with db.unit_of_work():
        password = operations.reset_password(queries.actor_for("admin"), "teacher")
    assert _basic(app, "teacher", password) == 401


def test_guessing_the_present_password_is_limited(teacher: Browser, monday: object) -> None:
    for _ in range(operations.sessions.MOST_PER_LOGIN):
        assert marked(teacher.post("/profile/password", old="guess", new=GOOD, again=GOOD).text, "old")
    refused = teacher.post("/profile/password", old="demo", new=GOOD, again=GOOD)
    assert refused.status_code == 422
    assert "Слишком много неудачных попыток." in refused.text
