"""From registration to DOCX and PDF: facts are fixed, files come once, scans, templates of the office."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.documents import docx_templates, facts, operations, paperwork, template_operations
from app.documents.facts.common import Source, common
from app.documents.models import Document, DocumentRendition, DocumentTemplate
from app.documents.papers import papers_of
from app.documents.renditions.kinds import Field, kind_of, kinds
from app.files import store
from app.files.models import File
from app.forms import signing
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import queries as people
from tests.documents.docx_files import docx, text_of
from tests.web.conftest import Open

DATA: dict[str, Any] = {
    "teacher": "teacher", "listener": "teacher", "workplace_position": "СОШ № 1, учитель", "education_level": "высшее",
    "diploma_number": "ВС 12345", "diploma_date": "2005-06-30", "diploma_speciality": "математика", "age": 41,
    "position_experience_years": 12.5, "competences": ["предметная компетенция"],
    "difficulties": [{"competence": "предметная компетенция", "text": "Параметры"}],
    "programme_title": "Программа", "hours": 72, "period_from": "2026-06-01", "period_to": "2026-06-20",
    "entry_result_pct": 94.96, "retest_result_pct": 97.5, "attestation_form": "другое",
    "attestation_form_other": "проект", "recommendation_text": "да",
    "internship": [{"place": "Лицей", "hours": 8, "activity": "уроки"}], "certificate_number": "2026-00001",
    "competences_improved": [{"competence": "предметная", "improved": "да", "text": "всё"}],
    "order": {"number": "4", "date": "2026-06-22"}, "blank_series": "48", "blank_number": "1", "reason": "отчислен",
    "kind": ["о диссеминации"], "text": "Текст", "entry_pct": 97.5, "attempt_kind": "входной", "window": "июнь",
    "rows": [{"name": "А", "school": "Ш", "points": 38, "max_points": 40, "score_pct": 95, "level": "достаточный"},
             {"name": "Б", "no_show": True}], "mean_pct": 95, "prepared_by": "course_leader",
    "session": "основная", "held_on": "2026-06-19", "chair": "teacher", "commission": ["teacher", "school_head"],
    "results": [{"listener": "teacher", "result": "неявка", "absence_valid": True, "open_lesson_fragment": True}],
    "number": "МАТ-72/1", "report": {"aims": "Цель", "conclusions": "Вывод", "recommendations": "Совет"},
    "subject": "О курсах", "body_text": "Приказываю", "objects": ["А", {"name": "Б"}], "basis": ["order:1"],
    "appendices": [{"metadata": {"fileName": "план.pdf"}}], "supplementary": True,
    "course": {"title": "МАТ-72", "form": "очная", "start": "2026-06-01", "end": "2026-06-20", "hours": 72},
    "listeners": [{"listener_id": "teacher", "school_name": "СОШ № 1"}, "teacher"],
    "summary": {"total": 2, "answered": 1, "top": [{"item": "i", "often": 1}], "help": [{"help": "h", "count": 1}],
                "by_school": [{"school": "lebedyan-1", "answered": 1, "total": 2, "top": [{"item": "i"}]}],
                "subjects": [{"subject": "математика", "low": 1, "schools": 3, "difficulties": "дроби"}]},
    "aim": "Цель", "method": "Метод", "conclusions": "Вывод", "recommendations": "Совет",
    "course_start": "2026-06-01", "course_end": "2026-06-20", "course_title": "МАТ-72",
    "agenda": [{"question": "?", "speaker": "я"}], "attendance": [{"user": "teacher", "present": "да"}],
    "decisions": [{"decision": "!", "responsible": "teacher", "due": "2026-05-01", "votes_for": 5, "votes_against": 0,
                   "votes_abstained": 0}], "body": "РМО", "mode": "очно", "discussion": "Говорили",
    "forms_of_cooperation": ["взаимопосещения"], "term_from": "2026-06-01", "term_to": "2027-05-31",
    "parties": [{"organisation": "lebedyan-1", "role": "школа-участник"}],
    "joint_plan": [{"title": "Урок", "due": "2026-09-10", "responsible": "lebedyan-1", "result": "справка"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path) -> Iterator[None]:
    """A file store of this test."""
    before = store._data_dir
    store.use(tmp_path)
    yield
    store._data_dir = before


def order(**more: Any) -> int:
    """An order of the first school, registered and waiting for its files."""
    done = operations.register_document(
        PLATFORM, kind="order", title="О курсах", data={"subject": "О курсах", **more}, register="order",
        organisation="lebedyan-1", owner="teacher",
    )  # fmt: skip
    return int(done.document_id)


def reader() -> Actor:
    return people.actor_for("auditor")


def rendition(key: int) -> DocumentRendition:
    return db.session.get_one(DocumentRendition, key)


def test_facts_are_fixed_at_registration_and_the_files_follow(unit: None, monday: object) -> None:
    key = order(body_text="Направить учителей")
    waiting = rendition(key)
    assert (waiting.state, waiting.docx_file, waiting.facts["документ"]["номер"]) == ("preparing", None, "1")
    assert waiting.facts_sha256 == signing.content_hash(waiting.facts)
    queued = db.session.scalars(select(outbox.OutboxEntry).where(outbox.OutboxEntry.kind == paperwork.MAKE)).all()
    assert [entry.payload for entry in queued] == [{"document": key}]
    paperwork.make(key)
    papers = papers_of(reader(), key)
    assert papers.pdf is not None
    assert papers.docx is not None
    assert (rendition(key).state, papers.intact, papers.pdf.content_type) == ("ready", True, "application/pdf")
    assert papers.pdf.name == "Приказ № 1 от 06.04.2026.pdf"
    pdf = store.blob(papers.pdf.sha256).read_bytes()
    assert hashlib.sha256(pdf).hexdigest() == rendition(key).pdf_sha256
    for words in ("ПРИКАЗ", "6 апреля 2026 г.", "№ 1", "Направить учителей", "СОШ № 1"):
        assert words in text_of(pdf), words


def test_a_second_run_makes_no_second_files(unit: None) -> None:
    key = order()
    paperwork.make(key)
    before, files = rendition(key).pdf_file, db.session.scalar(select(func.count()).select_from(File))
    paperwork.make(key)
    assert (rendition(key).pdf_file, db.session.scalar(select(func.count()).select_from(File))) == (before, files)


@pytest.mark.parametrize("change", [
    "UPDATE document_rendition SET html = 'x'", "UPDATE document_rendition SET pdf_sha256 = 'x'",
    "UPDATE document_rendition SET facts = '{}'", "DELETE FROM document_rendition",
    "UPDATE document_rendition SET state = 'preparing', pdf_file = NULL, docx_file = NULL",
])  # fmt: skip
def test_ready_files_and_facts_are_frozen_by_the_database(unit: None, change: str) -> None:
    paperwork.make(order())
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text(change))


def test_facts_cannot_change_while_the_files_are_made(unit: None) -> None:
    order()
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text("UPDATE document_rendition SET facts_sha256 = 'x'"))


def test_a_file_that_was_changed_on_the_disk_is_noticed(unit: None) -> None:
    key = order()
    paperwork.make(key)
    path = store.blob(str(rendition(key).pdf_sha256))
    path.write_bytes(path.read_bytes() + b" ")
    assert papers_of(reader(), key).intact is False
    path.unlink()
    assert papers_of(reader(), key).intact is False


def test_the_newest_template_of_the_office_writes_and_old_documents_stay(unit: None) -> None:
    old = order()
    designer = people.actor_for("designer")
    file = docx("Новый бланк: {{ приказ.о_чём }}, № {{ документ.номер }}")
    row, warnings = template_operations.upload(designer, "order", "бланк.docx", io.BytesIO(file))
    assert (row.version, row.deployed_by, warnings) == (2, "designer", [])
    new = order()
    for key in (old, new):
        paperwork.make(key)
    texts = [text_of(store.blob(str(rendition(key).pdf_sha256)).read_bytes()) for key in (old, new)]
    assert ["Новый бланк: О курсах, № 2" in words for words in texts] == [False, True]
    shipped = (Path(__file__).resolve().parents[2] / "forms" / "documents" / "order.docx").read_bytes()
    known = docx_templates.stored("order", hashlib.sha256(shipped).hexdigest())
    assert known is not None
    assert known.version == 1


def test_a_wrong_template_changes_nothing_and_says_why(unit: None) -> None:
    designer = people.actor_for("designer")
    order()
    for name, content, words in (
        ("a.docx", docx("{{ приказ.нет }}"), "приказ.нет"),
        ("a.txt", b"text", "Word"),
        ("a.docx", b"PK", "Word"),
        ("", b"", ""),
    ):
        with pytest.raises(Invalid) as refused:
            template_operations.upload(designer, "order", name, io.BytesIO(content))
        assert words in " ".join([str(refused.value), *refused.value.details.get("defects", [])])
    assert [row.version for row in docx_templates.versions("order")] == [1]
    with pytest.raises(NotFound):
        template_operations.upload(designer, "no_such", "a.docx", io.BytesIO(docx("x")))
    with pytest.raises(Forbidden):
        template_operations.upload(reader(), "order", "a.docx", io.BytesIO(docx("x")))
    with pytest.raises(Forbidden):
        template_operations.overview(people.actor_for("teacher"))


def test_a_template_that_fails_on_real_facts_is_told_and_can_be_tried_again(unit: None) -> None:
    key = order()
    broken = docx_templates.deploy("order", docx("{{ приказ.о_чём.x.y }}{% if %}"))
    db.session.execute(text("ALTER TABLE document_rendition DISABLE TRIGGER document_rendition_frozen"))
    rendition(key).template_key = broken.key
    db.session.flush()
    db.session.execute(text("ALTER TABLE document_rendition ENABLE TRIGGER document_rendition_frozen"))
    paperwork.make(key)
    failed = rendition(key)
    assert (failed.state, failed.pdf_file) == ("failed", None)
    assert "По этому шаблону документ не получился" in paperwork.problem_text(failed)
    with pytest.raises(Forbidden):
        paperwork.again(reader(), key)
    administrator = people.actor_for("auditor")
    assert not administrator.has_role("admin")
    paperwork.again(PLATFORM, key)
    assert rendition(key).state == "preparing"
    with pytest.raises(Conflict):
        paperwork.again(PLATFORM, key)


def test_a_template_may_be_named_and_may_exist_as_docx_only(unit: None) -> None:
    docx_templates.deploy("letter", docx("Письмо {{ форма.a }} {{ документ.название }}"))
    done = operations.register_document(PLATFORM, kind="order", title="t", data={}, template="letter.docx")
    template = db.session.get_one(DocumentTemplate, rendition(int(done.document_id)).template_key)
    assert (template.name, db.session.get_one(Document, int(done.document_id)).html[:8]) == ("letter", "<article")
    with pytest.raises(NotFound):
        operations.register_document(PLATFORM, kind="order", title="t", data={}, template="none.docx")


def test_a_kind_without_template_is_written_by_the_general_one(unit: None) -> None:
    done = operations.register_document(PLATFORM, kind="новое", title="Отзыв", data={"Вывод": "хорошо", "x": [1]})
    paperwork.make(int(done.document_id))
    found = rendition(int(done.document_id))
    assert "хорошо" in str(found.html)
    assert "Отзыв" in text_of(store.blob(str(found.pdf_sha256)).read_bytes())


@pytest.mark.parametrize("name", sorted(set(kinds()) - {"regulation"}))  # that is written by the designer
def test_every_fact_that_is_built_may_be_named_and_none_is_missing(unit: None, name: str) -> None:
    signed = [signing.signature(people.actor_for(login), DATA, role=role) for login, role in
              (("teacher", "teacher"), ("school_head", "school_head"))]  # fmt: skip
    source = Source(name, "Название", "7", clock.today(), "lebedyan-1", DATA, signed, None, PLATFORM)
    built = common(source) | facts._BUILDERS.get(name, facts.plain)(source)
    kind = kind_of(name)
    assert _unknown(built, kind.root()) == []
    whole = facts.facts_of(name, source)
    empty = [path for path in _empty(whole, "") if not (path.startswith("форма") or path.endswith(".от_имени"))]
    assert [path for path in empty if path.partition(".")[0] not in _MAY_BE_EMPTY] == []


def _facts_of(name: str, data: dict[str, Any], *logins: str) -> dict[str, Any]:
    signed = [signing.signature(people.actor_for(login), data, role=login) for login in logins]
    return facts.facts_of(name, Source(name, "t", "7", clock.today(), "lebedyan-1", data, signed, None, PLATFORM))


def test_a_survey_report_says_what_was_written_and_tells_of_no_single_teacher(unit: None) -> None:
    schools = [
        {"school": "lebedyan-1", "answered": answered, "total": 9, "top": ["оценивание", "работа с ОВЗ"]}
        for answered in (4, 5)
    ]
    data = {
        "report": {"aims": "Узнать", "conclusions": "Нужен семинар", "recommendations": "Провести"},
        "summary": {"text": "сосчитано", "by_school": schools},
        "prepared_by": "course_leader",
    }
    said = _facts_of("survey_report", data)
    assert (said["цель"], said["выводы"], said["рекомендации"]) == ("Узнать", "Нужен семинар", "Провести")
    assert [row["чаще_всего"] for row in said["школы"]] == ["меньше 5 ответов", "оценивание; работа с ОВЗ"]
    assert said["составитель"]["должность"][0].isupper(), "as beside a signature"


def test_minutes_are_signed_by_secretary_and_chair(unit: None) -> None:
    said = _facts_of("meeting_protocol", DATA, "teacher", "school_head")
    assert (said["секретарь"]["фио"], said["подписал"]["фио"]) == (
        people.person_name("teacher"),
        people.person_name("school_head"),
    )
    assert _facts_of("meeting_protocol", DATA, "school_head")["секретарь"]["фио"] == "", "one signature is the chair's"


def test_a_technical_assignment_names_programme_and_days_of_the_course(unit: None) -> None:
    more = {"programme_title": "Программа", "hours": 72, "course_start": "2026-06-01", "course_end": "2026-06-20"}
    said = _facts_of("technical_assignment", {**DATA, **more})
    assert (said["программа"], said["курс"]["с"], said["курс"]["по"]) == (
        {"название": "Программа", "часы": "72"},
        "01.06.2026",
        "20.06.2026",
    )


_MAY_BE_EMPTY = {
    "дополнительный", "комиссия", "компетенции", "курс", "подписал", "подписи", "подпись_педагога",
    "подпись_руководителя", "подпись_слушателя", "председатель", "программа", "слушатели", "составитель", "стажировки",
    "строки", "таблицы",
}  # fmt: skip


def _unknown(value: Any, field: Field) -> list[str]:
    """Names that no template could use."""
    if field.form or not field.fields:
        return []
    rows = value or [] if field.many else [value or {}]
    found = []
    for row in rows:
        for name, below in row.items():
            child = field.child(name)
            found += [name] if child is None else _unknown(below, child)
    return found


def _empty(value: Any, path: str) -> Iterator[str]:
    """Paths of facts that stayed empty."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _empty(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for row in value:
            yield from _empty(row, path)
    elif not value:
        yield path


