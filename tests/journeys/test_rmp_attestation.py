"""RMP-08, RMP-09, RMP-12 and RMP-13: from the retest to sheet, order and certificate."""

from __future__ import annotations

from datetime import date

from app.demo.region import region
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.operations import create_person

from . import acts
from .page import Page
from .task import PASSWORD
from .ways import Ways, tested_ways
from .world import World

__all__ = ["tested_ways"]
IVANOVA, KUZNETSOV = "Иванова Марина Петровна", "Кузнецов Алексей Дмитриевич"
RETEST_DAY = date(2026, 5, 8)
AFTER_ORDER_DAY = date(2026, 5, 16)
FRAGMENT = "показательный фрагмент урока (открытое занятие)"
RECOMMEND = "Выдать рекомендацию?"


def certificates(world: World, login: str = acts.LEADER) -> dict[str, str]:
    """Name → number in the register that a reader sees."""
    page = world[login].get("/courses/certificates")
    return {row["Фамилия, имя, отчество"]: row["Номер"] for row in page.table("Номер")} if page.tables() else {}


def ended(world: World, name: str) -> str:
    """End state of a listener's process as the auditor reads it."""
    auditor = world["auditor"]
    found = auditor.get("/audit", query={"process": "rmp_listener"}).links("/audit/2")
    (address,) = [href for href, said in found.items() if name in said]
    return auditor.get(address).fact("Итог")


def remediate(world: World, login: str) -> None:
    """Plan, agreement and activities; then the day of the retest."""
    acts.make_plan(world, login)
    acts.agree_plan(world, login)
    for _ in acts.ACTIVITIES:
        acts.carry_out(world, login)


def practise(world: World, login: str) -> None:
    acts.assign_practice(world, login)
    acts.do_practice(world, login)


def test_rmp_08_a_positive_retest_leads_to_a_certificate(tested_ways: Ways) -> None:
    tested = tested_ways.world
    practise(tested, "teacher2")
    remediate(tested, "teacher2")
    acts.plan_attestation(tested)
    tested.wait(RETEST_DAY)
    assert "Пройти повторную диагностику" in tested["teacher2"].names()
    tested_ways.results({"teacher2": 97}, "повторный")
    acts.choose_attestation(tested, "teacher2", FRAGMENT)
    tested.wait(acts.ATTEST)
    acts.fill_sheet(tested, {"teacher2": {"open_lesson_fragment": True}})
    acts.sign_sheet(tested)
    assert RECOMMEND not in tested[acts.CHAIR].names() + tested[acts.MEMBER].names(), "the entry test was below 95"

    tested.wait(date(2026, 5, 14))
    assert "Итоги курса" not in tested[acts.LEADER].names(), "three working days after the attestation"
    tested.wait(AFTER_ORDER_DAY)
    tested[acts.LEADER].task("Итоги курса").done()
    tested.settle()
    assert certificates(tested) == {}, "no number without an order"
    papers = tested[acts.LEADER].get(f"/courses/{acts.COURSE}/papers")
    assert "Входное тестирование: № 1" in papers.text
    assert "Повторная диагностика: № 2" in papers.text
    protocol = papers.follow("№ 2")
    assert protocol.status == 200
    assert "Кузнецов" in protocol.text
    assert "97,0" in protocol.text
    assert "Протоколы электронного тестирования" not in tested["teacher2"].get(f"/courses/{acts.COURSE}/papers").text
    acts.approve_order(tested)
    assert certificates(tested) == {KUZNETSOV: "2026-00001"}
    assert certificates(tested, "teacher2") == {KUZNETSOV: "2026-00001"}
    assert certificates(tested, "teacher") == {}

    card = tested["teacher2"].get(f"/courses/{acts.COURSE}/listeners/teacher2")
    rows = [row for row in card.table("Баллы") if "попытка" in row["Тестирование"]]
    attempts = {row["Тестирование"]: row["Результат, %"] for row in rows}
    assert attempts == {"входной, попытка 1": "70,0", "повторный, попытка 1": "97,0"}
    assert ended(tested, KUZNETSOV) == "Удостоверение"


def _annul(world: World, login: str, reason: str) -> Page:
    """The leader annuls the repeated diagnostics on the listener's card."""
    card = world[acts.LEADER].get(f"/courses/{acts.COURSE}/listeners/{login}")
    form = card.follow("Аннулировать: повторная диагностика").form("reason")
    form.enter("reason", reason)
    done = form.press("Аннулировать результат")
    world.settle()
    return done


