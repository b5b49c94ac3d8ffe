"""The close of a stage freezes the indicators, value and list; what comes later changes nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.indicators import queries
from app.indicators.models import IndicatorSnapshot
from app.indicators.operations import loading
from app.indicators.queries import frozen
from app.indicators.rules import figures
from app.kernel.db import db
from app.monitoring.models import MunicipalCell
from app.people import queries as people
from tests.processes.conftest import region, stage  # noqa: F401

from . import building
from .test_acceptance import stage_card, tell

COORDINATOR = "region_coordinator"


def _fill(rows: list[dict[str, Any]]) -> Mapping[str, Any]:
    return {"task": "fill_rows", "as": "municipal_coordinator", "answers": {"rows": rows}}


def test_a_closed_stage_keeps_its_indicators_with_their_lists(stage: None) -> None:  # noqa: F811
    with db.unit_of_work():
        loading.load_own(only="LIP-I")
    tell(
        "municipal_monitoring",
        {"as": "iro_coordinator", "variables": {"year": 2026, "stage_month": 4, "municipalities": ["lebedyan"]}},
        _fill(building.filled(4)),
        {"task": "check_rows", "as": "iro_coordinator", "answers": {"checks": building.checks(4)}},
        {"expect": {"ended": "stage_done"}},
        at="2026-04-06T09:00:00+03:00",
    )
    with db.unit_of_work():
        cell = db.session.scalars(select(MunicipalCell).where(MunicipalCell.code == "MM-01")).one()
        held_on = cell.round.held_on
        cell.check_result = "не подтверждено"
        db.session.flush()
        actor = people.actor_for(COORDINATOR)
        copies = {(row.code, row.organisation): row for row in db.session.scalars(queries.snapshots(actor))}
        assert {code for code, place in copies if place == "region"} >= {"LIP-I-MM", "LIP-I-2.1", "LIP-I-3.2"}
        assert {code for code, place in copies if place == "lebedyan"} == {"LIP-I-MM"}
        for place in ("region", "lebedyan"):
            kept = copies["LIP-I-MM", place]
            assert (kept.n, kept.d, kept.stage) == (7, 7, "Муниципальный мониторинг, апрель 2026")
            assert (frozen.figure(kept).shown, frozen.figure(kept).state) == ("100,0", figures.PLAIN)
            lists = frozen.lists(actor, kept)
            assert lists is not None
            assert len(lists["numerator"].entries) == len(lists["denominator"].entries) == 7
        now = queries.line(actor, "LIP-I-MM", "lebedyan", 2026, (held_on, held_on)).figure
        assert (now.n, now.d) == (6, 7)


def test_the_close_of_a_school_stage_freezes_the_region(stage: None) -> None:  # noqa: F811
    with db.unit_of_work():
        loading.load_own(only="LIP-I")
    results = [{"procedure": "ОГЭ", "subject": "химия", "participants": 9, "mean": 4, "below_min": 0}]
    answers = {"rows": results, "conclusion": "Результаты стабильны"}
    summary = {"conclusions": "Показатели школы стабильны", "signature": True}
    tell(
        "school_monitoring",
        {"as": "iro_coordinator"},
        stage_card(stage="II", opens_on="2026-06-22"),
        {"until": "2026-06-22T09:00:00+03:00"},
        {"task": "give_results", "as": "school_head", "answers": answers},
        {"task": "summarise_school", "as": "school_head", "answers": summary},
        {"task": "review", "as": "iro_coordinator", "outcome": "approve"},
        {"task": "region_summary", "as": "iro_coordinator", "answers": {"conclusions": "Этап проведён по плану"}},
        {"expect": {"ended": "stage_done"}},
        at="2026-06-22T08:00:00+03:00",
    )
    with db.unit_of_work():
        rows = db.session.scalars(select(IndicatorSnapshot)).all()
        assert {(row.organisation, row.stage) for row in rows} == {("region", "Школьный мониторинг, этап II, 2026")}
        assert len({row.batch for row in rows}) == 1
