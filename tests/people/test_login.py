"""Signing in: argon2, rate limit, CSRF, fresh sessions, closed accounts, first password, consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations
from app.people.operations.sessions import MOST_PER_ADDRESS, MOST_PER_LOGIN
from tests.web.browsing import Browser, field
from tests.web.conftest import Open


def test_login_opens_the_page_that_was_asked_for(browse: Open) -> None:
    browser = browse()
    asked = browser.get("/people?q=Иванова")
    assert asked.status_code == 302
    assert "/login?next=" in asked.location
    page = browser.get(asked.location)
    answer = browser.post("/login", login="region_head", password="demo", next=field(page.text, "next"))
    assert answer.status_code == 303
    assert answer.location.startswith("/people?q=")
    assert "Иванова" in browser.get(answer.location).text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_login_never_leads_to_another_site(browse: Open, target: str) -> None:
    answer = browse().sign_in("teacher", "demo", next=target)
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize(("login", "password"), [("teacher", "wrong"), ("nobody", "demo"), ("teacher", "")])
def test_wrong_credentials_say_the_same_and_keep_the_login(browse: Open, login: str, password: str) -> None:
    browser = browse()
    answer = browser.sign_in(login, password)
    assert answer.status_code == 422
    assert field(answer.text, "login") == login
    assert field(answer.text, "password") == ""
    assert browser.get("/profile").status_code == 302
    if password:
        assert "Логин или пароль неверны" in answer.text


def test_the_login_is_not_case_sensitive(browse: Open) -> None:
    assert browse().sign_in(" Teacher ", "demo").status_code == 303


def test_passwords_are_stored_as_argon2(connection: Connection, region: None) -> None:
    stored = connection.execute(text("SELECT password_hash FROM account WHERE login = 'teacher'")).scalar_one()
    assert stored.startswith("$argon2id$")
    assert "demo" not in stored


def test_too_many_failures_of_one_login_are_refused_for_a_while(browse: Open, monday: object) -> None:
    browser = browse()
    for _ in range(MOST_PER_LOGIN):
        assert browser.sign_in("teacher", "wrong").status_code == 422
    refused = browser.sign_in("teacher", "demo")
    assert refused.status_code == 429
    assert "через 15 мин" in refused.text
    assert browse().sign_in("teacher2", "demo").status_code == 303, "another login is free"
    clock.move(timedelta(minutes=16))
    assert browser.sign_in("teacher", "demo").status_code == 303


def test_too_many_failures_from_one_address_are_refused(browse: Open, monday: object) -> None:
    browser = browse()
    for number in range(MOST_PER_ADDRESS):
        assert browser.sign_in(f"guess{number}", "demo").status_code == 422
    assert browser.sign_in("teacher", "demo").status_code == 429


def test_success_clears_the_failures(browse: Open, monday: object) -> None:
    browser = browse()
    for _ in range(MOST_PER_LOGIN - 1):
        browser.sign_in("teacher", "wrong")
    assert browser.sign_in("teacher", "demo").status_code == 303
    again = browse()
    for _ in range(MOST_PER_LOGIN - 1):
        assert again.sign_in("teacher", "wrong").status_code == 422


def test_login_needs_the_csrf_token(browse: Open) -> None:
    answer = browse().client.post("/login", data={"login": "teacher", "password": "demo"})
    assert answer.status_code == 400
    assert "слишком долго" in answer.text


def test_signing_in_discards_what_the_session_held(browse: Open) -> None:
    """Session fixation: nothing of the cookie from before the login counts afterwards."""
    browser = browse()
    browser.get("/login")
    with browser.client.session_transaction() as session:
        session["planted"] = "value"
        session["s"] = "token-known-to-the-attacker"
    browser.post("/login", login="teacher", password="demo")
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session["s"] != "token-known-to-the-attacker"


def test_signing_out_ends_the_session_wherever_its_cookie_is(app: Flask, browse: Open) -> None:
    browser = browse("teacher")
    cookie = browser.client.get_cookie("marshrut")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert browser.post("/logout").status_code == 303
    thief = app.test_client()
    thief.set_cookie("marshrut", cookie.value)
    assert thief.get("/profile").status_code == 302


def test_closing_an_account_ends_its_sessions_at_once(browse: Open) -> None:
    teacher, admin = browse("teacher"), browse("admin")
    assert teacher.get("/profile").status_code == 200
    assert admin.post("/admin/people/teacher/close").status_code == 303
    assert teacher.get("/profile").status_code == 302
    assert browse().sign_in("teacher", "demo").status_code == 422


def test_a_given_password_must_be_changed_first(browse: Open) -> None:
    with db.unit_of_work():
        password = operations.reset_password(PLATFORM, "teacher")
    browser = browse()
    assert browser.sign_in("teacher", password).status_code == 303
    assert browser.get("/profile").location == "/profile/password"
    assert browser.get("/people").location == "/profile/password"
    browser.get("/profile/password")
    form = {"old": password, "new": "тихая вода точит", "again": "тихая вода точит"}
    assert browser.post("/profile/password", **form).status_code == 303
    assert browser.get("/profile").status_code == 200
    assert browse().sign_in("teacher", "тихая вода точит").status_code == 303


def test_the_consent_is_asked_once_and_recorded(connection: Connection, browse: Open) -> None:
    with db.unit_of_work():
        operations.create_person(
            PLATFORM,
            "newcomer",
            last_name="Новый",
            first_name="Ян",
            organisation="lebedyan-1",
            password="demo",
            must_change_password=False,
            roles=[("teacher", "lebedyan-1")],
        )
    browser = browse()
    browser.sign_in("newcomer", "demo")
    asked = browser.get("/profile")
    assert asked.location == "/consent?next=/profile"
    assert "152-ФЗ" in browser.get("/consent").text
    assert browser.post("/consent", next="/profile").location == "/profile"
    assert browser.get("/profile").status_code == 200
    stored = connection.execute(text("SELECT consent_version, consent_at FROM account WHERE login = 'newcomer'")).one()
    assert stored[0]
    assert stored[1] is not None


def test_an_expired_session_is_no_session(browse: Open, monday: object) -> None:
    browser = browse("teacher")
    clock.move(timedelta(days=8))
    assert browser.get("/profile").status_code == 302


def test_attempts_stand_in_the_access_log(connection: Connection, browse: Open) -> None:
    browser = browse()
    browser.sign_in("teacher", "wrong")
    browser.sign_in("teacher", "demo")
    rows = connection.execute(text("SELECT actor, outcome FROM access_log WHERE action = 'login' ORDER BY key")).all()
    assert [tuple(row) for row in rows] == [("teacher", "failed"), ("teacher", "ok")]


def test_partial_requests_without_a_session_are_sent_to_the_login_page(app: Flask) -> None:
    answer = Browser(app).get("/profile", headers={"HX-Request": "true", "HX-Current-URL": "http://x/inbox"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/inbox"