def test_an_annulled_retest_opens_one_new_window_until_the_sheet_is_signed(tested_ways: Ways) -> None:
    tested = tested_ways.world
    practise(tested, "teacher2")
    remediate(tested, "teacher2")
    acts.plan_attestation(tested)
    tested.wait(RETEST_DAY)
    tested_ways.results({"teacher2": 97}, "повторный")
    acts.choose_attestation(tested, "teacher2")
    assert KUZNETSOV in tested["cmoko_attestation"].get("/courses/base").text
    assert "Открыто новое окно" in _annul(tested, "teacher2", "Отвечал другой человек").said
    assert KUZNETSOV not in tested["cmoko_attestation"].get("/courses/base").text, "the base holds what counts"
    assert "Пройти повторную диагностику" in tested["teacher2"].names()

    tested_ways.results({"teacher2": 62}, "повторный")
    conclusion = tested["iro_methodist"].task("Заключение")
    conclusion.fill(conclusion="Нужна дальнейшая подготовка", recommended=["следующий курс"]).done()
    tested.settle()
    card = tested["teacher2"].get(f"/courses/{acts.COURSE}/listeners/teacher2")
    shown = {
        row["Тестирование"]: row["Примечания"] for row in card.table("Баллы") if "повторный" in row["Тестирование"]
    }
    assert shown == {
        "повторный, попытка 1": "аннулирован: Отвечал другой человек",
        "повторный, попытка 2": "—",
    }, "the history keeps both"

    tested.wait(acts.ATTEST)
    annulling = f"/courses/{acts.COURSE}/test/teacher2/annul/повторный"
    late = tested[acts.LEADER].get(annulling).form("reason")
    acts.fill_sheet(tested, {"teacher2": {}})
    acts.sign_sheet(tested)
    late.enter("reason", "Поздно")
    refused = late.press("Аннулировать результат")
    assert refused.status == 422
    assert "Ведомость итоговой аттестации подписана" in refused.text
    assert ended(tested, KUZNETSOV) == "Нет положительной диагностики"
    assert certificates(tested) == {}


def test_rmp_09_a_second_failure_ends_without_a_certificate(tested_ways: Ways) -> None:
    tested = tested_ways.world
    practise(tested, "teacher2")
    remediate(tested, "teacher2")
    acts.plan_attestation(tested)
    tested.wait(RETEST_DAY)
    tested_ways.results({"teacher2": 62}, "повторный")
    assert tested["teacher2"].names() == [], "one retest at most"
    conclusion = tested["iro_methodist"].task("Заключение")
    conclusion.fill(conclusion="Нужна дальнейшая подготовка", recommended=["следующий курс"]).done()
    tested.settle()

    case = tested[acts.LEADER].task("Нет положительной диагностики", KUZNETSOV)
    assert "Входное тестирование: 70 %. Повторная диагностика: 62 %." in case.text
    case.done("Допустить без права на удостоверение")
    tested.settle()
    decision = tested["school_head2"].task("Принять решение")
    assert "Кузнецов" in decision.text
    acts.choose_attestation(tested, "teacher2")
    tested.wait(acts.ATTEST)
    acts.fill_sheet(tested, {})
    acts.sign_sheet(tested)
    tested.wait(AFTER_ORDER_DAY)
    results = tested[acts.LEADER].task("Итоги курса")
    assert "справка об обучении" in results.text
    results.done()
    tested.settle()
    assert "Подготовить приказ" not in tested[acts.LEADER].names(), "nobody is entitled, no order"
    assert certificates(tested) == {}
    papers = tested["teacher2"].get("/documents")
    assert "Справка об обучении" in papers.text
    assert ended(tested, KUZNETSOV) == "Нет положительной диагностики"


def test_rmp_12_the_commission_may_recommend_who_showed_a_lesson(tested: World) -> None:
    for login, form in {"teacher": FRAGMENT, "teacher4": "зачёт"}.items():
        practise(tested, login)
        acts.choose_attestation(tested, login, form)
    acts.plan_attestation(tested)
    tested.wait(acts.ATTEST)
    acts.fill_sheet(tested, {"teacher": {"open_lesson_fragment": True}, "teacher4": {"open_lesson_fragment": False}})
    assert RECOMMEND not in tested[acts.CHAIR].names()
    acts.sign_sheet(tested)

    for login in (acts.CHAIR, acts.MEMBER):
        (offered,) = [each for each in tested[login].inbox() if each.name == RECOMMEND]
        assert IVANOVA in offered.line, "only who reached 95 % and showed a fragment"
    assert "Итоги курса" not in tested[acts.LEADER].names(), "before any order"
    choice = tested[acts.CHAIR].task(RECOMMEND)
    assert choice.buttons == ["Выдать рекомендацию", "Не выдавать"]
    choice.done("Не выдавать")
    tested.settle()
    assert RECOMMEND not in tested[acts.MEMBER].names()
    assert ended(tested, IVANOVA) == "Удостоверение"
    assert ended(tested, tested.name("teacher4")) == "Удостоверение"


