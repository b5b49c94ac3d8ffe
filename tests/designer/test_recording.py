"""A scenario is recorded over HTTP: a file, somebody outside, a message, time, values, steps back."""

from __future__ import annotations

import io
from dataclasses import replace

from flask import Flask, g

from app.designer import operations, queries
from app.designer.web import recording
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.queries import actor_for
from tests.web.browsing import Browser
from tests.web.conftest import Open

from .sandbox_models import outside


def opened() -> int:
    with db.unit_of_work():
        return operations.drafts.create(actor_for("designer"), "Справка", files=outside())


def text_of(key: int) -> str:
    """The only scenario of a draft."""
    with db.unit_of_work():
        actor = actor_for("designer")
        (scenario,) = queries.drafts.contents(actor, key, "scenario")
        return scenario.content.decode()


def step(browser: Browser, page: str, revision: int, **fields: str) -> str:
    """Record a step; the page that follows."""
    answer = browser.post(f"{page}/steps", revision=str(revision), **fields)
    assert answer.status_code == 303, answer.text
    return browser.get(page).text


def test_whatever_happens_is_a_click(browse: Open) -> None:
    key, browser = opened(), browse("designer")
    new = f"/designer/drafts/{key}/scenarios/new"
    assert "Педагог (песочница)" in browser.get(new).text
    assert browser.post(new, who="teacher").status_code == 422
    page = browser.post(new, title="Справка выдана", who="teacher").location
    assert "Педагог — Подать заявление" in browser.get(page).text
    task = f"{page}/task?task=ask&who=teacher"
    refused = browser.post(task, revision="1", outcome="submit", **{"f.what": "7-Б"})
    assert refused.status_code == 422
    assert "7-Б" in refused.text
    paper = (io.BytesIO(b"x"), "заявление.pdf")
    taken = browser.post(task, revision="1", outcome="submit", **{"f.what": "7-Б", "u.paper": paper})
    assert taken.status_code == 303, taken.text
    assert "внешняя работа: Посчитать" in browser.get(page).text
    assert "сообщение: office.answered" in step(browser, page, 2, kind="job", element="count", variables="n: 3")
    shown = step(browser, page, 3, kind="message", name="office.answered", key="7-Б", variables="number: 12")
    assert "Процесс завершился: Справка выдана." in shown
    shown = step(browser, page, 4, kind="expect", open="1", ended="1", holds="number = 12 and n = 3")
    assert "прошёл" in shown
    assert text_of(key).endswith(
        "- {job: count, variables: {n: 3}}\n"
        "- {message: {name: office.answered, key: 7-Б, variables: {number: 12}}}\n"
        "- {expect: {open: [], ended: told, holds: [=number = 12 and n = 3]}}\n"
    )


def test_steps_go_back_and_refusals_lose_nothing(browse: Open) -> None:
    key, browser = opened(), browse("designer")
    with db.unit_of_work():
        start = {"as": "teacher", "variables": {"what": "7-Б"}}
        at = "2026-04-06T09:00:00+03:00"
        file = operations.scenarios.begin(actor_for("designer"), key, "help_request", "Так", start, at)
    page = f"/designer/drafts/{key}/scenarios/{file}"
    assert "15 апр. 2026" in step(browser, page, 1, kind="until", moment="2026-04-15T10:00")
    assert "не прошёл" in step(browser, page, 2, kind="retry", element="count")
    assert browser.post(f"{page}/steps/0", revision="3", act="remove").status_code == 303
    assert "Прошло времени: 1 неделя" in step(browser, page, 4, kind="time", span="P1W")
    browser.post(f"{page}/steps/2", revision="5", act="up")
    assert text_of(key).endswith("- {time: P1W}\n- {until: '2026-04-15T10:00:00+03:00'}\n")
    before = text_of(key)
    for fields in ({"kind": "set", "variables": "nothing"}, {"kind": "until"}, {"kind": "what"}, {"kind": "expect"}):
        assert browser.post(f"{page}/steps", revision="6", **fields).status_code == 422
    broken = browser.post(f"{page}/text", revision="6", text="steps: [{tusk: x}]")
    assert broken.status_code == 422
    assert "tusk" in broken.text
    assert browser.post(f"{page}/text", revision="1", text=before + "- {time: P1D}\n").status_code == 409
    assert text_of(key) == before


def test_a_moment_is_read_in_the_zone_of_who_gives_it(app: Flask) -> None:
    for given, wanted in (
        ("2026-04-15T10:00", "2026-04-15T10:00:00+05:00"),
        ("2026-04-15T10:00:00-03:00", "2026-04-15T10:00:00-03:00"),
    ):
        with app.test_request_context("/", method="POST", data={"moment": given}):
            g.actor = replace(PLATFORM, timezone="Asia/Yekaterinburg")
            assert recording._until() == {"until": wanted}
