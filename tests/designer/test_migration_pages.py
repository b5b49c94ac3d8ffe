"""The page that moves running processes: choosing, trying, starting, taking back; who may only look."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.jobs import working
from app.kernel.db import db
from tests.web.conftest import Open

from . import moving

PAGE = f"/designer/processes/{moving.PROCESS}/migrate"
FORM = {"from": "1", "to": "2", "map-collect": "gather"}


@pytest.fixture
def keys(app: Flask, region: Connection) -> list[int]:
    """Three instances of version 1, and version 2."""
    with db.unit_of_work():
        moving.deploy(moving.first())
        found = moving.start(3)
        moving.deploy(moving.second())
    return found


def test_choosing_trying_moving_and_taking_back(app: Flask, browse: Open, keys: list[int]) -> None:
    designer = browse("designer")
    shown = designer.get(PAGE).text
    assert re.search(r'name="map-collect".*?<option value="gather" selected>', shown, re.S)
    assert "Подходят 3 экземпляра." in shown
    tried = designer.post(PAGE, **FORM, act="try")
    assert tried.status_code == 200
    assert "Можно перенести: 3." in tried.text
    refused = designer.post(PAGE, **{**FORM, "map-collect": ""}, act="try").text
    assert "Сбор сведений: элемента нет в новой версии" in refused
    assert "Можно перенести: 0." in refused
    moved = designer.post(PAGE, **FORM, act="start")
    assert moved.status_code == 303
    with app.app_context():
        working.work_off()
    page = designer.get(moved.location).text
    assert page.count(">Вернуть</button>") == 3
    back = designer.post(f"{moved.location}/undo", instance=str(keys[0]))
    assert back.status_code == 303
    assert designer.get(moved.location).text.count(">Вернуть</button>") == 2
    everything = designer.post(f"{moved.location}/undo")
    assert everything.status_code == 303
    with app.app_context():
        working.work_off()
    assert designer.get(f"{PAGE}?from=1&to=2").text.count("Подходят 3 экземпляра.") == 1


def test_what_was_refused_is_tried_again(app: Flask, browse: Open, keys: list[int]) -> None:
    designer = browse("designer")
    moved = designer.post(PAGE, **{**FORM, "map-collect": ""}, act="start")
    with app.app_context():
        working.work_off()
    page = designer.get(moved.location).text
    assert "Сбор сведений: элемента нет в новой версии — 3" in page
    assert "Попробовать ещё раз для отказанных" in page
    again = designer.post(f"{moved.location}/again")
    assert again.status_code == 303
    assert again.location != moved.location
    with app.app_context():
        working.work_off()
    assert designer.post(f"{again.location}/undo").status_code == 409


def test_the_history_tells_it_in_words(app: Flask, browse: Open, keys: list[int]) -> None:
    designer = browse("designer")
    designer.post(PAGE, **FORM, act="start")
    with app.app_context():
        working.work_off()
    told = browse("auditor").get(f"/audit/{keys[0]}").text
    assert "— процесс перенесён на другую версию" in told
    assert re.search(r"Другая версия</span>\s*1 → 2: Сбор сведений", told)


def test_nothing_of_a_person_is_shown_and_nonsense_is_refused(browse: Open, keys: list[int]) -> None:
    auditor = browse("auditor")
    shown = auditor.get(f"{PAGE}?from=1&to=2").text
    assert 'value="start"' not in shown
    assert auditor.post(PAGE, **FORM, act="start").status_code == 403
    designer = browse("designer")
    assert designer.post(PAGE, **{**FORM, "from": "9"}, act="try").status_code == 404
    assert designer.post(PAGE, **FORM, before="никогда", act="try").status_code == 422
    assert designer.post(PAGE, **{**FORM, "map-collect": "ничто"}, act="start").status_code == 422
    assert designer.post(PAGE, **FORM, element="check", act="start").status_code == 409
    assert designer.get("/designer/processes/nothing/migrate").status_code == 404
