"""The preview of a form: what the server renders of unsaved content, with samples, and nothing stored."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.designer import operations, queries
from app.kernel.db import db
from app.people.queries import actor_for
from tests.web.browsing import Browser
from tests.web.conftest import Open

from . import building

FIELDS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "topic", "id": "topic", "label": "Тема", "validate": {"required": True}},
    {"type": "number", "key": "hours", "id": "hours", "label": "Часы", "validate": {"max": 72}},
    {"type": "select", "key": "who", "id": "who", "label": "Кто проводит", "properties": {"source": "people"}},
    {
        "type": "textfield",
        "key": "secret",
        "id": "secret",
        "label": "Для эксперта",
        "properties": {"showFor": "expert"},
    },
    {"type": "filepicker", "key": "plan", "id": "plan", "label": "План", "validate": {"required": True}},
]
SCHEMA = json.dumps({"type": "default", "id": "probe_form", "components": FIELDS}, ensure_ascii=False)


@pytest.fixture
def address(region: Connection) -> str:
    """Where the form of a new draft is previewed."""
    with db.unit_of_work():
        actor = actor_for("designer")
        key = operations.drafts.create(actor, "Форма", files=[building.form_file()])
        return f"/designer/drafts/{key}/files/{queries.drafts.draft(actor, key).files[0].key}/preview"


@pytest.fixture
def page(browse: Open) -> Browser:
    """A designer's browser."""
    return browse("designer")


def test_unsaved_content_is_shown_in_a_frame_of_this_site_only(page: Browser, address: str) -> None:
    assert "Слово" in page.get(address).text, "what is saved"
    shown = page.post(address, schema=SCHEMA)
    assert "Кто проводит</label>" in shown.text
    assert "Для эксперта</label>" not in shown.text
    assert "Для эксперта</label>" in page.post(address, schema=SCHEMA, role="expert").text
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "script-src 'self';" in shown.headers["Content-Security-Policy"]


def test_pickers_offer_samples_and_no_people(page: Browser, address: str) -> None:
    shown = page.post(address, schema=SCHEMA, filled="yes").text
    assert "Пример 1" in shown
    assert 'value="10"' in shown, "a sample of the number"
    assert "Иванова" not in shown


def test_a_try_shows_errors_and_stores_nothing(page: Browser, address: str, region: Connection) -> None:
    count = text("SELECT (SELECT count(*) FROM file), (SELECT count(*) FROM file_revision)")
    before = region.execute(count).one()
    entered = {"schema": SCHEMA, "entered": "yes", "check": "yes", "f.topic": "", "f.hours": "80"}
    refused = page.post(address, **entered)
    assert refused.status_code == 422
    assert "Не больше 72" in refused.text or "не больше 72" in refused.text
    right = page.post(
        address, **{**entered, "f.topic": "Дроби", "f.hours": "8", "u.plan": (BytesIO(b"%PDF-1.4"), "план.pdf")}
    )
    assert right.status_code == 200
    assert "Ничего не сохранено" in right.text
    assert region.execute(count).one() == before


def test_what_changes_with_an_entry_is_answered_alone(page: Browser, address: str) -> None:
    hidden = [FIELDS[0], {**FIELDS[1], "conditional": {"hide": '=topic != "Дроби"'}}]
    schema = json.dumps({"type": "default", "id": "probe_form", "components": hidden})
    shown = page.post(address, schema=schema)
    assert 'hx-post="' + address in shown.text
    part = page.post(f"{address}?refresh=1", schema=schema, entered="yes", **{"f.topic": "Дроби", "_live": "x="})
    assert "hx-swap-oob" in part.text
    assert "<html" not in part.text


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("{", "JSON"),
        ('{"id": "f", "components": [{"type": "iframe", "id": "i"}]}', "iframe"),
        (
            '{"id": "f", "components": [{"type": "number", "id": "a", "key": "a", "conditional": {"hide": "=1 +"}}]}',
            "a:",
        ),
    ],
)
def test_a_form_with_faults_names_them(page: Browser, address: str, schema: str, said: str) -> None:
    shown = page.post(address, schema=schema)
    assert shown.status_code == 200
    assert "Форму пока нельзя показать" in shown.text
    assert said in shown.text
