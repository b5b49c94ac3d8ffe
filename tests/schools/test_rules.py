"""Shares, normalisation, places among the schools of a region, and the decisions at their limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.engine.decisions import evaluate_decision, read_decisions
from app.schools.rules import ranking, shares
from app.schools.rules.ranking import Lowness, Result
from tests.processes.conftest import ROOT

LIMITS = {"min_procedures": 2, "min_subjects": 2, "min_years": 2}


def decide(name: str, **variables: Any) -> Any:
    """The value of a decision."""
    source = (ROOT / "workflows" / "school_identification" / f"{name}.dmn").read_bytes()
    return evaluate_decision(read_decisions(source), name, variables).value


def codes(**facts: Any) -> list[str]:
    """Codes of the categories that are proposed."""
    known = {
        "isb_place": 0.9,
        "territorial_status": "городской округ",
        "distance_km": 0,
        "shnor_conditions": 0,
        "in_federal_list": False,
        "has_data": True,
    }
    return [each["code"] for each in decide("school_category", **{**known, **facts})]


def test_shares_are_unrounded_and_shown_with_one_decimal() -> None:
    figures = {
        "students_total": 400,
        "students_single_parent": 120,
        "students_both_parents_higher_ed": 90,
        "students_registered": 12,
        "students_non_native_russian": 20,
    }
    assert [shares.shown(value) for value in shares.shares_of(figures).values()] == ["30,0", "22,5", "3,0", "5,0"]


def test_a_share_that_is_the_same_everywhere_counts_half() -> None:
    one = dict.fromkeys(shares.PARTS, Decimal(10))
    two = {**one, "registered": Decimal(30)}
    limits = shares.bounds([one, two])
    assert shares.normalised(two, limits) == {**dict.fromkeys(shares.PARTS, 0.5), "registered": 1.0}
    assert shares.bounds([]) == {}


def test_the_index_is_highest_where_all_shares_are_best() -> None:
    best = {"single_parent": 0, "both_parents_higher_ed": 1, "registered": 0, "non_native_russian": 0}
    assert decide("isb", **best) == 100
    assert decide("isb", **{name: 1 - value for name, value in best.items()}) == 0
    assert decide("isb", **dict.fromkeys(best, 0.5)) == 50


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"isb_place": 0.2}, ["shnsu"]),
        ({"isb_place": 0.21}, []),
        ({"isb_place": 0.4, "territorial_status": "сельская местность", "distance_km": 31}, ["shnsu"]),
        ({"isb_place": 0.4, "territorial_status": "сельская местность", "distance_km": 30}, []),
        ({"isb_place": 0.1, "territorial_status": "сельская местность", "distance_km": 31}, ["shnsu"]),
        ({"shnor_conditions": 3}, ["shnor"]),
        ({"shnor_conditions": 2}, []),
        ({"shnor_conditions": 1}, ["risk_zone"]),
        ({"in_federal_list": True}, ["p500"]),
        ({"isb_place": None, "territorial_status": None, "distance_km": None, "has_data": False}, ["no_data"]),
        ({"isb_place": 0.1, "shnor_conditions": 3, "in_federal_list": True}, ["shnsu", "shnor", "p500"]),
    ],
)
def test_categories_at_their_limits(facts: dict[str, Any], found: list[str]) -> None:
    assert codes(**facts) == found


def test_equal_schools_have_equal_places() -> None:
    places = ranking.places({"a": Decimal(1), "b": Decimal(2), "c": Decimal(2), "d": Decimal(9)})
    assert places == {"a": 0.25, "b": 0.5, "c": 0.5, "d": 1.0}


def test_low_results_are_counted_by_procedure_subject_and_year() -> None:
    def results(procedure: str, subject: str, year: int, low: str) -> list[Result]:
        values = {school: Decimal(1 if school == low else 4) for school in "abcd"}
        return [Result(school, procedure, subject, year, 9, value, "mean") for school, value in values.items()]

    first, second = results("ОГЭ", "математика", 2025, "a"), results("ВПР", "физика", 2026, "a")
    found = ranking.lowness([*first, *second, *results("ВПР", "химия", 2026, "b")], 0.25)
    assert found == {"a": Lowness(2, 2, 2), "b": Lowness(1, 1, 1)}
    assert ranking.conditions(found["a"], LIMITS) == 3
    assert ranking.conditions(found["b"], LIMITS) == 0
