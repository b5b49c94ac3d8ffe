"""Which language a reader gets, and formats of dates and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.web import i18n

from .conftest import Open


def test_russian_comes_first_whatever_the_browser_prefers(browse: Open) -> None:
    page = browse().get("/login", headers={"Accept-Language": "de, en;q=0.9"})
    assert '<html lang="ru">' in page.text
    assert "Вход в «Маршрут»" in page.text


def test_a_stranger_may_choose_english(browse: Open) -> None:
    browser = browse()
    browser.get("/login")
    assert browser.post("/language", locale="en", next="/login").location == "/login"
    assert "Sign in to Marshrut" in browser.get("/login").text


def test_the_choice_is_kept_in_the_account(connection: Connection, browse: Open) -> None:
    browser = browse("teacher")
    browser.post("/language", locale="en", next="/profile")
    assert "About me" in browser.get("/profile").text
    assert connection.execute(text("SELECT locale FROM account WHERE login = 'teacher'")).scalar_one() == "en"
    assert "About me" in browse("teacher").get("/profile").text, "at the next login too"


@pytest.mark.parametrize("locale", ["de", "", "ru; DROP"])
def test_other_languages_are_refused(browse: Open, locale: str) -> None:
    browser = browse("teacher")
    assert browser.post("/language", locale=locale).status_code == 400


def test_the_switch_stays_on_this_site(browse: Open) -> None:
    assert browse("teacher").post("/language", locale="en", next="https://evil.example/").location == "/"


@pytest.mark.parametrize(
    ("moment", "words", "colour"),
    [
        (None, "без срока", "secondary"),
        (datetime(2026, 4, 3, 21, tzinfo=UTC), "просрочено на 3 дня", "danger"),
        (datetime(2026, 4, 5, 21, tzinfo=UTC), "просрочено на 1 день", "danger"),
        (datetime(2026, 4, 6, 5, tzinfo=UTC), "просрочено на 1 день", "danger"),
        (datetime(2026, 4, 6, 21, tzinfo=UTC), "сегодня", "warning"),
        (datetime(2026, 4, 7, 21, tzinfo=UTC), "завтра", "warning"),
        (datetime(2026, 4, 8, 21, tzinfo=UTC), "через 2 дня", "info"),
        (datetime(2026, 4, 11, 21, tzinfo=UTC), "через 5 дней", "secondary"),
    ],
)
def test_deadlines_in_words(app: Flask, monday: object, moment: datetime | None, words: str, colour: str) -> None:
    """Now: Monday, 6 April, 09:00 in Moscow. A deadline at local midnight belongs to the day before."""
    with app.test_request_context():
        assert i18n.due_badge(moment) == (words, colour)


def test_dates_and_moments_are_local(app: Flask) -> None:
    with app.test_request_context():
        late = datetime(2026, 4, 6, 22, 30, tzinfo=UTC)
        assert i18n.day(late, "short") == "07.04.2026"
        assert i18n.clock_time(late) == "01:30"
        assert i18n.day(date(2026, 4, 6)).replace("\xa0", " ").replace("\u202f", " ") == "6 апр. 2026 г."


@pytest.mark.parametrize(
    ("name", "short"),
    [("Иванова Марина Петровна", "Иванова М. П."), ("Ли", "Ли"), ("", ""), ("Де ла Крус Мария Анна", "Де л. К.")],
)
def test_short_names(name: str, short: str) -> None:
    assert i18n.short_name(name).replace("\xa0", " ") == short
