"""Scenarios of acceptance with the real engine, the demo region's people and all models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.documents.models import Record
from app.engine.models import StartEvent, UserTask
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.ids import next_key
from app.monitoring.models import MonitoringSchool, MunicipalCell
from app.monitoring.operations import comparing, municipal, windows
from app.monitoring.queries import municipal as tables
from app.monitoring.rules import figures
from app.people import operations as accounts
from app.people import queries as people
from tests.processes.conftest import region, stage  # noqa: F401
from tests.processes.telling import tell

from . import building

UNCLEAR = {"check_result": "уточнить", "check_comment": "Страница пуста"}
NO = {"value": "нет", "url": None}
SYSTEM = (
    *("план методической работы на основе дефицитов педагогов", "диагностика затруднений педагогов"),
    *("школьные методические объединения", "наставничество", "взаимопосещение и анализ уроков"),
    *("индивидуальные маршруты педагогов", "участие в сетевом взаимодействии"),
    "оценка результатов методической работы",
)


def stage_card(**changes: Any) -> Mapping[str, Any]:
    """«Подготовить инструментарий» of a stage."""
    answers = {"stage": "I", "year": 2026, "opens_on": "2026-04-01", "schools": ["lebedyan-1"], **changes}
    return {"task": "prepare_tools", "as": "iro_coordinator", "answers": answers}


def open_tasks(element: str) -> int:
    """Open tasks at an element."""
    with db.unit_of_work():
        return db.session.query(UserTask).filter_by(element_id=element, state="open").count()


def test_lip_05_a_school_with_twenty_teachers(stage: None) -> None:  # noqa: F811
    with db.unit_of_work():
        for number in range(20 - len(people.holders("teacher", "lebedyan-1"))):
            accounts.create_person(
                PLATFORM,
                f"pedagogue{number}",
                last_name="Педагогова",
                first_name="Анна",
                position="учитель",
                organisation="lebedyan-1",
                roles=[("teacher", "lebedyan-1")],
            )
    seen: dict[str, int] = {}

    def count() -> Mapping[str, Any]:
        seen.update({name: open_tasks(name) for name in ("assess_self", "name_classes", "give_results")})
        return {}

    tell(
        "school_monitoring",
        {"as": "iro_coordinator"},
        stage_card(),
        {"until": "2026-04-01T09:00:00+03:00"},
        {"scene": "count"},
        {"expect": {"holds": ['=areas = ["teaching", "management", "environment"]', "=count(units) = 1"]}},
        at="2026-03-17T09:00:00+03:00",
        count=count,
    )
    assert seen == {"assess_self": 20, "name_classes": 1, "give_results": 0}


def test_lip_08_the_unclear_row_alone_returns(stage: None) -> None:  # noqa: F811
    second = next(row for row in building.filled(4) if row["indicator"].startswith("2."))

    def state() -> Mapping[str, Any]:
        with db.unit_of_work():
            rows = db.session.query(MunicipalCell).filter_by(check_result="уточнить").all()
            return {"unclear": [row.code for row in rows]}

    tell(
        "municipal_monitoring",
        {"as": "iro_coordinator", "variables": {"year": 2026, "stage_month": 4, "municipalities": ["lebedyan"]}},
        _fill(building.filled(4, MM_01={"url": None}), refused="rows"),
        _fill(building.filled(4)),
        _check(building.checks(4, MM_02=UNCLEAR)),
        {"scene": "state"},
        {"expect": {"open": ["fill_rows"], "holds": ['=unclear = ["MM-02"]']}},
        _fill([second]),
        {"expect": {"open": ["check_rows"]}},
        _check([row for row in building.checks(4) if row["indicator"].startswith("2.")]),
        {"expect": {"ended": "stage_done", "holds": ["=table[1].score = 7"], "processes": {"management_decision": []}}},
        at="2026-04-06T09:00:00+03:00",
        state=state,
    )
    with db.unit_of_work():
        asleep = db.session.query(StartEvent).filter_by(kind="timer", due_at=None).count()
        assert asleep == 0, "a scenario leaves the calendar of other processes as it was"


def _fill(rows: list[dict[str, Any]], **more: Any) -> Mapping[str, Any]:
    return {"task": "fill_rows", "as": "municipal_coordinator", "answers": {"rows": rows}, **more}


def _check(rows: list[dict[str, Any]]) -> Mapping[str, Any]:
    return {"task": "check_rows", "as": "iro_coordinator", "answers": {"checks": rows}}


def test_lip_09_three_noes_lead_to_a_published_decision_that_satisfies_mm_14(stage: None) -> None:  # noqa: F811
    decision = {
        "decision_type": ["адресное консультирование"],
        "decision": "Наладить страницу методических объединений",
        "responsible": "municipal_coordinator",
        "due": "2026-05-15",
        "publish": True,
    }
    advice = {"analysis": "Данные этапа", "options": ["адресное консультирование"], "advice": "Провести консультацию"}
    tell(
        "municipal_monitoring",
        {"as": "iro_coordinator", "variables": {"year": 2026, "stage_month": 4, "municipalities": ["lebedyan"]}},
        _fill(building.filled(4, MM_05=NO, MM_06=NO, MM_07=NO)),
        _check(building.checks(4)),
        {"expect": {"tasks": {"municipal_coordinator": ["offer"], "expert_consultant": ["consult"]}}},
        {"task": "consult", "as": "expert_consultant", "answers": advice},
        {"expect": {"tasks": {"mouo_head": ["decide"]}}},
        {"task": "decide", "as": "mouo_head", "outcome": "decide", "answers": decision},
        {"task": "offer", "as": "municipal_coordinator", "outcome": "accept"},
        {"expect": {"ended": "stage_done", "holds": ["=table[1].negative_count = 3", "=table[1].score = 4"]}},
        at="2026-04-06T09:00:00+03:00",
    )
    with db.unit_of_work():
        found = tables.published("lebedyan")
        assert [record.data["decision"] for record in found] == ["Наладить страницу методических объединений"]
        assert isinstance(found[0], Record)
        june = municipal.open_round(2026, 6, None, next_key())
        (row,) = [row for row in municipal.rows_for(june, "lebedyan") if row["indicator"].startswith("14.")]
        assert row["value"] == "да"
        assert row["url"].endswith("/monitoring/decisions/lebedyan")
        other = [row["value"] for row in municipal.rows_for(june, "gryazi") if row["indicator"].startswith("14.")]
        assert other == [None]


def test_leb_11_three_occurrences_and_a_school_that_did_not_submit_is_seen(stage: None) -> None:  # noqa: F811
    summary = {"conclusions": "Показатели школы стабильны", "signature": True}
    for card, day in (
        (stage_card(stage="II", opens_on="2026-06-22", schools=["lebedyan-1", "lebedyan-2"]), "2026-06-22"),
        (stage_card(stage="II", year=2027, opens_on="2027-06-22", schools=["lebedyan-1"]), "2027-06-22"),
    ):
        silent = len(card["answers"]["schools"]) == 2
        results = [{"procedure": "ОГЭ", "subject": "химия", "participants": 9, "mean": 4, "below_min": 0}]
        tell(
            "school_monitoring",
            {"as": "iro_coordinator"},
            card,
            {"until": f"{day}T09:00:00+03:00"},
            {
                "task": "give_results",
                "as": "school_head",
                "answers": {"rows": results, "conclusion": "Результаты стабильны"},
            },
            {"task": "summarise_school", "as": "school_head", "answers": summary},
            {"task": "review", "as": "iro_coordinator", "outcome": "approve"},
            *([{"until": "2026-08-10T09:00:00+03:00"}] if silent else []),
            {"task": "region_summary", "as": "iro_coordinator", "answers": {"conclusions": "Этап проведён по плану"}},
            {"expect": {"ended": "stage_done", "holds": [f'=(missing_text != "") = {str(silent).lower()}']}},
            at=f"{day}T08:00:00+03:00",
        )
    with db.unit_of_work():
        rows = db.session.query(MonitoringSchool).all()
        found = sorted((row.round.year, row.school, row.status) for row in rows)
        assert found == [
            (2026, "lebedyan-1", "accepted"),
            (2026, "lebedyan-2", "not_submitted"),
            (2027, "lebedyan-1", "accepted"),
        ]
        (later,) = [row for row in rows if row.round.year == 2027]
        assert {each.change for each in comparing.of_school(later)} == {0}


def test_sos_08_five_schools_get_the_forms_and_may_is_compared_with_last_may(stage: None) -> None:  # noqa: F811
    schools = ["lebedyan-1", "lebedyan-2", "gryazi-1", "gryazi-2", "gryazi-3"]
    with db.unit_of_work():
        before = building.open_round(
            "lebedyan-1", stage="М", opens_on=datetime(2025, 5, 12).date(), until=datetime(2025, 5, 30).date()
        )
        last = building.only_school(before)
        windows.close_window(last, statement=[{"item": item, "mark": 0} for item in SYSTEM])
    answers = {"system": [{"item": item, "mark": 1} for item in SYSTEM]}
    tell(
        "school_monitoring",
        {"as": "programme_coordinator"},
        stage_card(stage="М", opens_on="2026-05-12", schools=schools),
        {"until": "2026-05-12T09:00:00+03:00"},
        {"expect": {"open": ["give_system"] * 5}},
        {"task": "give_system", "as": "deputy_head", "answers": answers},
        {
            "task": "summarise_school",
            "as": "school_head",
            "answers": {"conclusions": "Система стала полнее", "signature": True},
        },
        {"expect": {"open": ["give_system"] * 4 + ["review"]}},
        at="2026-05-04T09:00:00+03:00",
    )
    with db.unit_of_work():
        query = db.session.query(MonitoringSchool).filter_by(school="lebedyan-1", status="review")
        found = comparing.of_school(query.one())
        assert {each.code for each in found} == {f"system:{item}" for item in SYSTEM}
        assert {each.change for each in found} == {1}
        assert not any(figures.is_share(each.code) for each in found)
