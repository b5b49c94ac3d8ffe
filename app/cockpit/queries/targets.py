"""Indicators of a programme: target and value now, and where it began, as computed last."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from app.indicators import queries as indicators
from app.indicators.queries import values
from app.indicators.rules.figures import Figure
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.programmes.models import SupportProgramme


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator with the first value that was kept for the period; None where there is none but the last."""

    line: indicators.Line
    began_on: date | None
    began: Figure | None


def targets_of(actor: Actor, programme: SupportProgramme) -> list[Target]:
    """The programme's indicators for its organisation; for who sees less than that, for their own place."""
    year = min(max(clock.today().year, programme.period_from.year), programme.period_to.year)
    lines: list[indicators.Line] = []
    with suppress(NotFound):  # who reads no values at all
        try:
            lines = indicators.board(actor, programme.organisation, year, programme=programme.code)
        except NotFound:
            lines = indicators.board(actor, values.home(actor), year, programme=programme.code)
    began = indicators.beginnings(lines)
    return [Target(each, *began.get(each.found.row.code, (None, None))) for each in lines]
