"""Target indicators of a programme: their values for a reader."""

from __future__ import annotations

from typing import Any

from app.indicators import queries as indicators
from app.kernel.actor import PLATFORM, Actor
from app.kernel.errors import NotFound

from ..models import ProgrammeTarget, SupportProgramme
from ..rules import analysis as rules


def value(actor: Actor, programme: SupportProgramme, target: ProgrammeTarget) -> float | None:
    """The value of a target in the programme's last year; None without data, where the indicator is not defined yet,
    and where its numbers are none of the reader's."""
    try:
        indicators.indicator(actor, target.indicator)
    except NotFound:
        return None
    return indicators.value_of(target.indicator, programme.organisation, programme.period_to.year)


def reached(target: ProgrammeTarget, value: float | None) -> bool | None:
    """Whether a value reaches the target; None without the one or the other."""
    if value is None or target.value is None:
        return None
    wanted = float(target.value)
    return {">=": value >= wanted, "<=": value <= wanted, "=": value == wanted}[target.comparison]


def row(target: ProgrammeTarget, programme: SupportProgramme) -> dict[str, Any]:
    """A row of «Показатели» of an analysis or a closing report, as of today."""
    fact = value(PLATFORM, programme, target)
    plan = None if target.value is None else float(target.value)
    return rules.indicator_row(target.text, plan, fact, reached=reached(target, fact))
