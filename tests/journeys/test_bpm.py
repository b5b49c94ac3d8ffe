"""BPM-03, 04 and 06 to 09: histories, queues, deadlines, scope, cancelling, substitution."""

from __future__ import annotations

from datetime import date, datetime

from . import acts
from .page import Page
from .task import PASSWORD, Task
from .world import MOSCOW, World

PLAN = "Разработать план повышения предметной компетентности"
PROPOSE = "Предложить консультации и темы семинаров"
ESCALATED = "Принять меры по просрочке"
IVANOVA, KUZNETSOV = "Иванова Марина Петровна", "Кузнецов Алексей Дмитриевич"


def history_of(world: World, process: str, name: str) -> Page:
    """The auditor's page of a process of this kind and person."""
    found = world["auditor"].get("/audit", query={"process": process}).links("/audit/2")
    (address,) = [href for href, said in found.items() if name in said]
    return world["auditor"].get(address)


def test_bpm_03_an_auditor_reads_a_finished_training(finished: World) -> None:
    listener, enrolment = (history_of(finished, process, IVANOVA) for process in ("rmp_listener", "rmp_enrolment"))
    for page, facts in {
        listener: (
            "Миронова Елена Викторовна",
            "выполнена задача «Диагностика методической компетентности»",
            "Форма «Диагностика методической компетентности», версия 1",
            "Таблица решений «Уровень владения предметными компетенциями» · версия 1",
            "Процент выполнения, без округления = 96",
            "сработало правило 1",
            "Воронова Татьяна Юрьевна",
            "12 мая 2026 г., 09:00",
        ),
        enrolment: (
            "Иванова Марина Петровна — начало процесса",
            "выполнена задача «Подписать техническое задание»",
            "Подпись: Соколова Мария Александровна, Руководитель ОО (директор)",
            "Форма «Техническое задание учителю», версия 1",
            "6 апр. 2026 г., 09:00",
        ),
    }.items():
        for fact in facts:
            assert fact in page.text, fact
        drawing = page.root.xpath("//*[@data-island='bpmn-view']")[0]
        assert drawing.get("data-done").split(), "the travelled path"
        assert drawing.get("data-flows").split()
        assert not page.main.xpath(".//form"), "an auditor cannot act"
        assert "Кто открывал Носова Тамара Васильевна" in page.text, "that it was opened is recorded"
    access = finished["auditor"].get("/audit/access")
    assert any("Носова" in " ".join(row.values()) for row in access.tables()[0])


def test_bpm_04_one_of_two_gets_the_task(running: World) -> None:
    grant = running["admin"].get("/admin/people/curator_500").form("/roles")
    for name, value in {"role": "mms_methodist", "organisation": "lebedyan-mms"}.items():
        grant.enter(name, value)
    assert grant.press().status == 200
    acts.answer_survey(running, "teacher")
    running.wait(date(2026, 4, 18))
    acts.report_survey(running)

    first, second = running["mms_methodist"], running["curator_500"]
    seen = [person.task(PROPOSE) for person in (first, second)]
    assert seen[0].key == seen[1].key
    assert all("Взять в работу" in task.page.buttons for task in seen)
    assert seen[1].take().status == 200
    late = seen[0].take()
    assert late.status == 409
    assert "Быков Олег Анатольевич" in late.text
    assert PROPOSE not in first.names()
    assert PROPOSE in second.names()

    given_back = second.open(seen[1].key).page.form("/release").press()
    assert given_back.status == 200
    assert PROPOSE in first.names()


def notices(world: World, login: str) -> str:
    """All notices of a person as one text."""
    return world[login].get("/notices").text


def escalated(world: World) -> list[Task]:
    """The owner's tasks about Kuznetsov's overdue plan."""
    leader = world[acts.LEADER]
    cases = [leader.open(each.key) for each in leader.inbox() if each.name == ESCALATED and KUZNETSOV in each.line]
    return [case for case in cases if PLAN in case.text]


def test_bpm_06_a_missed_deadline_is_told_and_escalated(tested: World) -> None:
    teacher = tested["teacher2"]
    assert "21 апр. 2026 г. (осталось 3 рабочих дня)" in teacher.task(PLAN).page.fact("Срок")
    tested.wait(date(2026, 4, 20))
    assert "Срок истекает" in notices(tested, "teacher2")
    assert "Просрочено" not in notices(tested, "school_head2")
    tested.wait(datetime(2026, 4, 22, 0, 5, tzinfo=MOSCOW))
    (entry,) = [each for each in teacher.inbox() if each.name == PLAN]
    assert "просрочено" in entry.line.lower()
    for login in ("teacher2", "school_head2"):
        assert f"Просрочено: {PLAN}" in notices(tested, login)
    assert escalated(tested) == []

    tested.wait(datetime(2026, 4, 28, 12, 0, tzinfo=MOSCOW))
    assert escalated(tested) == [], "Saturday and Sunday do not count"
    tested.wait(datetime(2026, 4, 29, 0, 5, tzinfo=MOSCOW))
    (case,) = escalated(tested)
    assert case.buttons == ["Продлить срок", "Поручить другому", "Отменить процесс", "Оставить как есть"]


