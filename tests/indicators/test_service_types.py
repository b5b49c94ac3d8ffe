"""Service types: what processes freeze and ask for."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.documents import operations as documents
from app.engine.services import ModelFault
from app.indicators.models import IndicatorSnapshot
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from tests.courses.calling import call
from tests.indicators.factories import YEAR, context, indicator


def test_a_process_asks_for_a_value(work: Session) -> None:
    indicator()
    context("lebedyan-1")
    found = call("indicators.value", {"indicator": "T-1", "organisation": "lebedyan", "year": YEAR})
    assert found == {
        "indicator": "T-1",
        "value": 50.0,
        "shown": "50,0",
        "n": 1.0,
        "d": 2.0,
        "target": 44.0,
        "state": "reached",
        "period": str(YEAR),
    }
    with pytest.raises(NotFound):
        call("indicators.value", {"indicator": "НЕТ", "organisation": "lebedyan"})


def test_a_process_learns_nothing_of_a_hidden_value(work: Session) -> None:
    answers = {"source": "record_survey_satisfaction", "count": "rows"}
    indicator(numerator=answers, denominator=answers)
    documents.save_record(PLATFORM, "survey_satisfaction", "Ответ", {}, organisation="lebedyan-1")
    found = call("indicators.value", {"indicator": "T-1", "organisation": "lebedyan", "year": YEAR})
    assert (found["state"], found["value"], found["n"], found["d"]) == ("hidden", None, None, None)


def test_a_process_freezes_what_its_stage_closes_with(work: Session) -> None:
    indicator()
    indicator(code="T-2", target=90)
    context("lebedyan-1")
    facts = {"organisation": "lebedyan", "year": str(YEAR), "reason": "Закрытие этапа", "stage": "Этап I"}
    one = call("indicators.freeze", {**facts, "indicators": ["T-1"]})
    assert (one["count"], one["all_reached"]) == (1, True)
    both = call("indicators.freeze", facts)
    assert (both["count"], both["all_reached"]) == (2, False)
    assert {row["indicator"]: row["shown"] for row in both["values"]} == {"T-1": "50,0", "T-2": "50,0"}
    assert db.session.scalar(select(func.count()).select_from(IndicatorSnapshot)) == 3
    with pytest.raises(Invalid):
        call("indicators.freeze", {**facts, "programme": "НЕТ"})
    with pytest.raises(ModelFault):
        call("indicators.freeze", {**facts, "year": "скоро"})
