"""RMP-14, and what Appendix 2 shows after RMP-08: the report, its signatures, the check of implementation, support."""

from __future__ import annotations

from datetime import date, timedelta

from app.documents.models import Record
from app.kernel.db import db

from . import acts
from .task import Task
from .world import World

REPORT, CHECK, PLAN = "Отчёт о прохождении курсов", "Проверить внедрение", "План посткурсового сопровождения"
NEEDS = "Разноуровневые задания для детей с трудностями в обучении"
IVANOVA = "Иванова Марина Петровна"
FRAGMENT = "показательный фрагмент урока (открытое занятие)"


def competence_rows(task: Task, field: str) -> dict[str, int]:
    """Rows of the form by competence."""
    return task.rows(field, "competence")


def report(world: World, login: str = "teacher") -> Task:
    """The teacher fills the report in, without sending it."""
    task = world[login].task(REPORT)
    for number in competence_rows(task, "competences_improved").values():
        path = f"competences_improved.{number}"
        task.fill({f"{path}.improved": True, f"{path}.text": "Решаю с классом задачи с параметром"})
    return task.fill(listener_signature=True)


def check(world: World, verdict: str, **implemented: str) -> None:
    """The head gives a verdict for each competence."""
    task = world["school_head"].task(CHECK, IVANOVA)
    for name, number in competence_rows(task, "competences").items():
        path = f"competences.{number}"
        said = implemented.get("method" if name == acts.METHOD else "subject", "внедрено")
        task.fill({f"{path}.implemented": said, f"{path}.conclusion": "По посещённому уроку"})
    task.fill(method=["посещение урока"], verdict=verdict, next_needs=NEEDS, signature=True)
    task.done("Сохранить вывод")
    world.settle()


def kept(world: World, kind: str) -> list[Record]:
    """The newest versions of the records of a kind."""
    with world.app.app_context(), db.unit_of_work() as session:
        found = session.query(Record).filter_by(kind=kind, current=True).all()
        session.expunge_all()
        return found


def test_rmp_14_report_signatures_and_the_check_of_implementation(finished: World) -> None:
    world = finished
    task = world["teacher"].task(REPORT)
    for said in (
        *("Преподавание математики", "13.04.2026", "15.05.2026", "72", "96", "2026-00001"),
        *(acts.SUBJECT, acts.METHOD, acts.ASSIGNMENT["difficulties"][0]["text"], "зачёт"),
    ):
        assert said in task.text, said
    given = (
        "period_from",
        "period_to",
        "hours",
        "entry_result_pct",
        "certificate_number",
        "programme",
        "attestation_form",
    )
    for field in given:
        assert not task.has(field), f"{field} is read only"
    assert task.press("Отправить", password="demo").status == 422
    assert any("competences_improved" in field for field in task.errors), task.errors
    report(world).done()
    world.settle()

    assert REPORT not in world["school_head"].names()
    assert "Принять отчёт" not in world["school_head"].names(), "the leader signs first"
    world[acts.LEADER].task("Подписать отчёт", IVANOVA).done("Вернуть на доработку", comment="Приложите материалы")
    world.settle()
    again = world["teacher"].task(REPORT)
    assert "Приложите материалы" in again.text
    report(world).done()
    world.settle()
    world[acts.LEADER].task("Подписать отчёт", IVANOVA).done("Подписать")
    world.settle()
    head = world["school_head"].task("Принять отчёт", IVANOVA)
    assert "96" in head.text, "the head sees the percentage here"
    assert "Принять отчёт" not in world["school_head2"].names()
    assert world["school_head2"].get(f"/tasks/{head.key}").status == 404
    head.done("Принять")
    world.settle()

    (filed,) = kept(world, "course_report")
    assert (filed.data["state"], filed.data["in_time"], filed.data["hours"]) == ("принят", True, 72)
    assert filed.data["listener_signature"]["login"] == "teacher"
    assert filed.data["leader_signature"]["login"] == acts.LEADER
    assert "Отчёт о прохождении курсов" in world["teacher"].get("/documents").text

    world.wait(timedelta(days=29))
    assert CHECK not in world["school_head"].names(), "30 days are given to put it into practice"
    world.wait(timedelta(days=1, hours=1))
    check(world, "частично", method="частично")
    assert "План доработки" in world["teacher"].names()
    plan = world["teacher"].task("План доработки")
    action = {"competence": acts.METHOD, "action": "Проведу урок с двумя группами", "until": "2026-07-15"}
    plan.fill(actions=[action]).done()
    world.wait(timedelta(days=31))
    check(world, "подтверждено")

    (verdict,) = kept(world, "implementation_check")
    assert (verdict.version, verdict.data["verdict"], verdict.data["verified"]) == (2, "подтверждено", True)
    stored = {row["competence"]: row["implemented"] for row in verdict.data["competences"]}
    assert stored == {acts.SUBJECT: "внедрено", acts.METHOD: "внедрено"}
    assert PLAN in world["mms_methodist"].names()
    assert PLAN not in world["mms_methodist2"].names() + world["iro_methodist"].names()

    following = world["teacher"].start("rmp_enrolment")
    assert f"Потребности по итогам проверки внедрения: {NEEDS}" in following.text
    assert set(following.values("competences")) == {acts.SUBJECT, acts.METHOD}
    assert following.value("difficulties.0.text") == NEEDS


