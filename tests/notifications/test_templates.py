"""Words of letters: checked when they are saved, versioned, the nearest counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.notifications import operations, sources
from app.notifications.models import Mail, MailTemplate, Notice
from app.notifications.rules import events, templating
from app.people import operations as people_operations
from tests.inbox.region import actor
from tests.inbox.work import main_of
from tests.web.conftest import Open, browse, connection, populated, region

__all__ = ["browse", "connection", "populated", "region"]
TASK = {"задача": "Подписать *задание*", "предмет": "Курсы", "процесс": "Повышение", "срок": "15.05.2026"}


@pytest.fixture
def unit(app: Flask, region: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo region and two processes."""
    known = [sources.Process("p", "Курсы", (("sign", "Подписать"),)), sources.Process("q", "Отчёт", ())]
    monkeypatch.setattr(sources, "_processes", [lambda: known])


def _save(subject: str = "Дело: {{ задача }}", text: str = "{{ имя }}, до {{ срок }}", scope: str = "") -> None:
    versions = [row.version for row in db.session.scalars(_rows()) if row.scope == scope]
    operations.save_template(actor("designer"), "task.new", scope, max(versions, default=0), subject, text)


def _rows() -> Any:
    return select(MailTemplate)


def _told(login: str = "teacher", element: str | None = "sign", process: str | None = "p") -> tuple[str, str]:
    db.session.query(Mail).delete()
    operations.notify(
        [login], "Встроенная тема", "Встроенный текст", event="task.new", facts=TASK, process=process, element=element
    )
    letter = db.session.scalars(select(Mail)).one()
    return letter.subject, letter.text


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{{ задача", "Строка 1"),
        ("{% if срок %}без конца", "Строка"),
        ("{{ дата }}", "«дата»"),
        ("{{ задача.__class__ }}", "часть поля"),
        ("{{ задача['x'] }}", "часть поля"),
        ("{{ range(9) }}", "вызов"),
        ("{% for x in задача %}{{ x }}{% endfor %}", "цикл"),
        ("{{ задача * 1000000000 }}", "mul"),
        ("{{ задача|center(1000000000) }}", "center"),
        ("{% set x = 1 %}", "assign"),
        ("{% include 'x' %}", "include"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(app: Flask, template: str, complaint: str) -> None:
    with app.app_context():
        with pytest.raises(templating.Unfit) as refusal:
            templating.check(template, events.EVENTS["task.new"].fields)
        assert complaint in str(refusal.value.message)


def test_every_event_begins_with_words_that_can_be_used() -> None:
    for event in events.EVENTS.values():
        for words in (event.subject, event.text):
            templating.check(words, event.fields)
            filled = templating.fill(words, {name: field.example for name, field in event.fields.items()})
            assert "{" not in filled


@pytest.mark.usefixtures("unit")
def test_the_nearest_words_count(app: Flask) -> None:
    with app.app_context(), db.unit_of_work():
        assert _told()[0] == "Встроенная тема"
        _save("Для всех: {{ задача }}")
        assert _told()[0] == "Для всех: Подписать *задание*"
        _save("Процесс", scope="p")
        _save("Задача", scope="p:sign")
        assert [_told()[0], _told(element="other")[0], _told(process="q")[0]] == [
            "Задача",
            "Процесс",
            "Для всех: Подписать *задание*",
        ]
        operations.give_back(actor("designer"), "task.new", "p:sign", 1)
        assert _told()[0] == "Процесс"


@pytest.mark.usefixtures("unit")
def test_facts_are_shown_as_they_are_and_change_nothing_else(app: Flask) -> None:
    with app.app_context(), db.unit_of_work():
        _save(text="**{{ имя }}**: {{ задача }} <b>&</b>")
        operations.notify(["teacher"], "x", event="task.new", facts={**TASK, "задача": "<script>[a](http://x)"})
        letter = db.session.scalars(select(Mail)).one()
        assert "<strong>" in (letter.html or "")
        assert "&lt;script&gt;[a](http://x)" in (letter.html or "")
        assert "&lt;b&gt;&amp;&lt;/b&gt;" in (letter.html or "")


@pytest.mark.usefixtures("unit")
def test_who_reads_english_gets_the_programs_words(app: Flask) -> None:
    with app.app_context(), db.unit_of_work():
        _save()
        people_operations.choose_locale(actor("teacher"), "en")
        assert _told()[0] == "Встроенная тема"


@pytest.mark.usefixtures("unit")
def test_versions_are_kept_and_two_authors_do_not_overwrite_each_other(app: Flask) -> None:
    with app.app_context(), db.unit_of_work():
        _save("Первая")
        _save("Вторая")
        with pytest.raises(Conflict):
            operations.save_template(actor("admin"), "task.new", "", 1, "Третья", "Текст")
        kept = sorted((row.version, row.subject) for row in db.session.scalars(_rows()))
        assert kept == [(1, "Первая"), (2, "Вторая")]


@pytest.mark.usefixtures("unit")
def test_who_may_and_what_is_refused(app: Flask) -> None:
    with app.app_context(), db.unit_of_work():
        with pytest.raises(Forbidden):
            operations.save_template(actor("teacher"), "task.new", "", 0, "Тема", "Текст")
        for event, scope in (("no.event", ""), ("task.new", "unknown"), ("task.new", "p:unknown"), ("job.ended", "p")):
            with pytest.raises(NotFound):
                operations.save_template(actor("designer"), event, scope, 0, "Тема", "Текст")
        with pytest.raises(Invalid) as refusal:
            operations.save_template(actor("designer"), "task.new", "", 0, "", "x" * 6000)
        assert set(refusal.value.errors) == {"subject", "text"}
        assert list(db.session.scalars(_rows())) == []
        assert list(db.session.scalars(select(Notice))) == []


@pytest.mark.usefixtures("unit")
def test_the_page_previews_refuses_and_saves(browse: Open) -> None:
    designer = browse("designer")
    page = designer.get("/admin/letters")
    assert "обычный текст программы" in main_of(page)
    page = designer.get("/admin/letters/task.new?scope=p:sign")
    assert "Курсы · Подписать" in main_of(page)
    words = {"scope": "p:sign", "version": "0", "subject": "Дело: {{ задача }}", "text": "**Срок** {{ срок }}"}
    looked = designer.post("/admin/letters/task.new", **words, act="look")
    assert "<strong>Срок</strong> 15.05.2026" in looked.text
    refused = designer.post("/admin/letters/task.new", **{**words, "text": "{{ дата }}"})
    assert refused.status_code == 422
    assert "Неизвестное поле: «дата»" in main_of(refused)
    assert "{{ дата }}" in refused.text
    saved = designer.post("/admin/letters/task.new", **words)
    assert saved.status_code == 303
    assert "Дело: {{ задача }}" in designer.get(saved.location).text
    again = designer.post("/admin/letters/task.new", **words)
    assert again.status_code == 409
    assert "изменил кто-то другой" in again.text
    assert "Дело:" in main_of(designer.get("/admin/letters"))
    back = designer.post("/admin/letters/task.new/give-back", scope="p:sign", version="1")
    assert back.status_code == 303
    assert not re.search("Дело:", main_of(designer.get("/admin/letters")))
    assert designer.get("/admin/letters/task.new?scope=nonsense").status_code == 404
    assert designer.get("/admin/letters/nonsense").status_code == 404
    assert browse("teacher").get("/admin/letters").status_code == 403
