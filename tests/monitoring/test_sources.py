"""What indicators count of the monitoring: every source runs, hidden groups are no rows."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.indicators import sources
from app.kernel.db import db
from app.monitoring.operations import municipal, windows
from app.people import queries as people

from . import building


def known(code: str) -> sources.Source:
    """A registered source."""
    found = sources.find(code)
    assert found is not None
    return found


def rows(code: str) -> list[dict[str, object]]:
    """All rows of a source."""
    return [dict(row) for row in db.session.execute(known(code).select()).mappings()]


def test_points_of_cells(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan")
    municipal.save_rows(of, "lebedyan", building.filled(4, MM_01={"value": "частично"}))
    municipal.record_check(of, "lebedyan", building.checks(4, MM_02={"check_result": "не подтверждено"}))
    points = {str(row["code"]): row["points"] for row in rows("municipal_cells")}
    assert (points["MM-01"], points["MM-02"], points["MM-03"]) == (pytest.approx(0.5), 0, 1)


def test_hidden_groups_are_no_rows(work: Session) -> None:
    of = building.only_school(building.open_round("lebedyan-1"))
    building.classes(of, ("7А", 6, 6))
    building.answer(of, "school_head", "pupil", "7А", [5] * 5)
    building.answer(of, "school_head", "parent", "7А", [5] * 4)
    windows.close_window(of)
    found = rows("monitoring_aggregates")
    assert {row["audience"] for row in found} == {"pupil"}
    assert {row["mean"] for row in found if row["figure"] == "satisfied"} == {1}


def test_sos_i_09_levels_are_compared_with_the_stage_before(work: Session) -> None:
    april = building.only_school(building.open_round("lebedyan-1"))
    building.judge(april, {"teacher": 1, "teacher2": 2})
    of = building.open_round("lebedyan-1", stage="III", opens_on=date(2026, 11, 2), until=date(2026, 11, 24))
    november = building.only_school(of)
    building.judge(november, {"teacher": 2, "teacher2": 2, "teacher3": 1})
    assert rows("monitoring_competences") == [], "a school counts as a whole when its window is closed"
    windows.close_window(november)
    found = {str(row["teacher"]): row["raised"] for row in rows("monitoring_competences") if row["stage"] == "III"}
    assert found == {"teacher": True, "teacher2": False, "teacher3": None}


def test_names_are_for_the_own_school_and_the_auditor(work: Session) -> None:
    of = building.only_school(building.open_round("lebedyan-1"))
    building.judge(of, {"teacher": 1})
    windows.close_window(of)
    visible = known("monitoring_competences").visible
    assert visible is not None
    counts = {}
    for login in ("school_head", "school_head2", "iro_coordinator", "mouo_head"):
        keys = visible(people.actor_for(login))
        assert keys is not None
        counts[login] = len(db.session.execute(select(keys.subquery())).all())
    assert counts == {"school_head": 1, "school_head2": 0, "iro_coordinator": 0, "mouo_head": 0}
    assert visible(people.actor_for("auditor")) is None
