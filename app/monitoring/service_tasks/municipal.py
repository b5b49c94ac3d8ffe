"""Service types of `municipal_monitoring`."""

from __future__ import annotations

from typing import Any

from app.engine.services import ServiceCall, service_type
from app.people import queries as people

from .. import calendar, links
from ..models import MunicipalCell
from ..operations import closing
from ..operations import municipal as operations
from ..rules import municipal as rules
from . import inputs

_LINK_WORDS = {links.OK: "открывается", links.WARNING: "не открылась, проверьте"}
MONTH_NAMES = {4: "апрель", 6: "июнь", 11: "ноябрь"}


@service_type("municipal-monitoring.open", inline=True)
def open_round(call: ServiceCall) -> dict[str, Any]:
    """Open the stage: which municipalities take part, and until when by the programme's calendar."""
    year, month = inputs.number(call, "year"), inputs.number(call, "stage_month")
    number = rules.NUMBERS.get(rules.STAGE_OF_MONTH.get(month, 0))
    first, last = calendar.stage_days("municipal_monitoring", call.instance.organisation, year, number) or (None, None)
    of = operations.open_round(year, month, inputs.day(call, "held_on") or first, call.instance.key)
    units = [
        {"municipality_id": code, "name": people.organisation(code).short_name}
        for code in operations.municipalities(inputs.texts(call, "municipalities"))
    ]
    return {
        "units": units,
        "stage_name": f"{MONTH_NAMES[of.month]} {of.year}",
        "held_on": of.held_on.isoformat(),
        "stage_end": None if last is None else last.isoformat(),
    }


@service_type("municipal-monitoring.rows", inline=True)
def rows(call: ServiceCall) -> dict[str, Any]:
    """The active indicators of the month with the previous value and the platform's own proposal."""
    of = operations.round_of(call.instance.key)
    return {"rows_due": operations.rows_for(of, call.text("municipality_id"))}


@service_type("municipal-monitoring.save", inline=True)
def save(call: ServiceCall) -> dict[str, Any]:
    """Take the filled-in rows."""
    of, place = operations.round_of(call.instance.key), call.text("municipality_id")
    filled = inputs.rows(call, "rows")
    operations.save_rows(of, place, filled)
    return {"filled_names": [str(row.get("indicator")) for row in filled]}


@service_type("municipal-monitoring.check-links")
def check_links(call: ServiceCall) -> dict[str, Any]:
    """Look at the links (by a worker, after the action) and put the rows into the shape of the check."""
    of, place = operations.round_of(call.instance.key), call.text("municipality_id")
    operations.look_at_links(of, place, links.states)
    names = set(inputs.texts(call, "filled_names"))
    shown = [cell for cell in operations.cells_of(of, place) if rules.indicator(cell.code).name in names]
    return {"check_due": [_to_check(cell) for cell in shown]}


def _to_check(cell: MunicipalCell) -> dict[str, Any]:
    return {
        "indicator": rules.indicator(cell.code).name,
        "value": cell.value,
        "url": cell.url,
        "published_on": cell.published_on.isoformat() if cell.published_on else None,
        "count": cell.count,
        "note": cell.note,
        "link": _LINK_WORDS.get(cell.link_state or ""),
    }


@service_type("municipal-monitoring.record-check", inline=True)
def record_check(call: ServiceCall) -> dict[str, Any]:
    """Take the institute's check; what is to be clarified goes back, these rows only and once."""
    of, place = operations.round_of(call.instance.key), call.text("municipality_id")
    back = operations.record_check(of, place, inputs.rows(call, "checks"))
    cells = {cell.code: cell for cell in operations.cells_of(of, place)}
    before = operations.round_before(of)
    again = []
    for code in back:
        each = rules.indicator(code)
        again.append(
            {
                **_to_check(cells[code]),
                "previous": cells[code].check_comment,
                "update": each.update_of is not None,
                "later_than": before.held_on.isoformat() if before is not None and each.update_of else None,
            }
        )
    return {"rows_due": again, "clarify_count": len(again)}


@service_type("municipal-monitoring.not-submitted", inline=True)
def not_submitted(call: ServiceCall) -> None:
    """Nothing came: the empty rows say «нет» and «не представлено»."""
    operations.miss(operations.round_of(call.instance.key), call.text("municipality_id"))


@service_type("municipal-monitoring.score", inline=True)
def score(call: ServiceCall) -> dict[str, Any]:
    """Points of the municipality, whole and by direction, and what needs a decision."""
    of, place = operations.round_of(call.instance.key), call.text("municipality_id")
    found = operations.keep_score(of, place)
    negatives = [
        rules.indicator(cell.code).name
        for cell in operations.cells_of(of, place)
        if rules.is_negative(cell.value, cell.check_result)
    ]
    titles = rules.directory().directions
    lines = [
        f"{titles[code]} — {row['points']:g} из {row['most']}" for code, row in found.directions.items() if row["most"]
    ]
    text = f"Баллов {float(found.points):g} из {found.most}. " + "; ".join(lines) + "."
    return {
        "score": float(found.points),
        "most": found.most,
        "directions": found.directions,
        "score_text": text.replace(".5", ",5"),
        "negatives": negatives,
        "negative_count": len(negatives),
    }


@service_type("municipal-monitoring.close")
def close(call: ServiceCall) -> dict[str, Any]:
    """The table of all municipalities with their places; the stage is over (by a worker: indicators are frozen)."""
    of = operations.round_of(call.instance.key)
    operations.close_round(of)
    scores = inputs.rows(call, "scores")
    places = rules.ranking({str(row["municipality_id"]): row["score"] for row in scores})
    table = [
        {**row, "place": places[str(row["municipality_id"])], "score_text": f"{row['score']:g}".replace(".", ",")}
        for row in scores
    ]
    stage = f"Муниципальный мониторинг, {MONTH_NAMES[of.month]} {of.year}"
    closing.freeze_region(call.actor, stage, of.year, of.held_on)
    closing.freeze_municipalities(call.actor, list(places), stage, of.year, of.held_on)
    return {"table": sorted(table, key=lambda row: (row["place"], str(row["name"])))}
