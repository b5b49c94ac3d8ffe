"""RMP-15: from low-quality zones to a programme that can be chosen, through the pages of everybody who takes part."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from openpyxl import load_workbook

from tests.processes.quality_scenes import PDF

from . import acts
from .world import World

TITLE = "Уравнения и текстовые задачи в школе с низкими результатами"
DRAFT = "Разработать / скорректировать программу"
AGREE = "Согласование с управлением образования"
ANALYSE = "Подготовить аналитическую информацию по предмету"
OPINION = "Экспертное заключение"
ANALYST, DEVELOPER, SECRETARY, REGION = (
    "cmoko_analyst",
    "programme_developer",
    "iro_coordinator",
    "region_coordinator",
)
RUMO = ("rumo_member", "rumo_member2", "rumo_member3")
RESULTS: list[list[Any]] = [
    ["lebedyan-1", "математика", "ОГЭ", 2026, 9, 40, 3.1, 12, None, 35, 60],
    ["gryazi-1", "математика", "ОГЭ", 2026, 9, 30, 3.6, 2, None, 71, 80],
    ["нет-такой", "математика", "ОГЭ", 2026, 9, 30, 3.6, 2, None, 71, 80],
]
CARD: dict[str, Any] = {
    "kind": "новая",
    "title": TITLE,
    "audience": "учителя математики",
    "form": "очная",
    "hours": 72,
    "competences": ["предметная"],
    "modules": [
        {"title": "Уравнения", "hours": 40, "variative": False},
        {"title": "Текстовые задачи", "hours": 32, "variative": False},
    ],
    "final_attestation_forms": ["зачёт", "показательный фрагмент урока"],
    "efom_bank": "МАТ-9",
}


def import_results(world: World) -> None:
    """The analyst fills in the template; the report names the wrong row, the good ones are recorded once."""
    analyst = world[ANALYST]
    book = load_workbook(BytesIO(analyst.get("/schools/results/import/template").body))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    assert heads[:2] == ["Школа", "Предмет"]
    for row in RESULTS:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    for recorded in (2, None):
        form = analyst.get("/schools/results/import").form("file")
        form.enter("file", (BytesIO(stream.getvalue()), "ОГЭ.xlsx"))
        report = form.press()
        problems = report.table("Что не так")
        assert any("Школы «нет-такой» нет" in row["Что не так"] and row["Строка"] == "4" for row in problems)
        if recorded is None:
            assert [row["Строка"] for row in problems] == ["2", "3", "4"], "nothing is imported twice"
            assert "Записать" not in " ".join(report.buttons)
        else:
            assert "2 результата" in report.form("/take").press().said


def publish_zones(world: World) -> None:
    """The analyst analyses, the region agrees; every school sees its own zones."""
    task = world[ANALYST].start("rmp_analytics")
    assert task.name == ANALYSE
    assert "ОГЭ, 9 класс" in task.text, task.text
    task.done()
    world.settle()
    assert world["school_head"].get("/courses/quality").tables() == [], "nothing is published before the region agrees"
    world[REGION].task("Согласовать аналитическую информацию").done("Согласовать")
    world.settle()
    rows = world["school_head"].get("/courses/quality").table("Всего зон")
    assert [(row["математика"], row["Всего зон"]) for row in rows[:1]] == [("1", "1")]
    everywhere = world["mouo_head2"].get("/courses/quality").table("Всего зон")
    assert "Лебедянь" not in str(everywhere), "another municipality sees its own schools only"
    assert world["teacher"].get("/courses/quality").status == 404


def choose_programmes(world: World) -> None:
    """The coordinator of the institute orders a new programme for the deficits."""
    task = world[SECRETARY].task("Изучить материалы и определить перечень программ")
    task.fill({"choices.0.action": "разработать новую", "choices.0.comment": "Для школ с зонами"}).done()
    world.settle()


def draft(world: World, **changes: Any) -> None:
    """The developer fills in the card and sends it."""
    task = world[DEVELOPER].task(DRAFT)
    task.fill({**CARD, **changes, "files": (BytesIO(PDF), "программа.pdf")}).done()
    world.settle()


def judge(world: World, verdicts: dict[str, str]) -> None:
    """Experts give their opinions."""
    for login, verdict in verdicts.items():
        task = world[login].task(OPINION)
        assert TITLE in task.text
        marks = dict.fromkeys(("relevance", "audience_fit", "content", "practice", "assessment"), "2")
        remarks = {} if verdict == "рекомендовать" else {"remarks": "Добавьте задания базового уровня"}
        task.fill({**marks, "verdict": verdict}).fill(remarks).done()
    world.settle()


def discuss(world: World, on: date) -> None:
    """РУМО meets, has its quorum and supports the programme."""
    secretary = world[SECRETARY]
    task = secretary.task("Повестка")
    assert TITLE in " ".join([task.text, task.value("agenda.0.question")])
    task.fill(held_on=f"{on.isoformat()}T10:00", mode="очно", chair="rumo_member").done()
    world.settle()
    assert "Подтвердить участие" in world["rumo_member2"].names()
    world.wait(on)
    world.wait(on.replace(day=on.day + 1))
    task = secretary.task("Отметить присутствие")
    rows = task.rows("attendance", "user")
    task.fill({f"attendance.{rows[login]}.present": "да" for login in RUMO}).done()
    task = secretary.task("Протокол")
    task.fill(
        verdict="поддержать", decisions=[{"decision": "Поддержать программу", "votes_for": 3}], secretary_signature=True
    ).done()
    world["rumo_member"].task("Подписать протокол").done("Подписать")
    world.settle()


def listed(world: World) -> bool:
    """Whether a teacher finds the programme in «Программы»."""
    return TITLE in world["teacher"].get("/courses/programmes").text


def test_rmp_15_a_programme_is_discussed_judged_and_agreed_before_it_can_be_chosen(region: World) -> None:
    import_results(region)
    publish_zones(region)
    choose_programmes(region)

    card = region[DEVELOPER].task(DRAFT)
    assert card.value("subject") == "математика"
    assert "решение" in card.value("deficits").lower() or card.value("deficits")
    draft(region, efom_bank="")
    assert "ЕФОМ" in region[DEVELOPER].task(DRAFT).text, "incomplete: it comes back with what is missing"
    draft(region)
    assert AGREE not in region[REGION].names()
    judge(region, {"expert_commission_member": "рекомендовать", "expert_commission_member2": "доработать"})
    assert AGREE not in region[REGION].names()
    discuss(region, date(2026, 4, 15))
    again = region[DEVELOPER].task(DRAFT)
    assert "Добавьте задания базового уровня" in again.text
    assert AGREE not in region[REGION].names(), "one expert wants changes: it goes back first"

    draft(region)
    judge(region, {"expert_commission_member": "рекомендовать", "expert_commission_member3": "рекомендовать"})
    assert AGREE not in region[REGION].names(), "РУМО has not said anything yet"
    discuss(region, date(2026, 4, 28))
    assert not listed(region)
    agreement = region[REGION].task(AGREE)
    assert "поддержать" in agreement.text
    agreement.done("Согласовать")
    region.settle()
    assert not listed(region), "the order is missing"
    region[DEVELOPER].task("Подготовить приказ").done()
    region["iro_head"].task("Подписать приказ").done("Подписать")
    region.settle()
    assert listed(region)

    dates = {"enrol_until": "2026-05-15", "start": "2026-05-18", "attest_on": "2026-06-10", "end": "2026-06-12"}
    later = {"attest_reserve_on": "2026-06-17", "attest_resit_on": "2026-06-24"}
    found = region["teacher"].get("/courses/programmes").links("/courses/programmes/")
    (code,) = [unquote(href).split("/")[3] for href, said in found.items() if said == TITLE]
    acts.open_course(region, programme=code, hours=72, **dates, **later)
    task = acts.fill_assignment(region, "teacher")
    assert TITLE in task.text
    assert "Зоны низкого качества вашей школы: математика" in task.text
