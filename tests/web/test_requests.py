"""A request is one unit of work, refusals become pages, and nothing is left half done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.kernel.config import Settings

from .browsing import Browser
from .probe import probe_app


@pytest.fixture(scope="module")
def probe(app: Flask, settings: Settings) -> Flask:
    return probe_app(settings)


@pytest.fixture
def teacher(probe: Flask, region: None) -> Iterator[Browser]:
    return Browser(probe, "teacher")


def _kept(connection: Connection, kind: str = "probe.kept") -> int:
    query = text("SELECT count(*) FROM outbox WHERE kind = :kind")
    return connection.execute(query, {"kind": kind}).scalar_one()


@pytest.mark.parametrize(("status", "rows"), [(200, 1), (204, 1), (303, 1), (400, 0), (403, 0), (409, 0), (422, 0)])
def test_changes_are_kept_with_a_good_answer_only(
    connection: Connection, teacher: Browser, status: int, rows: int
) -> None:
    assert teacher.post(f"/probe/keep/{status}").status_code == status
    assert _kept(connection) == rows


def test_a_draft_may_be_kept_beside_a_refusal(connection: Connection, teacher: Browser) -> None:
    assert teacher.post("/probe/draft").status_code == 422
    assert _kept(connection) == 1


def test_a_refusal_that_is_told_on_the_next_page_keeps_nothing(connection: Connection, teacher: Browser) -> None:
    assert teacher.post("/probe/told").status_code == 303
    assert _kept(connection) == 0


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("notfound", 404, "Такой страницы нет, или она вам недоступна."),
        ("404", 404, "Такой страницы нет, или она вам недоступна."),
        ("forbidden", 403, "Ваша роль не позволяет это сделать."),
        ("conflict", 409, "Тем временем здесь всё изменилось."),
        ("invalid", 422, "Введённое не принято."),
        ("413", 413, "Файл слишком большой."),
        ("unavailable", 503, "База данных или другая часть системы не отвечает."),
    ],
)
def test_errors_are_pages_in_the_readers_language(
    connection: Connection, teacher: Browser, name: str, status: int, words: str
) -> None:
    answer = teacher.post(f"/probe/raise/{name}")
    assert answer.status_code == status
    assert words in answer.text
    assert '<html lang="ru">' in answer.text
    assert _kept(connection) == 0
    assert _kept(connection, "probe.after") == 1, "what was asked for afterwards is done all the same"


def test_errors_speak_english_to_english_readers(teacher: Browser) -> None:
    teacher.post("/language", locale="en")
    answer = teacher.post("/probe/raise/conflict")
    assert "This has been changed in the meantime." in answer.text
    assert '<html lang="en">' in answer.text


def test_an_unexpected_error_is_a_plain_page_with_a_number(
    probe: Flask, connection: Connection, teacher: Browser
) -> None:
    probe.testing = False
    probe.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = teacher.get("/probe/raise/zero")
    finally:
        probe.testing = True
        probe.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    assert "Номер запроса: " + answer.headers["X-Request-ID"] in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert _kept(connection) == 0


def test_a_partial_request_gets_a_piece_of_a_page(teacher: Browser) -> None:
    answer = teacher.post("/probe/raise/forbidden", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "<html" not in answer.text
    assert "Ваша роль не позволяет это сделать." in answer.text


def test_posts_without_the_token_are_refused(connection: Connection, teacher: Browser) -> None:
    answer = teacher.client.post("/probe/keep/200")
    assert answer.status_code == 400
    assert _kept(connection) == 0


def test_a_token_in_the_header_is_enough(connection: Connection, teacher: Browser) -> None:
    answer = teacher.client.post("/probe/keep/200", headers={"X-CSRFToken": teacher.token})
    assert answer.status_code == 200
    assert _kept(connection) == 1


def test_the_token_of_another_session_is_refused(probe: Flask, connection: Connection, teacher: Browser) -> None:
    other = Browser(probe, "teacher2")
    assert teacher.client.post("/probe/keep/200", data={"csrf_token": other.token}).status_code == 400


def test_every_answer_carries_the_safety_headers(teacher: Browser) -> None:
    for path in ("/profile", "/nowhere", "/static/icon.svg"):
        headers = teacher.get(path, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy.split("; ")
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert teacher.get("/profile").headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_scripts(teacher: Browser) -> None:
    for path in ("/profile", "/profile/substitutions", "/nowhere"):
        page = teacher.get(path).text
        assert "<script" not in page.replace('<script type="module" src=', "")
        assert " onclick=" not in page
        assert "javascript:" not in page


def test_the_request_number_of_a_proxy_is_taken_over(teacher: Browser) -> None:
    assert (
        teacher.get("/profile", headers={"X-Request-ID": "edge-0123456789"}).headers["X-Request-ID"]
        == "edge-0123456789"
    )
    forged = teacher.get("/profile", headers={"X-Request-ID": "x y<script>"})
    assert forged.headers["X-Request-ID"].isalnum()


def test_unknown_addresses_lead_strangers_to_the_login(probe: Flask, region: None) -> None:
    assert Browser(probe).get("/no/such/page").status_code == 302
