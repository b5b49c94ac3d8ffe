"""The pages that say how a process works, and its regulation."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from app.designer import operations, queries, regulation
from app.designer.describing import tables
from app.designer.models import Publication
from app.kernel.db import db
from app.people.queries import actor_for, person_name
from tests.inbox import work
from tests.inbox.conftest import MODELS, request_process
from tests.web.conftest import Open

from . import building

__all__ = ["request_process"]
ADDRESS = "/designer/processes/request/versions/1"


@pytest.mark.usefixtures("request_process")
def test_who_takes_part_reads_how_the_process_works_without_the_tables(browse: Open) -> None:
    page = browse("designer").get(f"{ADDRESS}/description")
    words = work.main_of(page)
    assert "Педагог: «Заполнить заявку»" in words
    assert "Как принимаются решения" in words
    assert "Что заполняют" in words
    assert 'data-element="review"' in page.text
    assert browse("deputy_head").get(f"{ADDRESS}/description").status_code == 404, "before there is any run"
    assert "Как принимаются решения" not in work.main_of(browse("teacher").get(f"{ADDRESS}/description"))
    key = work.asked(browse("teacher"))
    page = browse("deputy_head").get(f"/processes/{key}/diagram")
    assert f"{ADDRESS}/description" in page.text
    assert browse("deputy_head").get(f"{ADDRESS}/description").status_code == 200
    assert b"conditionExpression" not in browse("deputy_head").get(f"{ADDRESS}/diagram.bpmn").data


@pytest.mark.usefixtures("request_process")
def test_the_regulation_holds_every_step_and_is_the_same_twice(browse: Open) -> None:
    answer = browse("auditor").get(f"{ADDRESS}/regulation.docx")
    paper = Document(BytesIO(answer.data))
    text = "\n".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    with db.unit_of_work():
        found = queries.descriptions.of_version(actor_for("auditor"), "request", 1).description
    for step in found.steps:
        assert step.name in text or not step.who
    designer = browse("designer")
    designer.post("/language", locale="en", next="/")
    assert designer.get(f"{ADDRESS}/regulation.docx").data == answer.data
    assert "РЕГЛАМЕНТ" in [paragraph.text for paragraph in paper.paragraphs]
    assert browse("teacher").get(f"{ADDRESS}/regulation.docx").status_code == 404


@pytest.mark.usefixtures("request_process")
def test_a_published_version_names_who_approved_it(browse: Open) -> None:
    with db.unit_of_work():
        draft = building.draft()
        found = queries.descriptions.of_version(actor_for("auditor"), "request", 1).definition
        people = {"editors": ["designer"], "approved_by": "designer2", "published_by": "designer"}
        moment = datetime(2026, 4, 6, 9, tzinfo=UTC)
        note = Publication(deployment_key=found.deployment_key, draft_key=draft, published_at=moment, note="", **people)
        db.session.add(note)
        name = person_name("designer2")
    paper = Document(BytesIO(browse("auditor").get(f"{ADDRESS}/regulation.docx").data))
    assert any(f"{name}, 06.04.2026" in paragraph.text for paragraph in paper.paragraphs)


@pytest.mark.usefixtures("region")
def test_a_wide_table_stands_in_two_columns() -> None:
    row = tables.Row(("любое", "да", "нет", "1", "2", "3"), ("выше",), "")
    wide = tables.Told("d", "Широкая", "", tuple("абвгде"), ("итог",), (row,))
    found = regulation._table(wide)
    assert len(found["столбцы"]) == 2
    assert found["строки"][0]["ячейки"][1]["текст"] == "итог: выше"


@pytest.mark.usefixtures("region")
def test_a_file_of_a_draft_is_told_with_the_forms_beside_it(browse: Open) -> None:
    with db.unit_of_work():
        designer = actor_for("designer")
        key = building.draft(content=(MODELS / "request.bpmn").read_bytes(), name="request.bpmn")
        operations.drafts.add_file(designer, key, "answer.form", (MODELS / "answer.form").read_bytes())
        broken = operations.drafts.add_file(designer, key, "broken.bpmn", b"<bpmn")
        file = queries.drafts.draft(designer, key).file("request.bpmn")
    assert file is not None
    words = work.main_of(browse("designer2").get(f"/designer/drafts/{key}/files/{file.key}/description"))
    assert "Заполняет форму" in words
    words = work.main_of(browse("designer2").get(f"/designer/drafts/{key}/files/{broken}/description"))
    assert "Файл пока не читается" in words
