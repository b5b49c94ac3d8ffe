"""What a stage closes with: frozen copies of the indicators, value and list, which later data never change."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date

from app.indicators import operations as indicators
from app.indicators import queries
from app.indicators.queries import values
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.errors import Invalid

REASON = "Закрытие этапа"
CELLS = "municipal_cells"


def freeze_region(actor: Actor, stage: str, year: int, opened: date) -> None:
    """Freeze all indicators of the region: a stage that the clock began belongs to no organisation of its own.

    Args:
        stage: as people call it.
        opened: first day of the stage; indicators that count by stages count from it to today.
    """
    _freeze(actor, values.home(PLATFORM), stage, year, opened)


def freeze_municipalities(actor: Actor, codes: Collection[str], stage: str, year: int, opened: date) -> None:
    """Freeze what counts the cells of the municipal monitoring, for each municipality."""
    process = replace(actor, system=True)
    counting = [found.row.code for found in queries.indicators(process) if CELLS in found.definition.sources]
    for code in codes if counting else ():
        _freeze(actor, code, stage, year, opened, counting)


def _freeze(actor: Actor, place: str, stage: str, year: int, opened: date, codes: Collection[str] = ()) -> None:
    """The process freezes by its model, not by the rights of who completed its last task."""
    process, between = replace(actor, system=True), (opened, max(opened, clock.today()))
    with suppress(Invalid):  # no indicator is defined here: nothing is frozen
        indicators.freeze(process, place, year, reason=REASON, codes=list(codes), stage=stage, between=between)