def test_scans_follow_each_other_and_name_who_attached_them(unit: None, monday: object) -> None:
    key = order()
    head, other = people.actor_for("school_head"), people.actor_for("municipal_coordinator")
    paperwork.attach_scan(head, key, "подписан.pdf", io.BytesIO(b"%PDF-1.4 scan"), " оригинал в папке ")
    paperwork.attach_scan(head, key, "лист 2.png", io.BytesIO(b"\x89PNG\r\n\x1a\n"))
    first, second = papers_of(reader(), key).scans
    assert (first.file.name, first.note, first.by) == (
        "подписан.pdf",
        "оригинал в папке",
        people.person_name("school_head"),
    )
    assert second.file.name == "лист 2.png"
    with pytest.raises(Conflict):
        paperwork.attach_scan(head, key, "ещё раз.pdf", io.BytesIO(b"%PDF-1.4 scan"))
    for name, content in (("a.docx", docx("x")), ("a.pdf", b"MZ program"), ("a.pdf", b""), ("", b"")):
        with pytest.raises(Invalid):
            paperwork.attach_scan(head, key, name, io.BytesIO(content))
    for actor in (other, reader()):
        with pytest.raises(Forbidden):
            paperwork.attach_scan(actor, key, "a.pdf", io.BytesIO(b"%PDF-1.5"))
    with pytest.raises(NotFound):
        paperwork.attach_scan(people.actor_for("teacher2"), key, "a.pdf", io.BytesIO(b"%PDF-1.5"))
    with pytest.raises(IntegrityError, match="is frozen"), db.session.begin_nested():
        db.session.execute(text("UPDATE document_scan SET note = 'x'"))


