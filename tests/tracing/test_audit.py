"""What an auditor can reconstruct, and who can do so."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text, update

from app.audit.models import AccessEntry
from app.engine.models import HistoryEvent
from app.kernel import clock
from app.kernel.db import db
from tests.inbox import work
from tests.web.conftest import Open

pytestmark = pytest.mark.usefixtures("request_process")


@pytest.fixture
def finished(browse: Open) -> int:
    """A request that was returned once, agreed to, answered: one day lies between the steps."""
    teacher, head, methodist = browse("teacher"), browse("school_head"), browse("iro_methodist")
    key = work.asked(teacher)
    clock.move(timedelta(days=1))
    work.complete(head, work.task(head, "Согласовать заявку"), "return", comment="Уточните тему", password="demo")
    work.complete(teacher, work.task(teacher, "Заполнить заявку"), **{**work.FILLED, "f.topic": "Обыкновенные дроби"})
    work.complete(head, work.task(head, "Согласовать заявку"), "approve", password="demo")
    work.complete(methodist, work.task(methodist, "Дать консультацию"), "done", **{"f.summary": "Наглядные модели"})
    return key


def test_everything_that_happened_can_be_read(browse: Open, finished: int) -> None:
    """BPM-03, and processes «History every auditor must be able to reconstruct»."""
    auditor = browse("auditor")
    page = auditor.get(f"/audit/{finished}")
    said = work.main_of(page)
    for fact in (
        "Консультация: Обыкновенные дроби",
        "Иванова Марина Петровна — начало процесса",
        "— выполнена задача «Заполнить заявку»",
        "«Согласовать заявку» Вернуть на доработку",
        "«Уточните тему»",
        "Подпись: Соколова Мария Александровна, Руководитель ОО (директор)",
        "Форма «Заявка на консультацию», версия 1",
        "Версия 2: что изменено по сравнению с прошлым разом",
        "Таблица решений «Срочность» · версия 1",
        "Вид = usual",
        "сработало правило 2",
        "Согласована? → вернуть",
        "цела Каждая запись несёт хеш предыдущей",
        "Открытие этой страницы записано в журнал",
        "6 апр. 2026 г., 09:00",
        "7 апр. 2026 г., 09:00",
    ):
        assert fact in said, fact
    changed = page.text.partition("Версия 2: что изменено по сравнению с прошлым разом")[2].partition("</details>")[0]
    assert "Дроби" in changed
    assert "Обыкновенные дроби" in changed
    assert "Как объяснить?" not in changed, "what stayed is not listed"


def test_the_way_that_was_gone_is_on_the_drawing(browse: Open, finished: int) -> None:
    auditor = browse("auditor")
    page = auditor.get(f"/audit/{finished}").text
    island = re.search(r'<div class="canvas".*?></div>', page, re.DOTALL)
    assert island
    flows = re.search(r'data-flows="([^"]*)"', island[0])
    assert flows
    assert "f_agreed_fill" in flows[1].split()
    assert "f_agreed_refused" not in flows[1].split()
    assert 'data-now=""' in island[0]
    address = re.search(r'data-url="([^"]+)"', island[0])
    assert address
    xml = auditor.get(address[1])
    assert xml.mimetype == "application/xml"
    assert b"f_agreed_fill_di" in xml.data


def test_the_page_offers_no_act_and_opening_it_is_recorded_and_shown(browse: Open, finished: int) -> None:
    auditor = browse("auditor")
    first = auditor.get(f"/audit/{finished}").text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in first
    assert "<button" not in first
    second = work.main_of(auditor.get(f"/audit/{finished}"))
    assert second.partition("Кто открывал")[2].count("Носова Тамара Васильевна") >= 1
    with db.unit_of_work():
        rows = list(db.session.scalars(select(AccessEntry).where(AccessEntry.object_key == str(finished))))
    assert [(row.actor, row.action, row.outcome) for row in rows] == [("auditor", "open", "ok")] * 2


def test_nobody_else_opens_the_auditors_pages(browse: Open, finished: int) -> None:
    for login in ("teacher", "school_head", "iro_coordinator", "region_coordinator", "admin", "designer"):
        browser = browse(login)
        for path in ("/audit", f"/audit/{finished}", "/audit/access", "/audit/changes"):
            assert browser.get(path).status_code == 403, (login, path)


def test_a_tampered_history_is_seen(browse: Open, finished: int) -> None:
    with db.unit_of_work() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            update(HistoryEvent)
            .where(HistoryEvent.instance_key == finished, HistoryEvent.seq == 2)
            .values(details={"outcome": "approve"})
        )
        session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    assert "История нарушена" in work.main_of(browse("auditor").get(f"/audit/{finished}"))


def test_search_narrows_by_process_person_place_dates_and_state(browse: Open, finished: int) -> None:
    other = browse("teacher2")
    running = work.asked(other)
    auditor = browse("auditor")

    def found(query: str) -> set[int]:
        page = auditor.get(f"/audit?{query}")
        assert page.status_code == 200
        return {int(key) for key in re.findall(r'href="/audit/(\d+)"', page.text)}

    assert found("") == {finished, running}
    assert found("status=active") == {running}
    assert found("organisation=lebedyan") == {finished}
    assert found("person=Воронова") == {finished}
    assert found("person=teacher2") == {running}
    assert found("person=Никто") == set()
    assert found("process=approve") == set()
    assert found("q=обыкновенные") == {finished}
    assert found("from=2026-04-07") == {running}
    assert found("to=2026-04-06") == {finished}
    assert found("from=нет&page=99999999999&sort=nonsense") in (set(), {finished, running})
    several = auditor.get("/audit?person=ова").text
    assert "Кто вам нужен?" in several


def test_search_and_steps_go_to_excel_and_that_is_recorded(browse: Open, finished: int) -> None:
    auditor = browse("auditor")
    book = load_workbook(BytesIO(auditor.get("/audit?format=xlsx", buffered=True).data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "О чём"
    assert rows[1][0] == "Консультация: Обыкновенные дроби"
    book = load_workbook(BytesIO(auditor.get(f"/audit/{finished}?format=xlsx", buffered=True).data))
    comments = [row[7] for row in book.active.iter_rows(values_only=True)]
    assert "Уточните тему" in comments
    with db.unit_of_work():
        actions = set(db.session.scalars(select(AccessEntry.action).where(AccessEntry.actor == "auditor")))
    assert {"export", "open"} <= actions


def test_refused_attempts_stand_in_the_access_log(browse: Open, finished: int) -> None:
    """BPM-07: the attempt is visible to the auditor."""
    stranger = browse("school_head2")
    assert stranger.get(f"/processes/{finished}").status_code == 404
    assert stranger.get("/audit").status_code == 403
    auditor = browse("auditor")
    said = work.main_of(auditor.get("/audit/access?q=school_head2"))
    assert "не найдено (404)" in said
    assert "отказано (403)" in said
    assert f"/processes/{finished}" in said
    assert (
        "отказано (403)"
        not in work.main_of(auditor.get("/audit/access?q=school_head2&outcome=notfound")).partition("Сетевой адрес")[2]
    )
    book = load_workbook(BytesIO(auditor.get("/audit/access?format=xlsx", buffered=True).data))
    assert book.active.max_row > 2


def test_changes_of_people_can_be_read(browse: Open) -> None:
    said = work.main_of(browse("auditor").get("/audit/changes?kind=person&q=teacher2"))
    assert "человек Кузнецов Алексей Дмитриевич teacher2 создано" in said
    assert "Организация: СОШ № 1 Грязи" in said


def test_a_participant_sees_the_way_and_their_own_steps(browse: Open, finished: int) -> None:
    """roles §3: «instances with own tasks: path and own steps»."""
    teacher, methodist = browse("teacher"), browse("iro_methodist")
    said = work.main_of(methodist.get(f"/processes/{finished}/history"))
    assert "— выполнена задача «Согласовать заявку»" in said
    assert "«Уточните тему»" in said, "why work was returned is known to all who take part"
    assert "Наглядные модели" in said, "one's own entry"
    assert "Обыкновенные дроби" not in said.partition("Вы видите путь")[2], "not what others entered"
    said = work.main_of(teacher.get(f"/processes/{finished}/history"))
    assert "Обыкновенные дроби" in said.partition("Вы видите путь")[2]
    assert "Наглядные модели" not in said
    whole = work.main_of(browse("iro_coordinator").get(f"/processes/{finished}/history"))
    assert "Наглядные модели" in whole
    assert browse("school_head2").get(f"/processes/{finished}/history").status_code == 404


def test_the_drawing_says_where_one_is_in_words_too(browse: Open) -> None:
    teacher, head = browse("teacher"), browse("school_head")
    key = work.asked(teacher)
    task = work.task(head, "Согласовать заявку")
    page = head.get(f"/processes/{key}/diagram?task={task}")
    assert 'data-you="review"' in page.text
    said = work.main_of(page)
    assert "Согласовать заявку — Руководитель ОО вы здесь" in said
    assert "Заполнить заявку — Педагог выполнено" in said
    assert "да: шаг 5" in said
    assert f'href="/tasks/{task}"' in page.text
