"""What nobody sends by a form: refused with a sentence, nothing broken."""

from __future__ import annotations

import json
import time

import pytest

from app.designer import operations, queries
from app.designer.rules import layout
from app.designer.rules.scenarios import parsed
from app.designer.rules.titles import title_in
from app.engine.views import Resource
from app.kernel.db import db
from app.people.queries import actor_for
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


GROWING = "title: [" + "&a0 [lol, lol]" + "".join(f", &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 12)) + "]"
UNTOLD = [
    GROWING,
    "steps: " + "[" * 5000,
    "title: x\n" + "# more\n" * 40_000,
    "title: " + "1:" * 5000 + "1",
    "title: {a: 1}",
    "process: [a]",
    "start: {message: text}",
    "steps: [{task: t, as: x, no: 5}]",
    "steps: [{task: t, as: x, answers: [1]}]",
    "steps: [{task: [t], as: x}]",
    "steps: [{message: text}]",
    "steps: [{expect: {open: 5}}]",
    "steps: [{expect: {nobody: 5}}]",
    "steps: [{expect: {tasks: {x: y}}}]",
    "steps: [{expect: {processes: [a]}}]",
]


@pytest.mark.parametrize("text", UNTOLD, ids=range(len(UNTOLD)))
def test_what_cannot_be_told_is_no_scenario(text: str) -> None:
    assert parsed(text.encode()) is None


@pytest.mark.usefixtures("connection")
def test_a_draft_with_odd_files_can_be_opened_and_mended(browse: Open) -> None:
    odd = building.process().replace(b' id="probe"', b"")
    with db.unit_of_work():
        key = building.draft(content=odd)
        file = building.add(key, "odd.scenario.yaml", UNTOLD[8].encode())
    designer, page = browse("designer"), f"/designer/drafts/{key}"
    assert designer.get(page).status_code == 200
    assert designer.get(f"{page}/scenarios/{file}").status_code == 200
    with db.unit_of_work():
        operations.scenarios.save_text(actor_for("designer"), file, "title: Проба\nsteps: []\n", 1)
        model = next(each.key for each in queries.drafts.draft(actor_for("designer"), key).files if each.kind == "bpmn")
    assert designer.get(f"{page}/files/{model}/description").status_code == 200


def test_endless_openings_are_read_once() -> None:
    started = time.process_time()
    assert title_in("bpmn", b"<process " * 200_000) == title_in("dmn", b"<decision " * 200_000) == ""
    assert layout.folders([Resource("x.dmn", b"<decision " * 200_000)])
    assert time.process_time() - started < 20, "of the processor: minutes when every opening reads to the end"
