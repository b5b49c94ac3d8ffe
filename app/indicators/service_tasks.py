"""Service types of indicators: freeze what a stage or a report closes with, or ask for a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import Actor

from . import feeds, queries
from .operations import freeze
from .queries import frozen
from .rules import figures

__all__ = ["feeds", "freeze_values", "value"]


@service_type("indicators.freeze", inline=True)
def freeze_values(call: ServiceCall) -> dict[str, Any]:
    """Frozen copies for an organisation: of `indicators`, of a `programme`, or of all (SERVICES.md)."""
    copies = freeze(
        _acting(call),
        call.text("organisation"),
        _year(call),
        reason=call.text("reason"),
        codes=[str(code) for code in call.variables.get("indicators") or ()],
        programme=str(call.variables.get("programme") or ""),
        stage=str(call.variables.get("stage") or ""),
        publish=call.variables.get("publish") is True,
    )
    rows = [_row(copy.code, frozen.figure(copy)) for copy in copies]
    return {"batch": str(copies[0].batch), "count": len(copies), "values": rows, "all_reached": _all_reached(rows)}


@service_type("indicators.value", inline=True)
def value(call: ServiceCall) -> dict[str, Any]:
    """One value as of now."""
    found = queries.line(_acting(call), call.text("indicator"), call.text("organisation"), _year(call))
    return _row(found.found.row.code, found.figure) | {"period": found.period.code}


def _acting(call: ServiceCall) -> Actor:
    """The process acts by its model, not by the rights of who happened to complete the last task."""
    return replace(call.actor, system=True)


def _year(call: ServiceCall) -> int:
    year = call.variables.get("year", clock.today().year)
    if isinstance(year, bool) or not isinstance(year, int | float | str) or not str(year).split(".")[0].isdecimal():
        raise ModelFault(f"«year» must be a year, not {year!r}")
    return int(float(year))


def _row(code: str, figure: figures.Figure) -> dict[str, Any]:
    """Nothing of a hidden value leaves, not even its parts."""
    return {
        "indicator": code,
        "value": None if figure.number is None else float(figure.number),
        "shown": figure.shown,
        "n": None if figure.hidden else float(figure.n),
        "d": None if figure.hidden or figure.d is None else float(figure.d),
        "target": None if figure.target is None else float(figure.target),
        "state": figure.state,
    }


def _all_reached(rows: list[dict[str, Any]]) -> bool:
    """Whether every target was reached; indicators without one do not count."""
    return all(row["state"] in (figures.REACHED, figures.PLAIN) for row in rows)
