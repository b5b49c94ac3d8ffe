"""The lists that a designer picks from."""

from __future__ import annotations

import json
from typing import Any

from app.kernel.db import db
from tests.designer import building


def test_lists_name_what_is_there_and_what_the_draft_brings(browse: Any) -> None:
    with db.unit_of_work():
        key = building.draft(name="own.form", content=building.form("own_form"))
    page = browse("designer")
    found = json.loads(page.get(f"/designer/vocabulary.json?draft={key}").data)
    assert {"id": "teacher", "level": "school", "name": "Педагог"} in found["roles"]
    own = next(form for form in found["forms"] if form["id"] == "own_form")
    assert own["fields"] == [{"key": "word", "label": "Слово", "type": "textfield"}]
    assert "own_form" not in {form["id"] for form in json.loads(page.get("/designer/vocabulary.json").data)["forms"]}
    assert [kind["type"] for kind in found["service_types"] if kind["group"].isascii()] == []  # each under a heading
    told = next(kind for kind in found["service_types"] if kind["type"] == "notify")
    assert told["label"] == "Известить людей"
    assert told["inputs"][:2] == ["to", "subject"]