def test_the_page_waits_for_the_files_and_then_offers_them(app: Flask, browse: Open, region: object) -> None:
    with app.app_context(), db.unit_of_work():
        key = order()
    head = browse("school_head")
    assert "готовится" in head.get(f"/documents/{key}").text
    assert "HX-Refresh" not in head.get(f"/documents/{key}/papers?watching=1").headers
    with app.app_context():
        assert outbox.work_off(lane=outbox.PAPERS) == 1
        assert outbox.work_off(lane=outbox.PAPERS) == 0
    assert head.get(f"/documents/{key}/papers?watching=1").headers["HX-Refresh"] == "true"
    page = head.get(f"/documents/{key}")
    with app.app_context(), db.unit_of_work():
        pdf = rendition(key).pdf_file
    assert "файлы не изменены" in page.text
    assert f"/files/{pdf}" in page.text
    answer = head.get(f"/files/{pdf}")
    assert answer.data.startswith(b"%PDF-1.7")
    answer.close()
    assert browse("teacher2").get(f"/files/{pdf}").status_code == 404
    attached = head.post(f"/documents/{key}/scans", scan=(io.BytesIO(b"%PDF-1.4 x"), "скан.pdf"), note="подписан")
    assert attached.status_code == 303
    assert "скан.pdf" in head.get(f"/documents/{key}").text
    refused = head.post(f"/documents/{key}/scans", scan=(io.BytesIO(b"MZ"), "a.exe"))
    assert refused.status_code == 422
    assert "не принимаются" in refused.text


