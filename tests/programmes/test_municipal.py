"""The programme of a municipality: draft, passport and plan, approval, what others are told (LIP task 1, LIP-13)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.indicators import queries as indicators
from app.indicators.operations import loading
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.monitoring import proposals
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.models import Measure, SupportProgramme
from app.programmes.operations import roadmaps
from app.programmes.operations.passports import Passport
from app.programmes.queries import municipal
from app.programmes.rules import passports as rules
from tests.processes import instances
from tests.programmes import scenes

CODE = "MP-lebedyan-2026"
CONTENT: dict[str, Any] = {
    "title": "Программа района",
    "period_from": "2026-01-01",
    "period_to": "2026-12-31",
    "curator": "lebedyan",
    "responsible": "lebedyan-mms",
    "participants": ["lebedyan-1", "lebedyan-2"],
    "executors": ["lebedyan-1"],
    "problem": "Низкие результаты",
    "goal": "Повысить качество",
    "tasks": [{"number": "1", "title": "Условия"}, {"number": "2", "title": "Кадры"}],
    "indicators": [{"task": "1", "title": "Доля школ", "unit": "%", "value": 100, "formula": "школы / школы"}],
    "plan": [
        {"number": "1.1", "section": "1", "title": "Семинар", "period_text": "май", "executors": "ММС"},
        {"number": "2.1", "section": "2", "title": "Курсы", "period_text": "июнь", "executors": "Музей"},
    ],
    "staffing": "Методисты",
}
ORDER = {"number": "15", "date": "2026-04-20", "document_id": "77"}
pytestmark = pytest.mark.usefixtures("region")


def opened(instance: int = 1, **more: Any) -> SupportProgramme:
    """The draft of Lebedyan."""
    return operations.open_municipal(PLATFORM, "lebedyan", 2026, instance, passed_on=False, **more).programme


def changed(**more: Any) -> dict[str, Any]:
    """The passport with other words."""
    return CONTENT | more


def plan(at: int, **more: Any) -> dict[str, Any]:
    """The passport with one row of the plan changed."""
    rows = [dict(row) for row in CONTENT["plan"]]
    rows[at] |= more
    return changed(plan=rows)


def measures() -> list[Measure]:
    """The plan as it stands."""
    return list(db.session.scalars(select(Measure).where(Measure.row_key.startswith(CODE)).order_by(Measure.position)))


def test_a_task_without_indicator_or_measure_is_found() -> None:
    found = {row["kind"]: row["rows"] for row in rules.findings(plan(1, section="1")) if row["count"]}
    assert found == {
        "task_without_indicator": "2",
        "task_without_measure": "2",
        "measure_without_document": "1.1, 2.1",
    }
    twice = {row["kind"]: row["rows"] for row in rules.findings(plan(1, number="1.1", title="Семинар"))}
    assert (twice["number_twice"], twice["title_twice"]) == ("1.1", "Семинар")
    silent = changed(indicators=[{"task": "цель", "title": "Доля школ", "value": None, "formula": ""}])
    kinds = {row["kind"]: row["count"] for row in rules.findings(silent)}
    assert (kinds["indicator_without_value"], kinds["indicator_without_formula"]) == (1, 1)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (changed(tasks=[{"number": "1", "title": "Условия"}, {"number": "1", "title": "Кадры"}]), "tasks"),
        (changed(indicators=[{"task": "9", "title": "Доля"}]), "indicators.0.task"),
        (plan(1, section="9"), "plan.1.section"),
        (plan(0, title=""), "plan.0.title"),
        (plan(0, period_text="май 2031 года"), "plan.0.title"),
        (changed(period_to="2025-12-31"), "period_to"),
    ],
)
def test_a_wrong_passport_is_refused_and_nothing_of_it_is_kept(content: dict[str, Any], field: str) -> None:
    opened()
    operations.write_passport(PLATFORM, CODE, CONTENT)
    with pytest.raises(Invalid) as refusal, db.session.begin_nested():
        operations.write_passport(PLATFORM, CODE, content)
    assert field in refusal.value.errors
    db.session.expire_all()
    assert [(row.number, row.section) for row in measures()] == [("1.1", "1"), ("2.1", "2")]


def test_the_passport_is_written_anew_until_it_is_approved() -> None:
    opened()
    operations.write_passport(PLATFORM, CODE, CONTENT)
    found = operations.write_passport(PLATFORM, CODE, plan(0, title="Вебинар"))
    assert [row.title for row in measures()] == ["Вебинар", "Курсы"]
    assert [(each.indicator, each.level, float(each.value or 0)) for each in found.targets] == [
        (f"{CODE}-I-1", "Задача 1", 100.0)
    ]
    assert [row.lead for row in measures()] == ["mms_methodist", "municipal_coordinator"]
    begun = operations.approve_municipal(PLATFORM, CODE, ORDER, "78")
    assert [row.row_key for row in begun] == [f"{CODE}:1.1", f"{CODE}:2.1"]
    assert (found.state, found.order_number, found.paper) == ("active", "15", "78")
    with pytest.raises(Conflict):
        operations.write_passport(PLATFORM, CODE, CONTENT)


def test_regional_measures_of_municipalities_are_proposed_and_followed() -> None:
    above = scenes.programme()
    rows = [
        scenes.add_measure(above, number="1.1", title="Семинар", executors="ИРО, МОС"),
        scenes.add_measure(above, number="1.2", title="Заседание"),
    ]
    scenes.approved(above, *rows)
    found = opened()
    assert found.parent is not None
    assert found.parent.code == above.code
    draft = municipal.draft_of(found)
    assert [(row["title"], row["follows"]) for row in draft["plan"]] == [("Семинар", f"{above.code}:1.1")]
    assert draft["tasks"] == [{"number": "1", "title": "Раздел"}]
    assert draft["participants"] == ["lebedyan-1", "lebedyan-2"]
    operations.write_passport(PLATFORM, CODE, plan(0, follows=f"{above.code}:1.1"))
    assert [row["title"] for row in municipal.draft_of(found)["plan"]] == ["Семинар", "Курсы"]
    assert measures()[0].follows == f"{above.code}:1.1"


def test_one_programme_of_a_year() -> None:
    opened()
    operations.write_passport(PLATFORM, CODE, CONTENT)
    operations.approve_municipal(PLATFORM, CODE, ORDER, "")
    with pytest.raises(Invalid):
        opened(instance=2)
    again = operations.open_municipal(PLATFORM, "lebedyan", 2026, 3, passed_on=True)
    assert (again.joined, again.programme.code) == (True, CODE)
    assert municipal.municipalities_due(2026) == ["gryazi"]
    assert municipal.municipalities_due(2027) == ["gryazi", "lebedyan"]


def test_a_programme_in_force_under_another_code_is_the_programme_of_the_year() -> None:
    scenes.programme("LEB-2026", "lebedyan")
    with pytest.raises(Invalid):
        opened()
    again = operations.open_municipal(PLATFORM, "lebedyan", 2026, 2, passed_on=True)
    assert (again.joined, again.programme.code) == (True, "LEB-2026")


def test_a_draft_whose_roadmap_is_planned_is_not_taken() -> None:
    found, planning = opened(), instances.begun()
    found.instance_key, roadmaps.locked_roadmap(found).instance_key = None, planning
    with pytest.raises(Invalid):
        opened(instance=2)
    assert operations.open_municipal(PLATFORM, "lebedyan", 2026, 3, passed_on=True).joined
    instances.cancel(planning)
    assert opened(instance=2) is found


def test_what_the_form_does_not_show_stays() -> None:
    found = opened()
    operations.write_passport(PLATFORM, CODE, CONTENT)
    first, section = measures()[0], roadmaps.section_rows(roadmaps.locked_roadmap(found))[0]
    hidden: dict[str, Any] = {
        **{"carried_from": "MP-lebedyan-2025:1.1", "process": "management_decision", "groups": ["p500_2022"]},
        "thresholds": [{"code": "t1", "label": "Семинаров", "at_least": 2, "unit": "", "count": "sum"}],
    }
    for name, value in hidden.items():
        setattr(first, name, value)
    section.goal, section.groups = "Условия есть", ["risk_zone"]
    found.targets[0].indicator, found.targets[0].comparison = "LEB-I-3", "<="
    db.session.flush()
    rows = [CONTENT["plan"][1], {"number": "1.2", "section": "1", "title": "Новое", "period_text": "май"}]
    more = {"task": "цель", "title": "Доля педагогов", "unit": "%", "value": 50}
    content = changed(plan=[*rows, CONTENT["plan"][0]], indicators=[more, *CONTENT["indicators"]])
    operations.write_passport(PLATFORM, CODE, content)
    other, new, kept = measures()
    assert {name: getattr(kept, name) for name in hidden} == hidden
    assert (other.process, other.carried_from) == ("", None)
    assert (new.process, new.groups) == ("", ["risk_zone"])
    assert roadmaps.section_rows(roadmaps.locked_roadmap(found))[0].goal == "Условия есть"
    targets = [(each.text, each.indicator, each.comparison) for each in found.targets]
    assert targets == [("Доля педагогов", f"{CODE}-I-1", ">="), ("Доля школ", "LEB-I-3", "<=")]


def test_lip_i_mun_and_mm_01_follow_the_order() -> None:
    assert loading.load_own(only="LIP-I-MUN") == (1, {})
    opened()
    operations.write_passport(PLATFORM, CODE, changed(period_to="2027-06-30"))
    assert proposals.proposed("lebedyan", 2026) == {}
    assert indicators.value_of("LIP-I-MUN", "region", 2026) == 0
    operations.approve_municipal(PLATFORM, CODE, ORDER, "")
    assert [indicators.value_of("LIP-I-MUN", "region", year) for year in (2026, 2027, 2028)] == [50, 50, 0]
    row = proposals.proposed("lebedyan", 2026)["MM-01"]
    assert (row["value"], row["on"]) == ("да", "2026-04-20")
    assert row["url"].endswith(f"/programmes/{CODE}/published")
    assert proposals.proposed("gryazi", 2026) == {}


def test_nobody_changes_by_hand_what_a_process_works_out() -> None:
    opened()
    actor = actor_for("municipal_coordinator")
    passport = Passport(CODE, "Другая", "lebedyan", date(2026, 1, 1), date(2026, 12, 31))
    for act in (
        lambda: operations.set_state(actor, CODE, "active"),
        lambda: operations.change_programme(actor, CODE, passport, 1),
        lambda: operations.upload_roadmap(actor, CODE, "карта.yaml", b"roadmap: {sections: []}"),
    ):
        with pytest.raises(Conflict):
            act()
    operations.write_passport(PLATFORM, CODE, CONTENT)
    operations.approve_municipal(PLATFORM, CODE, ORDER, "")
    assert operations.set_state(actor, CODE, "closed").state == "closed"


def test_only_an_approved_programme_is_public() -> None:
    opened()
    with pytest.raises(NotFound):
        queries.published(CODE)
    operations.write_passport(PLATFORM, CODE, CONTENT)
    operations.approve_municipal(PLATFORM, CODE, ORDER, "")
    assert queries.published(CODE).title == "Программа района"
