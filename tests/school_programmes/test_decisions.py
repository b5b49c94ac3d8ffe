"""The decision tables of school programmes at their limits (YAR-09, KEM-11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from app.engine.decisions import evaluate_decision, read_decisions
from app.engine.services import ServiceCall
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid
from app.school_programmes.service_tasks import assessments

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def decide(folder: str, name: str, decision: str, **variables: Any) -> Any:
    """The value of a decision."""
    model = read_decisions((WORKFLOWS / folder / f"{name}.dmn").read_bytes())
    return evaluate_decision(model, decision, variables).value


@pytest.mark.parametrize(
    ("measures", "indicators", "light"),
    [
        (100, 80, "по плану"),
        (80, 100, "по плану"),
        (79.99, 100, "отставание"),
        (100, 50, "отставание"),
        (100, 49.99, "критично"),
        (90, 40, "критично"),
        (0, 100, "критично"),
    ],
)
def test_yar_09_the_lower_share_gives_the_light(measures: float, indicators: float, light: str) -> None:
    facts = {"report_submitted": True, "measures_done_pct": measures, "indicators_reached_pct": indicators}
    assert decide("arp_monitoring", "stage_light", "stage_light", **facts) == light


def test_no_report_is_critical() -> None:
    facts = {"report_submitted": False, "measures_done_pct": 100, "indicators_reached_pct": 100}
    assert decide("arp_monitoring", "stage_light", "stage_light", **facts) == "критично"


@pytest.mark.parametrize(
    ("points", "recommending", "third", "round_", "outcome"),
    [
        ((8, 5), 2, False, 1, "рекомендовать"),
        ((8, 4), 2, False, 1, "третий эксперт"),
        ((7, 4), 2, False, 1, "доработать"),
        ((8, 5), 1, False, 1, "доработать"),
        ((8, 8, 3), 2, True, 1, "рекомендовать"),
        ((8, 3, 4), 1, True, 1, "доработать"),
        ((4, 4), 0, False, 3, "совещание"),
    ],
)
def test_expertise(points: tuple[int, ...], recommending: int, third: bool, round_: int, outcome: str) -> None:
    facts = {
        "opinions": len(points),
        "recommending": recommending,
        "lowest": min(points),
        "middle": sorted(points)[(len(points) - 1) // 2],
        "spread": max(points) - min(points),
        "third_asked": third,
        "round": round_,
    }
    assert decide("school_programme", "programme_expertise", "programme_expertise_outcome", **facts) == outcome


@pytest.mark.parametrize(
    ("years", "reached", "experts", "verdict"),
    [
        ([2, 2], 80, (False, False), "перешла в эффективный режим"),
        ([2, 1], 80, (True, True), "продолжить реализацию"),
        ([2, 2], 79.99, (True, True), "продолжить реализацию"),
        ([1, 0, 0], 10, (True, True), "усилить поддержку"),
        ([2], None, (True, True), "перешла в эффективный режим"),
        ([], None, (False, False), "усилить поддержку"),
    ],
)
def test_kem_11_the_proposal(years: list[int], reached: float | None, experts: tuple[bool, bool], verdict: str) -> None:
    facts = {
        "years_by_procedure": years,
        "indicators_pct": reached,
        "experts_stable": experts[0],
        "experts_effective": experts[1],
    }
    assert decide("effective_mode_assessment", "effective_mode", "effective_mode", **facts)["verdict"] == verdict


@pytest.mark.parametrize(
    ("handler", "variables", "field"),
    [
        (assessments.propose, {"judged": {"verdict": "иначе", "stable": True, "effective": True}}, "verdict"),
        (assessments.propose, {}, "verdict"),
        (assessments.decide, {"row_decisions": [{"decision": "иначе"}]}, "decision"),
    ],
)
def test_a_verdict_that_is_none_is_refused(handler: Any, variables: dict[str, Any], field: str) -> None:
    call = ServiceCall({**variables, "assessment_key": "1"}, {}, cast("Any", None), "decide", PLATFORM, clock.now())
    with pytest.raises(Invalid) as refused:
        handler(call)
    assert set(refused.value.errors) == {field}