def test_rmp_14_support_follows_the_check(finished: World) -> None:
    world = finished
    report(world).done()
    world.settle()
    world[acts.LEADER].task("Подписать отчёт", IVANOVA).done("Подписать")
    world.settle()
    world["school_head"].task("Принять отчёт", IVANOVA).done("Принять")
    world.settle()
    world.wait(timedelta(days=30, hours=1))
    check(world, "подтверждено")
    plan = world["mms_methodist"].task(PLAN, IVANOVA)
    assert NEEDS in plan.text
    first = {"kind": "районный семинар", "competence": "методическая", "title": "Урок для всех", "until": "2026-10-15"}
    assert plan.fill(activities=[first]).press("Утвердить план").status == 422, "two activities at least"
    second = {"kind": "мастер-класс", "competence": "предметная", "title": "Параметры", "until": "2027-02-15"}
    plan.fill(activities=[first, second]).done("Утвердить план")
    world.settle()
    assert world["teacher"].names().count("Внести участие") == 2
    entry = next(each for each in world["teacher"].inbox() if each.name == "Внести участие")
    world["teacher"].open(entry.key).fill(result="Болела").done("Не участвовал(а)")
    world.settle()
    (missed,) = kept(world, "support_activity")
    assert (missed.data["state"], missed.owner) == ("не участвовал(а)", "teacher")


def test_rmp_08_appendix_2_shows_entry_and_retest(course: World) -> None:
    world = course
    acts.enrol(world, "teacher")
    acts.begin_course(world)
    acts.import_results(world, {"teacher": (70, 100)})
    acts.diagnose(world, "teacher")
    acts.form_groups(world)
    acts.assign_practice(world, "teacher")
    acts.do_practice(world, "teacher")
    acts.make_plan(world, "teacher")
    acts.agree_plan(world, "teacher")
    for _ in acts.ACTIVITIES:
        acts.carry_out(world, "teacher")
    acts.plan_attestation(world)
    world.wait(date(2026, 5, 8))
    acts.import_results(world, {"teacher": (97, 100)}, "повторный")
    acts.choose_attestation(world, "teacher", FRAGMENT)
    world.wait(acts.ATTEST)
    acts.fill_sheet(world, {"teacher": {"open_lesson_fragment": True}})
    acts.sign_sheet(world)
    world.wait(date(2026, 5, 16))
    acts.conclude(world)
    task = world["teacher"].task(REPORT)
    for said in ("70", "97", "2026-00001", "проведение открытого занятия"):
        assert said in task.text, said
    assert "Рекомендации аттестационной комиссии" not in task.text, "the entry test was below 95"