def test_bpm_07_what_is_out_of_scope_does_not_exist(tested: World) -> None:
    (document,) = tested["teacher"].get("/documents", query={"kind": "technical_assignment"}).links("/documents/2")
    other = tested["teacher2"]
    refused = other.get(document)
    never = other.get("/documents/2251799813685000")
    assert refused.status == never.status == 404
    assert refused.text == never.text
    assert "Страница не найдена" in refused.text
    assert IVANOVA not in refused.text
    record = tested["auditor"].get("/audit/access", query={"q": "teacher2"})
    tried = [row for table in record.tables() for row in table if document in " ".join(row.values())]
    assert len(tried) == 1


def test_bpm_08_the_owner_cancels_with_a_reason(tested: World) -> None:
    leader = tested[acts.LEADER]
    rows = leader.get("/processes", query={"whose": "all", "process": "course_run"}).links("/processes/2")
    (address,) = rows
    for stranger in ("teacher2", "school_head2", "iro_methodist", "iro_head"):
        page = tested[stranger].get(address)
        assert page.status == 404 or "Отменить процесс" not in page.buttons

    refused = leader.get(address).form("/cancel").press("Отменить процесс")
    assert refused.status == 422, "a reason is demanded"
    assert PLAN in tested["teacher2"].names()
    form = refused.form("/cancel")
    form.enter("reason", "Сменилась программа")
    assert form.press("Отменить процесс").status == 200
    tested.settle()
    for login in (*acts.LISTENERS, acts.LEADER, "iro_methodist"):
        assert tested[login].names() == [], login
    course = history_of(tested, "course_run", acts.CARD_TITLE)
    assert "Сменилась программа" in course.text
    assert "выполнена задача «Сформировать группу»" in course.text, "its history is kept"
    for process, name in {
        "rmp_listener": KUZNETSOV,
        "rmp_remediation": KUZNETSOV,
        "survey_difficulties": acts.CARD_TITLE,
    }.items():
        assert "отменён" in history_of(tested, process, name).text, process
    assert "завершён" in history_of(tested, "rmp_enrolment", KUZNETSOV).text, "what was finished stays finished"


def substitute(world: World, by: str, absent: str, deputy: str, *, acting: bool = False) -> Page:
    """Name a substitute for April, by the page of the absent person."""
    form = world[by].get(f"/people/{absent}/substitutions").form("substitute")
    for name, value in {"substitute": deputy, "first_day": "2026-04-06", "last_day": "2026-04-30"}.items():
        form.enter(name, value)
    if acting:
        form.enter("acting_head", True)
    return form.press()


def test_bpm_09_a_substitute_acts_for_the_absent_methodist(tested: World) -> None:
    acts.make_plan(tested, "teacher2")
    deputy = tested["iro_methodist2"]
    assert "Согласовать план" not in deputy.names()
    assert substitute(tested, "iro_methodist", "iro_methodist", "iro_methodist2").status == 200
    task = deputy.task("Согласовать план")
    assert "Вы замещаете: Воронова" in task.text or "Воронова" in task.text
    task.done("Согласовать")
    tested.settle()
    history = history_of(tested, "rmp_remediation", KUZNETSOV)
    signed = "Подпись: Белов Роман Олегович, Методист ИРО, за: Воронова Татьяна Юрьевна"
    assert signed in history.text
    assert "Отметить выполнение" in tested["teacher2"].names()


def test_bpm_09_a_heads_signature_needs_an_acting_head(course: World) -> None:
    assert substitute(course, "school_head", "school_head", "deputy_head").status == 200
    acts.fill_assignment(course, "teacher").done()
    deputy = course["deputy_head"]
    task = deputy.task("Подписать техническое задание")
    refusal = try_to_sign(task)
    assert refusal.status == 403 or "исполняющий обязанности" in refusal.text
    assert "Подписать техническое задание" in course["school_head"].names(), "nothing has happened"

    assert substitute(course, "admin", "school_head", "deputy_head", acting=True).status == 200
    deputy.task("Подписать техническое задание").done("Согласовать")
    (document,) = course["teacher"].get("/documents").links("/documents/2")
    page = course["teacher"].get(document)
    (signature,) = [row for row in page.table("Подписал") if "Баранова" in row["Подписал"]]
    assert "за" in signature["Подписал"]
    assert "Соколова Мария Александровна" in signature["Подписал"]


def try_to_sign(task: Task) -> Page:
    """Press the button if the page has it, else send what the button would send."""
    if task.buttons:
        return task.press("Согласовать", password=PASSWORD)
    token = task.page.root.xpath("//meta[@name='csrf-token']/@content")[0]
    sent = {"csrf_token": token, "outcome": "approve", "password": PASSWORD, "on_behalf_of": "school_head"}
    return task.page.person.post(f"/tasks/{task.key}/complete", sent)
