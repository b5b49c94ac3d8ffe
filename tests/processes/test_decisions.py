"""The decision tables at their limits (decisions of the catalogue, README question 1)."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.decisions import DecisionModel, evaluate_decision, read_decisions

from .conftest import ROOT

BEST = "Г — углублённая (открытый урок, наставничество)"
OTHERS = "В — психолого-педагогическая и коммуникативная"


def decision(folder: str, name: str, pass_min: int | None = None) -> DecisionModel:
    """A decision file, perhaps with another limit."""
    source = (ROOT / "workflows" / folder / f"{name}.dmn").read_text()
    if pass_min is not None:
        changed = source.replace("pass_min: 95", f"pass_min: {pass_min}")
        assert changed != source
        source = changed
    return read_decisions(source.encode())


def decide(folder: str, name: str, **variables: Any) -> Any:
    """The value of a decision."""
    return evaluate_decision(decision(folder, name), name, variables).value


@pytest.mark.parametrize(
    ("score", "pass_min", "level"),
    [
        (100, 95, "достаточный"),
        (95, 95, "достаточный"),
        (94.9, 95, "неудовлетворительный"),
        (94.96, 95, "неудовлетворительный"),
        (100 * 19 / 20, 95, "достаточный"),
        (0, 95, "неудовлетворительный"),
        (94.9, 60, "допустимый"),
        (60, 60, "допустимый"),
        (59.9, 60, "неудовлетворительный"),
    ],
)
def test_test_level(score: float, pass_min: int, level: str) -> None:
    model = decision("shared", "test_level", pass_min if pass_min != 95 else None)
    value = evaluate_decision(model, "test_level", {"score_pct": score}).value
    assert value == {
        "level": level,
        "positive": level != "неудовлетворительный",
        "add_to_attestation_base": level == "достаточный",
        "remediation": level == "неудовлетворительный",
        "sufficient_min": 95,
    }


@pytest.mark.parametrize("score", [None, 100.1, -1])
def test_no_level_outside_of_0_to_100(score: float | None) -> None:
    assert decide("shared", "test_level", score_pct=score) is None


@pytest.mark.parametrize(
    ("entry", "retest", "result", "entitled"),
    [
        (True, False, "успешно", True),
        (False, True, "успешно", True),
        (False, False, "успешно", False),
        (False, None, "успешно", False),
        (True, None, "неявка", False),
        (True, True, None, False),
    ],
)
def test_certificate(entry: bool, retest: bool | None, result: str | None, entitled: bool) -> None:
    value = decide(
        "rmp_listener", "certificate", entry_positive=entry, retest_positive=retest, attestation_result=result
    )
    document = "удостоверение о повышении квалификации" if entitled else "справка об обучении"
    assert value == {"document": document, "certificate_entitled": entitled}


@pytest.mark.parametrize(
    ("score", "fragment", "entitled", "eligible"),
    [
        (95, True, True, True),
        (94.99, True, True, False),
        (96, False, True, False),
        (96, True, False, False),
        (None, True, True, False),
    ],
)
def test_recommendation(score: float | None, fragment: bool, entitled: bool, eligible: bool) -> None:
    value = decide(
        "rmp_listener",
        "recommendation",
        entry_score_pct=score,
        open_lesson_fragment=fragment,
        certificate_entitled=entitled,
        sufficient_min=None if score is None else 95,
    )
    assert value["eligible"] is eligible


@pytest.mark.parametrize(
    ("level", "method", "need", "group"),
    [
        (None, 80, "методическая", "без группы"),
        ("неудовлетворительный", 20, "методическая", "А — предметная"),
        ("достаточный", 59.9, "предметная", "Б — методическая"),
        ("достаточный", 60, "методическая", "Б — методическая"),
        ("допустимый", 80, "коммуникативная", OTHERS),
        ("достаточный", 80, "психолого-педагогическая", OTHERS),
        ("достаточный", 80, "предметная", BEST),
        ("достаточный", 80, None, BEST),
    ],
)
def test_grouping(level: str | None, method: float, need: str | None, group: str) -> None:
    value = decide("course_run", "grouping", subject_level=level, method_total_pct=method, dominant_competence=need)
    assert value == group


def test_deadlines_are_a_context_of_working_days() -> None:
    deadlines = decide("shared", "sla")
    assert deadlines["review_by_head"] == 3
    assert deadlines["attestation_resit"] == 10
    assert all(isinstance(days, int) and days > 0 for days in deadlines.values())
