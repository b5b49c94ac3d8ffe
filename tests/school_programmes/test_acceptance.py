"""Acceptance of school programmes on the real database; the whole ways are told by the scenarios of the models."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.indicators import operations as indicators
from app.indicators import queries as figures
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.school_programmes import operations, queries
from app.school_programmes.models import EffectiveModeAssessment, SchoolProgramme
from app.school_programmes.operations import assessing, finding, supporting
from app.school_programmes.operations.reporting import Figures
from app.school_programmes.queries import ProgrammeFilter, analyses, stages, support
from app.school_programmes.rules import assessment as rules
from app.school_programmes.rules.content import NO_INDICATOR, NO_MEASURE, faults
from tests.courses.factories import person
from tests.courses.world import make_world
from tests.processes import instances

from .scenes import CONTENT, analysis, approved

COORDINATOR = person("municipal_coordinator", "municipal_coordinator@lebedyan")
REGION = person("region_coordinator", "region_coordinator@region")
HEAD = person("school_head", "school_head@lebedyan-1")
HEAD_2 = person("school_head3", "school_head@lebedyan-2")
HIGH_RISK = "высокая доля обучающихся с рисками учебной неуспешности"
YEAR = 2026


@pytest.fixture
def world(work: Session) -> Session:
    """The small region."""
    make_world()
    return work


def begun(school: str = "lebedyan-1") -> SchoolProgramme:
    """A programme that is being written."""
    return operations.open_programme(PLATFORM, school, ["arp"], due_on=date(YEAR, 5, 31), instance_key=None)


def named(error: Invalid) -> str:
    """All messages of a refusal as one text."""
    return " ".join(str(message) for messages in error.errors.values() for message in messages)


def test_leb_06_the_municipality_sees_all_with_stage_each_school_its_own(world: Session) -> None:
    running, writing = approved("lebedyan-1"), begun("lebedyan-2")
    approved("gryazi-1")
    rows = db.session.execute(queries.programmes(COORDINATOR)).all()
    assert {(row.SchoolProgramme.school, row.SchoolProgramme.state) for row in rows} == {
        ("lebedyan-1", "running"),
        ("lebedyan-2", "drafting"),
    }
    own = db.session.execute(queries.programmes(HEAD)).all()
    assert [row.SchoolProgramme.key for row in own] == [running.key]
    with pytest.raises(NotFound):
        queries.programme(HEAD, writing.key)
    assert len(db.session.execute(queries.programmes(REGION)).all()) == 3


def test_leb_06_overdue_after_the_31st_of_may(world: Session) -> None:
    begun()
    wanted = ProgrammeFilter(state="overdue")
    for day, expected in ((datetime(YEAR, 5, 31, 12, tzinfo=UTC), 0), (datetime(YEAR, 6, 1, 12, tzinfo=UTC), 1)):
        with clock.frozen(day):
            assert len(db.session.execute(queries.programmes(COORDINATOR, wanted)).all()) == expected


def test_yar_05_the_analysis_counts_for_its_own_school(world: Session) -> None:
    assert not analyses.has_analysis("lebedyan-1")
    analysis("lebedyan-1")
    assert analyses.has_analysis("lebedyan-1")
    assert not analyses.has_analysis("lebedyan-2")


def test_yar_07_a_risk_without_measure_and_indicator_is_named(world: Session) -> None:
    row = begun()
    content = {**CONTENT, "risks": [*CONTENT["risks"], HIGH_RISK]}
    with pytest.raises(Invalid) as refused:
        operations.submit(HEAD, row.key, content)
    assert set(refused.value.errors) == {"measures", "indicators"}
    assert HIGH_RISK in named(refused.value)
    assert list(queries.versions(HEAD, row.key)) == []
    bound = {"risk": HIGH_RISK}
    content["measures"] = [*CONTENT["measures"], {**CONTENT["measures"][0], **bound}]
    content["indicators"] = [*CONTENT["indicators"], {**CONTENT["indicators"][0], **bound}]
    assert operations.submit(HEAD, row.key, content).revision == 1


def test_yar_07_an_indicator_needs_initial_and_final_value_and_measures_lie_in_the_term() -> None:
    empty = [{**row, "target": None} for row in CONTENT["indicators"]]
    found = faults({**CONTENT, "indicators": empty, "measures": []})
    assert [fault.kind for fault in found] == [NO_MEASURE, NO_INDICATOR]
    late = [{**CONTENT["measures"][0], "due": "2027-01-10"}]
    (fault,) = faults({**CONTENT, "measures": late})
    assert fault.field == "measures.0.due"


def test_yar_08_approval_only_after_an_agreed_interview(world: Session) -> None:
    row = begun()
    operations.submit(HEAD, row.key, CONTENT)
    with pytest.raises(Invalid):
        operations.approve(PLATFORM, row.key, {"number": "1"})
    change = {"indicator": "Доля мотивированных учеников", "initial": 40, "target": 60, "new_target": 65}
    said = {"date": "2026-04-06", "participants": ["school_head"], "indicators": [change]}
    with pytest.raises(Invalid):
        operations.record_interview(COORDINATOR, row.key, {**said, "result": "согласовано"})
    operations.record_interview(COORDINATOR, row.key, {**said, "result": "требуется корректировка"})
    with pytest.raises(Invalid):
        operations.approve(PLATFORM, row.key, {"number": "1"})
    operations.submit(HEAD, row.key, CONTENT)
    operations.record_interview(COORDINATOR, row.key, {**said, "indicators": [], "result": "согласовано"})
    assert operations.approve(PLATFORM, row.key, {"number": "1"}).state == "running"
    assert [(each.version, each.revision) for each in queries.versions(HEAD, row.key)] == [(1, 1), (1, 2)]


def test_yar_09_a_stage_its_recommendations_and_version_2(world: Session) -> None:
    row = approved()
    report = Figures(Decimal(90), Decimal(40), "critical")
    operations.record_report(HEAD, row.key, YEAR, "1", {"positive_changes": "есть"}, report)
    assert row.light == "critical"
    (item,) = operations.draft_recommendations(
        PLATFORM, row.key, YEAR, "1", [{"direction": "управление", "recommendation": "Назначить наставников"}]
    )
    protocol = {"number": "3", "document_id": "42"}
    operations.decide(PLATFORM, {item.key: ("утвердить", None)}, protocol)
    with pytest.raises(Invalid):
        operations.acknowledge(HEAD, row.key, YEAR, "1", "42", {"school_response": " "})
    operations.acknowledge(HEAD, row.key, YEAR, "1", "42", {"school_response": "Введём наставничество"})
    assert "Назначить наставников" in str(stages.advice_text(row.key))
    assert operations.open_version(PLATFORM, row.key).version == 2
    assert operations.open_version(PLATFORM, row.key).version == 2, "an open edition is not opened twice"
    operations.submit(HEAD, row.key, {**CONTENT, "goal": "Повысить мотивацию вместе с наставниками"})
    operations.put_in_force(PLATFORM, row.key)
    found = queries.versions(HEAD, row.key)
    assert [(each.version, each.approved_on is not None) for each in found] == [(1, True), (2, True)]
    assert found[0].content["goal"] == CONTENT["goal"]


def test_yar_10_one_row_is_rejected_the_others_are_issued(world: Session) -> None:
    row = approved()
    rows = [{"direction": "управление", "recommendation": text} for text in ("Назначить наставников", "Закрыть школу")]
    first, second = operations.draft_recommendations(PLATFORM, row.key, YEAR, "1", rows)
    decisions = {first.key: ("утвердить", None), second.key: ("отклонить", "Не относится к рискам")}
    operations.decide(PLATFORM, decisions, {"number": "3", "document_id": "42"})
    again = operations.draft_recommendations(PLATFORM, row.key, YEAR, "1", rows[1:])
    assert [each.number for each in again] == [3], "the rejected row stays with its number"
    shown = stages.recommendations(HEAD, row.key)
    assert [(each.state, each.protocol_number) for each in shown] == [
        ("issued", "3"),
        ("rejected", "3"),
        ("drafted", None),
    ]
    operations.decide(PLATFORM, {first.key: ("отклонить", "Поздно")}, {"number": "4", "document_id": "43"})
    assert first.state == "issued", "what was decided stays"


def test_the_next_stage_says_what_became_of_recommendations(world: Session) -> None:
    row = approved()
    (item,) = operations.draft_recommendations(PLATFORM, row.key, YEAR, "1", [{"recommendation": "Наставники"}])
    operations.decide(PLATFORM, {item.key: ("утвердить", None)}, {"number": "3", "document_id": "42"})
    assert [each.key for each in stages.issued(row.key)] == [item.key]
    said = {"earlier": [{"key": str(item.key), "performed": "выполнено"}]}
    operations.record_report(HEAD, row.key, YEAR, "2", said, Figures(Decimal(90), Decimal(90), "on_track"))
    assert item.performance == "done"
    assert stages.issued(row.key) == []


def test_a_school_that_does_not_report_is_critical(world: Session) -> None:
    row = approved()
    operations.record_absence(PLATFORM, row.key, YEAR, "1")
    operations.record_absence(PLATFORM, row.key, YEAR, "1")
    operations.record_absence(PLATFORM, row.key, YEAR, "2")
    assert (row.light, stages.absences("lebedyan-1", YEAR)) == ("critical", 2)


def assessed(school: str) -> EffectiveModeAssessment:
    """An assessment with a proposal and without instruments."""
    row = assessing.open_assessment(PLATFORM, school, finding.open_programme_of(school), instance_key=None)
    return assessing.propose(PLATFORM, row.key, stable=True, effective=True, proposed="перешла в эффективный режим")


def test_kem_11_all_six_instruments_before_the_verdict(world: Session) -> None:
    programme = approved()
    row = assessed("lebedyan-1")
    for code in rules.INSTRUMENTS:
        with pytest.raises(Invalid) as refused:
            assessing.decide_verdict(PLATFORM, row.key, "moved", {"number": "1"}, reason="Протокол")
        assert code in refused.value.errors
        assessing.use_instruments(PLATFORM, row.key, {code: [1]})
    assessing.decide_verdict(PLATFORM, row.key, "moved", {"number": "1"}, reason="Протокол")
    assert programme.verdict == "moved"


def test_kem_11_another_verdict_needs_a_reason(world: Session) -> None:
    row = assessed("lebedyan-1")
    assessing.use_instruments(PLATFORM, row.key, {code: [1] for code in rules.INSTRUMENTS})
    with pytest.raises(Invalid) as refused:
        assessing.decide_verdict(PLATFORM, row.key, "continue", {"number": "1"})
    assert set(refused.value.errors) == {"reason"}


def test_kem_11_26_of_65_programmes_are_40_percent(world: Session) -> None:
    for number in range(65):
        row = approved("lebedyan-1")
        operations.close(PLATFORM, row.key, "completed_success" if number < 26 else "completed_support")
        row.verdict = "moved" if number < 26 else "strengthen"
    db.session.flush()
    moved: dict[str, Any] = {
        "source": "school_programmes",
        "count": "rows",
        "where": [{"field": "verdict", "operator": "eq", "value": "moved"}],
    }
    every = {"source": "school_programmes", "count": "rows"}
    definition = {"code": "KEM-I-3", "title": "Эффективные программы", "unit": "%", "numerator": moved}
    indicators.save(PLATFORM, {**definition, "denominator": every, "period": {"kind": "year"}})
    line = figures.line(PLATFORM, "KEM-I-3", "region", YEAR)
    assert line.figure.exact == 40
    assert (int(line.figure.n), int(line.figure.d or 0)) == (26, 65)


def test_one_programme_with_several_kinds(world: Session) -> None:
    row = begun()
    with pytest.raises(Invalid):
        operations.open_programme(PLATFORM, "lebedyan-1", ["midterm"], due_on=date(YEAR, 5, 31), instance_key=7)
    operations.join_kinds(PLATFORM, row, ["midterm"])
    assert row.kinds == ["midterm", "arp"]


def test_only_the_municipality_and_the_region_stop_a_programme(world: Session) -> None:
    row = approved()
    with pytest.raises(NotFound):
        operations.request_stop(HEAD_2, row.key, "Реорганизация")
    with pytest.raises(Forbidden):
        operations.request_stop(HEAD, row.key, "Реорганизация")
    with pytest.raises(Invalid):
        operations.request_stop(COORDINATOR, row.key, "  ")
    operations.request_stop(COORDINATOR, row.key, "Школа реорганизована, приказ № 5")
    assert (row.state, row.reason) == ("stopped", "Школа реорганизована, приказ № 5")


def test_a_coordinator_stops_no_programme_of_the_municipality_of_another_role(world: Session) -> None:
    row = approved()
    mixed = person("mixed", "municipal_coordinator@gryazi", "mmo_head@lebedyan")
    with pytest.raises(Forbidden):
        operations.request_stop(mixed, row.key, "Школа реорганизована, приказ № 5")


def test_a_cancelled_process_blocks_no_school(world: Session) -> None:
    left, due = instances.begun(), date(YEAR, 5, 31)
    row = operations.open_programme(PLATFORM, "lebedyan-1", ["arp"], due_on=due, instance_key=left)
    judged = assessing.open_assessment(PLATFORM, "lebedyan-1", row, instance_key=left)
    assessing.use_instruments(PLATFORM, judged.key, {"contacts": 3})
    with pytest.raises(Invalid):
        operations.open_programme(PLATFORM, "lebedyan-1", ["arp"], due_on=due, instance_key=7)
    with pytest.raises(Invalid):
        assessing.open_assessment(PLATFORM, "lebedyan-1", row, instance_key=7)
    instances.cancel(left)
    anew = operations.open_programme(PLATFORM, "lebedyan-1", ["arp"], due_on=due, instance_key=7)
    assert (row.state, anew.state, anew.key != row.key) == ("stopped", "drafting", True)
    again = assessing.open_assessment(PLATFORM, "lebedyan-1", anew, instance_key=7)
    assert (again.key, again.instruments, again.programme_key) == (judged.key, {}, anew.key)


def test_a_programme_whose_process_was_cancelled_is_stopped_at_once(world: Session) -> None:
    left = instances.begun()
    row = operations.open_programme(PLATFORM, "lebedyan-1", ["arp"], due_on=date(YEAR, 5, 31), instance_key=left)
    instances.cancel(left)
    operations.request_stop(COORDINATOR, row.key, "Школа реорганизована, приказ № 5")
    assert (row.state, row.reason) == ("stopped", "Школа реорганизована, приказ № 5")


def test_support_of_a_school_is_seen_by_its_readers(world: Session) -> None:
    row = supporting.open_support(PLATFORM, "Сопровождение", ["lebedyan-1"], instance_key=7)
    assert supporting.open_support(PLATFORM, "Сопровождение", ["lebedyan-1"], instance_key=7).key == row.key
    content = {"activities": [{"activity": "Консультации", "kind": "консультация", "due": "2026-05-20"}]}
    supporting.plan_support(PLATFORM, row.key, content, date(YEAR, 10, 30))
    supporting.approve_support(PLATFORM, row.key, {"number": "4", "document_id": None})
    supporting.close_support(PLATFORM, row.key, "completed", result={"result": "Стало лучше"})
    supporting.close_support(PLATFORM, row.key, "declined", reason="поздно")
    (seen,) = support.support_of(HEAD, "lebedyan-1")
    assert (seen.state, seen.period_to, seen.order_number) == ("completed", date(YEAR, 10, 30), "4")
    assert support.support_of(HEAD_2, "lebedyan-1") == []
