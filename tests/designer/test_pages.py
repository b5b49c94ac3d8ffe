"""Pages of drafts and the calls of the editors."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from app.designer import queries
from app.designer.rules import beginnings
from app.designer.rules.titles import title_in
from app.engine.bpmn import read_definitions
from app.engine.decisions import read_decisions
from app.forms.operations import check_form
from app.kernel.db import db
from app.people.queries import actor_for
from tests.web.browsing import Browser
from tests.web.conftest import Open

from . import building

LANES = [("teacher", "Учитель"), ("school_head", "Директор «школы»")]


def only_draft() -> tuple[int, int]:
    """Keys of the only draft and of its only file."""
    with db.unit_of_work():
        (draft,) = queries.drafts.drafts(actor_for("designer"))
        return draft.key, draft.files[0].key


def call(browser: Browser, method: str, path: str, body: bytes | None = None, **headers: str) -> TestResponse:
    """A call of an island."""
    sent = {"X-CSRFToken": browser.token, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return browser.client.open(path, method=method, data=body, headers=sent)


def test_a_new_process_begins_with_lanes_of_roles(browse: Open) -> None:
    designer = browse("designer")
    what = {"what": "process", "name": "Заявка на курсы", "frame": "lanes", "lanes": ["teacher", "school_head"]}
    assert designer.post("/designer/new", **{**what, "lanes": []}).status_code == 422
    begun = designer.post("/designer/new", **what)
    key, file = only_draft()
    assert begun.location.endswith(f"/designer/drafts/{key}/files/{file}")
    page = designer.get(begun.location)
    assert 'data-island="modeler"' in page.text
    assert "zayavka_na_kursy.bpmn" in page.text
    content = call(designer, "GET", f"{begun.location}/content")
    assert 'id="lane_school_head" name="Руководитель ОО' in content.text
    again = designer.post("/designer/new", **{**what, "draft": str(key)})
    assert again.status_code == 422
    assert "уже есть" in again.text


def test_what_a_draft_begins_with_can_be_read() -> None:
    drawn = beginnings.process("probe", "Проба <&>", LANES).replace(
        b'<bpmn:startEvent id="start" />',
        b'<bpmn:startEvent id="start"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>'
        b'<bpmn:endEvent id="end"><bpmn:incoming>f</bpmn:incoming></bpmn:endEvent>'
        b'<bpmn:sequenceFlow id="f" sourceRef="start" targetRef="end" />',
    )
    assert [model.name for model in read_definitions(drawn)] == ["Проба <&>"]
    assert list(read_decisions(beginnings.decision("level", "Уровень")).decisions) == ["level"]
    form, findings = check_form(beginnings.form("card", "Карточка"))
    assert form.form_id == "card"
    assert not [each for each in findings if each.severity == "error"]
    assert beginnings.code_of("3-й Щёлковский съезд") == "y_schelkovskiy_sezd"


def test_islands_save_and_are_refused_in_json(browse: Open, connection: Connection) -> None:
    with db.unit_of_work():
        building.draft()
    key, file = only_draft()
    path = f"/designer/drafts/{key}/files/{file}"
    first, second = browse("designer"), browse("designer2")
    assert call(first, "POST", f"{path}/lock").json["held_by_me"]
    assert call(second, "POST", f"{path}/lock").json["holder"].startswith("Кравцов")
    kept = call(first, "PUT", f"{path}/content", b"<a/>", If_Match='"1"').json
    there = datetime.fromisoformat(kept["saved_at"]).astimezone(ZoneInfo("Europe/Moscow"))
    assert (kept["revision"], kept["saved_time"]) == (2, there.strftime("%H:%M"))
    stale = call(first, "PUT", f"{path}/content", b"<b/>", If_Match='"1"')
    assert (stale.status_code, stale.json["revision"]) == (409, 2)
    held = call(second, "PUT", f"{path}/content", b"<b/>", If_Match='"2"')
    assert (held.status_code, held.json["detail"]) == (423, "Этот файл сейчас редактирует коллега.")
    assert call(second, "PUT", f"{path}/content?taken_over=1", b"<mine/>").status_code == 200
    large = call(first, "PUT", f"{path}/content", b"x" * 2_100_000, If_Match='"2"')
    assert large.status_code == 422
    assert "2 МБ" in large.json["detail"]
    content = call(first, "GET", f"{path}/content")
    assert (content.data, content.headers["ETag"]) == (b"<a/>", '"2"')
    assert content.headers["Content-Security-Policy"].startswith("sandbox")
    history = first.get(f"{path}/history").text
    assert "в файл не вошло" in history
    assert "Логинова" in history
    said = call(
        first, "POST", f"{path}/comments", b'{"text": "x", "element_id": "start"}', Content_Type="application/json"
    )
    assert said.json["comments"][0]["element_id"] == "start"


def test_files_come_as_they_are_and_lie_in_folders(browse: Open, connection: Connection) -> None:
    designer = browse("designer")
    task = building.process().replace(b"<bpmn:endEvent", b'<x formId="probe_form"/><bpmn:endEvent', 1)
    sent = [
        (io.BytesIO(task), "probe.bpmn"),
        (io.BytesIO(building.form()), "probe_form.form"),
        (io.BytesIO(b"x"), "o.docx"),
    ]
    designer.post("/designer/new", what="files", files=sent)
    key, _file = only_draft()
    packed = zipfile.ZipFile(io.BytesIO(designer.get(f"/designer/drafts/{key}/files.zip").data))
    names = ["forms/documents/o.docx", "forms/probe/probe_form.form", "workflows/probe/probe.bpmn"]
    assert packed.namelist() == names
    assert packed.read(names[2]) == task
    refused = designer.post("/designer/new", what="files", files=(io.BytesIO(b"MZ"), "setup.exe"))
    assert refused.status_code == 422
    assert "setup.exe" in refused.text


def test_the_other_designer_judges_and_both_are_told(browse: Open, connection: Connection) -> None:
    with db.unit_of_work():
        building.draft()
    key, _file = only_draft()
    page = f"/designer/drafts/{key}"
    first, second = browse("designer"), browse("designer2")
    first.get(page)
    first.post(f"{page}/stage", act="submit", note="Готово")
    assert "Проверьте, пожалуйста: Проба" in second.get("/notices").text
    assert 'value="approve"' not in first.get(page).text
    assert first.post(f"{page}/stage", act="approve").status_code == 403
    assert second.post(f"{page}/stage", act="return").status_code == 422
    second.post(f"{page}/comments", text="Где срок ответа?")
    assert "Комментарий к черновику «Проба»" in first.get("/notices").text
    assert "Комментарий к черновику" not in second.get("/notices").text
    second.post(f"{page}/stage", act="approve", note="Хорошо")
    assert "Согласовано: Логинова" in first.get(page).text
    assert "можно публиковать" in first.get("/notices").text


@pytest.mark.parametrize(
    ("kind", "content", "title"),
    [
        ("bpmn", beginnings.process("probe", "Проба <&>"), "Проба <&>"),
        ("dmn", beginnings.decision("level", "Уровень"), "Уровень"),
        ("form", beginnings.form("card", "Карточка"), "Карточка"),
        ("form", b"[" * 100_000, ""),
        ("bpmn", b"\xff\xfe not a model", ""),
        ("scenario", b"title: x", ""),
    ],
)
def test_files_are_known_by_the_names_inside(kind: str, content: bytes, title: str) -> None:
    assert title_in(kind, content) == title
