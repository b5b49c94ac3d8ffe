"""Anonymous answers: one per link, unlinkable, hidden groups, coverage, comparison (LIP-05, LIP-06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.monitoring.models import AnswerBox, MonitoringSchool, QuestionnaireLink
from app.monitoring.operations import comparing, questionnaires, rounds, windows
from app.monitoring.operations.questionnaires import Closed, TooManyMisses
from app.monitoring.rules import figures, hiding, stages
from app.people import queries as people

from . import building

HOME = "10.0.0.1"


@pytest.fixture
def school(work: Session) -> MonitoringSchool:
    """lebedyan-1 in stage I, with one class of six pupils and six parents."""
    of = building.only_school(building.open_round("lebedyan-1"))
    building.classes(of, ("7А", 6, 6))
    return of


def codes(of: MonitoringSchool, audience: str = "pupil", class_name: str = "7А") -> list[str]:
    """New codes of a class."""
    return questionnaires.issue(people.actor_for("school_head"), of.key, audience, class_name).codes


def figure(of: MonitoringSchool, audience: str, code: str) -> comparing.Compared:
    """One figure of a school."""
    return next(each for each in comparing.of_school(of) if (each.audience, each.code) == (audience, code))


def test_a_link_takes_one_answer(school: MonitoringSchool) -> None:
    one, two, *_ = codes(school)
    assert questionnaires.open_link(one, HOME).audience == "pupil"
    questionnaires.answer(one, building.answers("pupil"), HOME)
    with pytest.raises(Closed):
        questionnaires.answer(one, building.answers("pupil"), HOME)
    with pytest.raises(Closed):
        questionnaires.open_link(one, HOME)
    questionnaires.answer(two, building.answers("pupil"), HOME)
    assert windows.answered(school) == {"pupil": 2}


def test_nothing_ties_an_answer_to_its_link(school: MonitoringSchool) -> None:
    """Neither columns nor order: the same rows come out whatever the order in which people answered."""
    marks = [5, 1, 3, 2, 4]
    for mark, code in zip(marks, codes(school), strict=False):
        questionnaires.answer(code, building.answers("pupil", mark=mark), HOME)
    boxes = db.session.scalars(select(AnswerBox).where(AnswerBox.school_key == school.key)).all()
    assert {box.form_id for box in boxes} == {"monitor_satisfaction", "monitor_school_life"}
    assert {column.name for column in AnswerBox.__table__.columns} == {"school_key", "audience", "form_id", "answers"}
    overall = next([row["overall"] for row in box.answers] for box in boxes if box.form_id == "monitor_satisfaction")
    assert overall == sorted(marks)
    assert {column.name for column in QuestionnaireLink.__table__.columns} == {
        "token_hash",
        "school_key",
        "audience",
        "class_name",
        "used",
    }
    stored = str(db.session.execute(text("SELECT answers::text FROM questionnaire_answers")).all())
    assert "7А" not in stored
    assert HOME not in stored


def test_only_the_hash_of_a_code_is_stored(school: MonitoringSchool) -> None:
    made = codes(school)
    assert len(set(made)) == 6
    assert all(len(code) == questionnaires.LENGTH for code in made)
    stored = {link.token_hash for link in db.session.scalars(select(QuestionnaireLink))}
    assert stored == {questionnaires.hash_of(code) for code in made}


def test_a_new_sheet_voids_what_was_not_used(school: MonitoringSchool) -> None:
    first = codes(school)
    questionnaires.answer(first[0], building.answers("pupil"), HOME)
    second = codes(school)
    assert len(second) == 5
    with pytest.raises(NotFound):
        questionnaires.open_link(first[1], HOME)
    with pytest.raises(Closed):
        questionnaires.open_link(first[0], HOME)
    assert questionnaires.open_link(second[0], HOME).audience == "pupil"


def test_a_code_may_be_typed_as_people_type(school: MonitoringSchool) -> None:
    code = codes(school)[0]
    assert questionnaires.read(f" {questionnaires.written(code).lower()} ") == code
    assert questionnaires.read("аВс-ех") == "ABCEX"


def test_codes_are_for_the_schools_own_management(school: MonitoringSchool) -> None:
    with pytest.raises(NotFound):
        questionnaires.issue(people.actor_for("school_head2"), school.key, "pupil", "7А")
    with pytest.raises(Forbidden):
        questionnaires.issue(people.actor_for("iro_coordinator"), school.key, "pupil", "7А")
    for audience, name in (("pupil", "9Я"), ("teacher", "7А"), ("somebody", "7А")):
        with pytest.raises(NotFound):
            codes(school, audience, name)


def test_unanswered_questions_are_refused_and_the_link_stays(school: MonitoringSchool) -> None:
    code = codes(school)[0]
    given = building.answers("pupil")
    given["monitor_school_life"]["changes"][0]["mark"] = "может быть"
    del given["monitor_satisfaction"]["overall"]
    with pytest.raises(Invalid) as error:
        questionnaires.answer(code, given, HOME)
    assert {"overall", "changes.0.mark"} <= set(error.value.errors)
    assert windows.answered(school) == {}
    assert db.session.scalars(select(AnswerBox)).all() == []


def test_the_window_opens_and_closes(school: MonitoringSchool, monday: object) -> None:
    code = codes(school)[0]
    clock.move(timedelta(days=17))
    with pytest.raises(Closed):
        questionnaires.open_link(code, HOME)
    with pytest.raises(Conflict):
        codes(school)
    windows.extend(school, date(2026, 4, 29))
    assert questionnaires.open_link(code, HOME).school.key == school.key
    windows.close_window(school)
    with pytest.raises(Closed):
        questionnaires.answer(code, building.answers("pupil"), HOME)


def test_a_round_that_has_not_begun_takes_no_answer(work: Session) -> None:
    of = building.only_school(building.open_round("lebedyan-1", opens_on=date(2026, 4, 20), until=date(2026, 5, 12)))
    building.classes(of, ("1А", 1, 0))
    with pytest.raises(Closed):
        questionnaires.open_link(codes(of, "pupil", "1А")[0], HOME)


def test_guessing_is_stopped_by_address(school: MonitoringSchool) -> None:
    code = codes(school)[0]
    for _ in range(questionnaires.MOST_MISSES):
        questionnaires.count_miss(HOME)
    with pytest.raises(TooManyMisses):
        questionnaires.open_link(code, HOME)
    assert questionnaires.open_link(code, "10.0.0.2").audience == "pupil"
    clock.move(timedelta(minutes=11))
    assert questionnaires.open_link(code, HOME).audience == "pupil"


def test_lip_06_three_answers_are_hidden_and_coverage_is_low(school: MonitoringSchool) -> None:
    building.classes(school, ("7А", 6, 20))
    building.answer(school, "school_head", "parent", "7А", [5, 5, 4])
    building.answer(school, "school_head", "pupil", "7А", [5, 4, 4, 3, 2])
    windows.close_window(school)
    hidden, shown = figure(school, "parent", "satisfied"), figure(school, "pupil", "satisfied")
    assert (hidden.now.people, hidden.now.value) == (3, None)
    assert shown.now.value == Decimal("0.6")
    assert school.coverage["parent"] == {"asked": 20, "answered": 3, "low": True}
    assert school.coverage["pupil"]["low"] is False
    assert school.low_coverage


def test_totals_leave_hidden_groups_out_so_that_no_difference_gives_them_away(work: Session) -> None:
    of = building.open_round("lebedyan-1", "lebedyan-2", "gryazi-1")
    parents = {"lebedyan-1": [5] * 5, "lebedyan-2": [1] * 4, "gryazi-1": [3] * 5}
    for school in rounds.schools_of(of):
        _box(school, "parent", parents[school.school])
        windows.close_window(school)
    found = {(each.audience, each.code): each.now for each in comparing.of_schools(of, None)}
    assert found["parent", "overall"] == hiding.Mean(10, Decimal(4))
    two = {(each.audience, each.code): each.now for each in comparing.of_schools(of, {"lebedyan-1", "lebedyan-2"})}
    assert two["parent", "overall"] == hiding.Mean(5, Decimal(5))


def _box(of: MonitoringSchool, audience: str, marks: list[int]) -> None:
    answers = [building.answers(audience, mark=mark)["monitor_satisfaction"] for mark in marks]
    db.session.add(AnswerBox(school_key=of.key, audience=audience, form_id="monitor_satisfaction", answers=answers))
    db.session.flush()


def test_lip_05_stage_three_shows_the_change_of_the_same_questionnaire(work: Session) -> None:
    april = building.only_school(building.open_round("lebedyan-1"))
    _box(april, "parent", [3] * 5)
    _box(april, "pupil", [3] * 4)
    windows.close_window(april)
    of = building.open_round("lebedyan-1", stage="III", opens_on=date(2026, 11, 2), until=date(2026, 11, 24))
    assert of.areas == ["teaching", "management", "environment"]
    assert of.previous_key == april.round_key
    november = building.only_school(of)
    _box(november, "parent", [4] * 6)
    _box(november, "pupil", [5] * 6)
    windows.close_window(november)
    assert figure(november, "parent", "overall").change == Decimal(1)
    assert figure(november, "pupil", "overall").change is None, "the group was hidden in April"
    april.round.tools = {**april.round.tools, "monitor_satisfaction": "another"}
    db.session.flush()
    assert figure(november, "parent", "overall").change is None, "the questionnaire was another one"


def test_lip_05_results_are_an_area_of_stage_two_only(work: Session) -> None:
    assert building.open_round("lebedyan-1").areas == ["teaching", "management", "environment"]
    of = building.open_round("lebedyan-1", stage="II", opens_on=date(2026, 6, 22), until=date(2026, 7, 13))
    assert of.areas == ["results"]
    rows = [{"procedure": "ОГЭ", "subject": "химия", "participants": 4, "mean": 3, "below_min": 1}]
    rows.append({"procedure": "ОГЭ", "subject": "математика", "participants": 40, "mean": 3.5, "below_min": 10})
    one = building.only_school(of)
    windows.close_window(one, exams=rows)
    assert figure(one, "exam", "mean:ОГЭ: математика").now.value == Decimal("3.5")
    assert figure(one, "exam", "below:ОГЭ: математика").now.value == Decimal("0.25")
    assert figure(one, "exam", "below:ОГЭ: химия").now.value is None


def test_the_window_is_extended_once(school: MonitoringSchool) -> None:
    windows.extend(school, date(2026, 4, 29))
    with pytest.raises(Invalid):
        windows.extend(school, date(2026, 5, 6))
    assert school.window_until == date(2026, 4, 29)


def test_figures_are_counted_once(school: MonitoringSchool) -> None:
    _box(school, "parent", [5] * 5)
    windows.close_window(school)
    before = comparing.of_school(school)
    _box(school, "pupil", [1] * 9)
    windows.close_window(school)
    assert comparing.of_school(school) == before


def test_motives_levels_and_changes() -> None:
    rows = [{"motive": "признание", "mark": 5}, {"motive": "стабильность", "mark": 5}, {"motive": "рост", "mark": 1}]
    assert figures.leading(rows) == ["признание", "стабильность"]
    life = [{"changes": [{"change": "уроки", "mark": mark}]} for mark in ("хуже", "лучше", "лучше", "без изменений")]
    found = {each.code: each.total for each in figures.of_answers("monitor_school_life", "pupil", life)}
    assert found == {"life:уроки": Decimal(1), "better:уроки": Decimal(2)}
    levels = [{"subject_level": 3, "method_level": 2, "psych_level": 1, "comm_level": 0}] * 5
    means = {each.code: hiding.mean(each.audience, each.people, each.total).value for each in figures.of_levels(levels)}
    assert means["competence:предметная"] == 3
    assert figures.of_levels([{}, {}]) == [] or all(each.people == 0 for each in figures.of_levels([{}, {}]))


def test_classes_are_named_once_and_numbers_are_sane(school: MonitoringSchool) -> None:
    with pytest.raises(Invalid):
        building.classes(school, ("7А", 1, 1), ("7а", 1, 1))
    with pytest.raises(Invalid):
        building.classes(school, ("7А", -1, 1))
    assert [row["name"] for row in school.classes] == ["7А"]


def test_a_round_needs_schools_and_a_window(work: Session) -> None:
    wrong: Iterator[tuple[tuple[str, ...], dict[str, Any]]] = iter(
        [
            (("lebedyan",), {}),
            (("lebedyan-1",), {"stage": "IV"}),
            (("lebedyan-1",), {"until": date(2026, 3, 1)}),
            ((), {}),
        ]
    )
    for codes_, changes in wrong:
        with pytest.raises(Invalid):
            building.open_round(*codes_, **changes)


def test_minimum_shares() -> None:
    found = stages.coverage({"teacher": 10, "pupil": 10, "parent": 0}, {"teacher": 6, "pupil": 3})
    assert (found["teacher"].low, found["pupil"].low, found["parent"].low) == (True, False, True)
    assert found["parent"].share is None