def test_rmp_12_a_recommendation_is_signed_by_the_commission(tested: World) -> None:
    practise(tested, "teacher")
    acts.choose_attestation(tested, "teacher", FRAGMENT)
    acts.plan_attestation(tested)
    tested.wait(acts.ATTEST)
    acts.fill_sheet(tested, {"teacher": {"open_lesson_fragment": True}})
    acts.sign_sheet(tested)
    text = "Опыт работы с задачами с параметром рекомендуется к распространению"
    task = tested[acts.MEMBER].task(RECOMMEND)
    task.fill(kind=["о диссеминации педагогического опыта"], text=text).done("Выдать рекомендацию")
    tested.settle()
    for login in (acts.CHAIR, acts.MEMBER):
        tested[login].task("Подписать рекомендацию").done("Подписать")
    tested.settle()
    assert ended(tested, IVANOVA) == "Удостоверение и рекомендация"
    for reader in ("teacher", "cmoko_attestation"):
        assert "Рекомендация" in tested[reader].get("/documents").text
    assert "Рекомендация" not in tested["teacher4"].get("/documents").text


GROUP = ("teacher", *(f"colleague{number}" for number in range(1, 20)))
"""Twenty listeners of one school."""


def enrol_twenty(world: World) -> None:
    """Nineteen colleagues of Ivanova join the school and all apply."""
    with world.app.app_context(), db.unit_of_work():
        assert any(each["code"] == "lebedyan-1" for each in region()["organisations"])
        for number, login in enumerate(GROUP[1:], start=1):
            create_person(
                PLATFORM,
                login,
                last_name=f"Слушатель{number:02}",
                first_name="Анна",
                middle_name="Павловна",
                email=f"{login}@example.org",
                position="учитель математики",
                organisation="lebedyan-1",
                password=PASSWORD,
                must_change_password=False,
                roles=[("teacher", "lebedyan-1")],
                consent=True,
            )
    for login in GROUP:
        acts.enrol(world, login)


def test_rmp_13_one_sheet_for_the_group_and_supplementary_orders(course: World) -> None:
    world, leader = course, course[acts.LEADER]
    acts.offer_test(world)
    enrol_twenty(world)
    acts.begin_course(world)
    for login in GROUP:
        acts.take_test(world, login, 96)
    for login in GROUP:
        acts.diagnose(world, login)
    acts.form_groups(world)
    acts.learn(world, *GROUP)
    acts.plan_attestation(world)
    world.wait(acts.ATTEST)

    failed, excused, absent = GROUP[1], GROUP[2], GROUP[3]
    rows = {
        failed: {"result": "неуспешно", "remarks": "Не раскрыта тема"},
        excused: {"result": "неявка", "absence_valid": True},
        absent: {"result": "неявка", "absence_valid": False},
    }
    sheets = [each for each in world[acts.CHAIR].inbox() if each.name == "Заполнить ведомость"]
    assert len(sheets) == 1, "one sheet for the whole group"
    acts.fill_sheet(world, rows)
    assert world[acts.CHAIR].names().count("Подписать ведомость") == 1
    assert world[acts.MEMBER].names().count("Подписать ведомость") == 1
    acts.sign_sheet(world)

    world.wait(AFTER_ORDER_DAY)
    acts.conclude(world)
    assert len(certificates(world)) == 17
    assert not {world.name(login) for login in rows} & set(certificates(world))
    orders = leader.get("/documents", query={"kind": "order"}).links("/documents/2")
    assert len(orders) == 2, "the enrolment and the seventeen"

    world.wait(acts.RESERVE)
    task = world[acts.MEMBER].task("Заполнить ведомость")
    assert set(task.rows("results", "listener_id")) == {excused}, "the reserve day is for the valid absence"
    acts.fill_sheet(world, {})
    acts.sign_sheet(world)
    world.wait(date(2026, 5, 23))
    acts.conclude(world)
    assert certificates(world)[world.name(excused)] == "2026-00018"

    world.wait(acts.RESIT)
    task = world[acts.MEMBER].task("Заполнить ведомость")
    assert set(task.rows("results", "listener_id")) == {failed, absent}, "one resit for both others"
    acts.fill_sheet(world, {})
    acts.sign_sheet(world)
    world.wait(date(2026, 5, 30))
    acts.conclude(world)
    numbers = certificates(world)
    assert sorted(numbers.values()) == [f"2026-{number:05}" for number in range(1, 21)]
    assert {numbers[world.name(failed)], numbers[world.name(absent)]} == {"2026-00019", "2026-00020"}
    assert len(leader.get("/documents", query={"kind": "order"}).links("/documents/2")) == 4
