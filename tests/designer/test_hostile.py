"""What nobody sends by a form: refused with a sentence, nothing broken."""

from __future__ import annotations

import json

import pytest

from app.kernel.db import db
from tests.web.conftest import Open

from . import building
from .test_pages import call, only_draft

HUGE = "9" * 30


@pytest.mark.usefixtures("connection")
def test_odd_values_are_refused(browse: Open) -> None:
    with db.unit_of_work():
        building.draft()
    key, file = only_draft()
    page, path = f"/designer/drafts/{key}", f"/designer/drafts/{key}/files/{file}"
    designer = browse("designer")
    as_json = {"Content_Type": "application/json"}
    odd = [
        {"text": "a\x00b"},
        {"text": "\ud800"},
        {"text": "x", "parent": HUGE},
        {"resolve": HUGE},
        {"text": ["x"]},
        [],
        "x",
    ]
    answers = [call(designer, "POST", f"{path}/comments", json.dumps(each).encode(), **as_json) for each in odd]
    assert [answer.status_code for answer in answers] == [200, 422, 404, 404, 200, 422, 422]
    assert all(answer.json for answer in answers)
    assert designer.post(f"{page}/comments", text="a\x00b").status_code == 303
    assert designer.post(f"{page}/comments", text="x", parent=HUGE).status_code == 404
    assert designer.post(f"{page}/title", title="\x00").status_code == 422
    assert designer.post("/designer/new", what="form", name="\x00", code="x_y").status_code == 422
    assert designer.post("/designer/new", what="form", name="x", draft=HUGE).status_code == 404
    assert designer.get(f"/designer/new?draft={HUGE}").status_code == 404
    assert designer.get(f"{path}/download?revision={HUGE}").status_code == 404
    assert designer.post("/designer/open", kind="process", id="a\x00b").status_code == 404
    assert designer.get("/designer?q=a%00b&kind=none").status_code == 200
    assert call(designer, "PUT", f"{path}/content", b"<a/>", If_Match="*").status_code == 409
    assert call(designer, "PUT", f"{path}/content", b"\x00\xff", If_Match='"1"').json["revision"] == 2
    assert call(designer, "POST", f"{path}/lock", b"not json", **as_json).json["held_by_me"]
    assert designer.get(path).status_code == 200
    assert designer.get(page).status_code == 200
    assert designer.post(f"{page}/stage", act="submit", note="a\x00b").status_code == 303
    assert designer.get("/designer/processes/a%00b").status_code == 404
    assert designer.get("/documents/a%00b").status_code == 404