def test_the_designer_previews_and_uploads_on_a_page(app: Flask, browse: Open, region: object) -> None:
    with app.app_context(), db.unit_of_work():
        key = order(body_text="Особые слова")
    designer = browse("designer")
    assert "Приказ о зачислении" in designer.get("/admin/documents").text
    page = designer.get("/admin/documents/order")
    assert "приказ.о_чём" in page.text
    assert designer.get("/admin/documents/nothing").status_code == 404
    sample = designer.get("/admin/documents/order/1/preview")
    assert "О зачислении на курс" in text_of(sample.data)
    assert designer.get(f"/admin/documents/order/1/preview?document={key}").status_code == 404
    real = browse("auditor").get(f"/admin/documents/order/1/preview?document={key}")
    assert "Особые слова" in text_of(real.data)
    assert designer.get("/admin/documents/order/1").data.startswith(b"PK")
    wrong = designer.post("/admin/documents/order", template=(io.BytesIO(docx("{{ ошибка }}")), "a.docx"))
    assert wrong.status_code == 422
    assert "Неизвестное поле «ошибка»" in wrong.text
    right = designer.post("/admin/documents/order", template=(io.BytesIO(docx("{{ приказ.текст }}")), "a.docx"))
    assert right.status_code == 303
    assert "версия 2" in designer.get("/admin/documents/order").text
