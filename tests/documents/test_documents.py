"""Records with versions, frozen documents, gapless numbers, templates."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.documents import operations, queries, templates
from app.documents.models import Document
from app.forms import operations as forms
from app.forms import signing, sources
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

TEACHER = Actor("teacher", "Иванова Мария", timezone="Europe/Moscow")
ASSIGNMENT: dict[str, Any] = {
    "teacher": "teacher",
    "workplace_position": "СОШ № 1, учитель",
    "education_level": "высшее",
    "diploma_number": "ВС 12345",
    "diploma_date": "2005-06-30",
    "age": 41,
    "position_experience_years": 12.5,
    "competences": ["предметная компетенция"],
    "difficulties": [
        {"competence": "предметная компетенция", "text": "Параметры <script>alert(1)</script>\nГеометрия"}
    ],
}


def test_a_record_gets_versions_and_old_ones_stay(unit: None, monday: object) -> None:
    first = operations.save_record(
        TEACHER, "technical_assignment", "ТЗ", {"a": 1}, organisation="lebedyan-1", owner="teacher", instance_key=5
    )
    second = operations.save_record(TEACHER, "technical_assignment", "ТЗ, исправленное", {"a": 2}, id=first.id)
    assert (second.id, second.version, second.owner, second.organisation) == (first.id, 2, "teacher", "lebedyan-1")
    assert second.instance_key == 5
    assert second.objects == ["org:lebedyan", "org:lebedyan-1", "org:region", "person:teacher"]
    assert [(row.version, row.data, row.current) for row in queries.versions(TEACHER_ACTOR(), first.id)] == [
        (2, {"a": 2}, True),
        (1, {"a": 1}, False),
    ]
    assert queries.record(TEACHER_ACTOR(), first.id, 1).data == {"a": 1}
    for version in (0, 3):
        with pytest.raises(NotFound):
            queries.record(TEACHER_ACTOR(), first.id, version)
    with pytest.raises(NotFound):
        operations.save_record(TEACHER, "order", "x", {}, id=first.id)
    with pytest.raises(NotFound):
        operations.save_record(TEACHER, "order", "x", {}, id=77)


def TEACHER_ACTOR() -> Actor:
    """The demo teacher with her roles."""
    return people.actor_for("teacher")


def test_the_person_and_the_course_are_found_in_the_data(unit: None) -> None:
    record = operations.save_record(PLATFORM, "practical_task", "t", {"listener_id": "teacher", "course_id": "c1"})
    assert (record.owner, record.objects) == ("teacher", ["course:c1", "person:teacher"])


@pytest.mark.parametrize("change", [
    "UPDATE record SET data = '[1]'", "UPDATE record SET owner = 'x'", "DELETE FROM record",
    "UPDATE document SET html = 'x'", "UPDATE document SET status = 'x'", "DELETE FROM document",
])  # fmt: skip
def test_the_database_itself_refuses_to_change_what_is_frozen(unit: None, change: str) -> None:
    operations.save_record(TEACHER, "order", "t", {})
    operations.register_document(TEACHER, kind="order", title="t", data={})
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text(change))


def test_the_state_of_a_record_may_change(unit: None) -> None:
    record = operations.save_record(TEACHER, "management_decision", "t", {})
    assert operations.set_status(PLATFORM, record.id, "published").status == "published"


def test_a_document_is_numbered_frozen_and_hashed(unit: None, monday: object) -> None:
    signed = {**ASSIGNMENT, "teacher_signature": signing.signature(TEACHER, ASSIGNMENT, role="teacher")}
    done = operations.register_document(
        TEACHER, kind="technical_assignment", title="Техническое задание", data=signed, organisation="lebedyan-1"
    )
    found = queries.document(TEACHER_ACTOR(), int(done.document_id))
    assert (done.number, found.number, found.date, found.owner) == ("", None, date(2026, 4, 6), "teacher")
    assert done.hash == found.sha256 == hashlib.sha256(found.html.encode()).hexdigest()
    assert queries.is_intact(found)
    assert found.signatures[0]["login"] == "teacher"
    for words in (
        "Приложение 1",
        "ВС 12345, 30.06.2005",
        "12,5",
        "6 апреля 2026 г.",
        "06.04.2026 09:00",
        "СОШ № 1 г. Лебедянь",
    ):
        assert words in found.html, words
    assert "<script" not in found.html
    assert "<br>Геометрия" in found.html


def test_numbers_run_per_register_organisation_and_year(unit: None) -> None:
    def order(organisation: str, on: date, register: str = "order") -> str:
        return operations.register_document(
            TEACHER, kind="order", title="Приказ", data={}, register=register, organisation=organisation, on=on
        ).number

    spring, next_year = date(2026, 4, 6), date(2027, 1, 11)
    assert [order("iro", spring), order("iro", spring), order("lebedyan", spring)] == ["1", "2", "1"]
    assert [order("iro", next_year), order("iro", spring, "order:iro"), order("iro", spring, "protocol:iro")] == [
        "1",
        "3",
        "1",
    ]
    assert operations.next_number("certificate", "iro", spring) == "2026-00001"
    assert operations.next_number("certificate", "other", spring) == "2026-00002"
    assert operations.next_number("study_note", "iro", spring) == "2026-С-0001"


def test_every_kind_of_ours_is_written_from_nothing_and_from_everything(unit: None) -> None:
    for path in sorted(templates.FOLDER.glob("[!_]*.html")):
        for data in ({}, {**ASSIGNMENT, "results": [{"listener": "teacher", "result": "неявка", "absence_valid": True,
                                                     "remarks": None}], "diploma_date": None,
                          "agenda": [{"question": "?"}], "attendance": [{"user": "teacher", "present": "да"}],
                          "decisions": [{"decision": "!", "responsible": "teacher", "due": "2026-05-01"}],
                          "order": {"number": "1", "date": "2026-04-06"}, "basis": ["order:1"], "objects": ["Список"],
                          "summary": {"total": 2, "answered": 1, "top": [{"item": "i", "often": 1}]},
                          "commission": ["teacher"], "chair": "teacher", "entry_pct": 94.96}):  # fmt: skip
            done = operations.register_document(
                TEACHER, kind=path.stem, title="Название", data=data, register="r", organisation="iro"
            )
            html = db.session.get_one(Document, int(done.document_id)).html
            assert f"№ {done.number}" in html, path.stem
            assert "Undefined" not in html
            assert "None" not in html, path.stem


def test_a_kind_without_a_template_shows_its_form(unit: None) -> None:
    field = {"type": "textfield", "id": "a", "key": "a", "label": "Поле"}
    source = json.dumps({"id": "f", "components": [field]}).encode()
    form = forms.deploy_form(source, 1)
    done = operations.register_document(TEACHER, kind="new_kind", title="t", data={"a": "value"}, form_key=form.key)
    html = db.session.get_one(Document, int(done.document_id)).html
    assert "Поле" in html
    assert "value" in html


def test_templates_of_a_deployment_come_first_and_are_kept(unit: None) -> None:
    templates.deploy_template("order", b"<p>first {{ data.x }}</p>", 1)
    templates.deploy_template("order", b"<p>second {{ data.x }}</p>", 2)

    def written(deployment: int | None) -> str:
        done = operations.register_document(TEACHER, kind="order", title="t", data={"x": 1}, deployment_key=deployment)
        return db.session.get_one(Document, int(done.document_id)).html

    assert [written(1), written(2), written(3)] == ["<p>first 1</p>", "<p>second 1</p>", "<p>second 1</p>"]


def test_templates_beside_the_models_are_found(unit: None, app: Flask, tmp_path: Path) -> None:
    from dataclasses import replace

    folder = tmp_path / "workflows" / "some_process" / "documents"
    folder.mkdir(parents=True)
    (folder / "own_paper.html").write_text("<p>beside</p>")
    before = app.extensions["marshrut"]
    app.extensions["marshrut"] = replace(before, root=tmp_path)
    try:
        assert templates.exists("own_paper")
        assert not templates.exists("../own_paper")
        assert not templates.exists("nothing")
    finally:
        app.extensions["marshrut"] = before


def test_a_named_template_must_exist(unit: None) -> None:
    with pytest.raises(NotFound, match="nothing"):
        operations.register_document(TEACHER, kind="order", title="t", data={}, template="nothing")


@pytest.mark.parametrize("source", [
    "{{ ''.__class__.__mro__ }}", "{{ data.__init__ }}", "{% for x in range(10**9) %}{% endfor %}", "{{ 1 / 0 }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}", "{{ cycler.__init__.__globals__ }}", "{{ person.__globals__ }}",
])  # fmt: skip
def test_a_template_cannot_leave_its_sandbox(unit: None, source: str) -> None:
    templates.deploy_template("evil", source.encode(), 1)
    try:
        done = operations.register_document(TEACHER, kind="evil", title="t", data={})
    except Invalid:
        return
    html = db.session.get_one(Document, int(done.document_id)).html
    assert html == ""


def test_a_document_holds_no_active_content(unit: None) -> None:
    source = b"<p onclick='x()' style='a'>a</p><script>x</script><iframe src='x'></iframe><img src=x>"
    source += b"<a href='javascript:x'>b</a>"
    templates.deploy_template("active", source, 1)
    done = operations.register_document(TEACHER, kind="active", title="t", data={})
    html = db.session.get_one(Document, int(done.document_id)).html
    assert html == '<p>a</p><a rel="noopener noreferrer">b</a>'


@pytest.mark.parametrize("source", [b"{% if %}", b"\xff\xfe", b"{{ x | nofilter }}", b"x" * 200_001])
def test_a_broken_template_is_refused_when_it_is_deployed(unit: None, source: bytes) -> None:
    with pytest.raises(Invalid):
        templates.deploy_template("broken", source, 1)
    with pytest.raises(Invalid):
        templates.deploy_template("bad name!", b"x", 1)


def test_records_and_documents_can_be_picked(unit: None, monday: object) -> None:
    auditor = people.actor_for("auditor")
    record = operations.save_record(PLATFORM, "consultation_request", "Запрос", {}, owner="teacher", status="open")
    paper = operations.register_document(PLATFORM, kind="order", title="О курсах", data={}, register="order:iro")
    key, value = str(record.id), paper.document_id
    assert sources.find(auditor, ["consultation_request"], "запр", {}) == [(key, "Запрос")]
    assert sources.find(auditor, ["order", "consultation_request"], "", {}) == [
        (f"order:{value}", "Приказ: № 1 от 06.04.2026: О курсах"),
        (f"consultation_request:{key}", "consultation_request: Запрос"),
    ]
    assert sources.label_of(["order"], value) == "№ 1 от 06.04.2026: О курсах"
    assert sources.holds(auditor, ["order"], value, {})
    assert sources.holds(auditor, ["consultation_request"], key, {"status": "open"})
    assert not sources.holds(auditor, ["consultation_request"], key, {"status": "closed"})
    assert not sources.holds(people.actor_for("teacher2"), ["consultation_request"], key, {})
    for wrong in ("", "x", "9" * 40, value):
        assert not sources.holds(auditor, ["consultation_request"], wrong, {})
