"""Service types about context data: prefill, record, collect by municipality, confirm."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM

from ..models import SchoolContext
from ..operations import contexts as operations
from ..queries import contexts, registry
from ..rules import shares
from . import inputs

_LASTING = ("territorial_status", "distance_km", "small_school")


@service_type("schools.prepare-context", inline=True)
def prepare_context(call: ServiceCall) -> dict[str, Any]:
    """What the form begins with: this year's data, else what does not change of the year before."""
    school, year = call.text("school_id"), call.text("school_year")
    now = contexts.current([school], year).get(school)
    names = (*operations.REQUIRED, *operations.OPTIONAL, *_LASTING, "specialists")
    source, wanted = (now, names) if now else (contexts.latest(school, year), _LASTING)
    found = {name: getattr(source, name) for name in wanted} if source else {}
    return {"context": {"school": school, "year": year, **found}}


@service_type("schools.record-context", inline=True)
def record_context(call: ServiceCall) -> dict[str, Any]:
    """Keep what the head, or the municipal coordinator for the school, entered."""
    row = operations.record_context(
        PLATFORM,
        call.text("school_id"),
        call.text("school_year"),
        inputs.context(call, "context"),
        filled_by=inputs.optional(call, "actor") or call.actor.login,
        on_behalf=call.variables.get("on_behalf") is True,
        instance_key=call.instance.key,
    )
    found = {name: float(value) for name, value in contexts.shares_of(row).items()}
    return {"context_id": str(row.key), "version": row.version, "shares": found}


@service_type("schools.collect-contexts", inline=True)
def collect_contexts(call: ServiceCall) -> dict[str, Any]:
    """The schools by municipality with their shares, and how many of all have entered their data (LEB-04)."""
    schools = inputs.rows(call, "schools")
    found = contexts.current([str(each["school_id"]) for each in schools], call.text("school_year"))
    by_place: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in schools:
        by_place[str(each["municipality_id"])].append(_row(each, found.get(str(each["school_id"]))))
    missing = [str(each["name"]) for each in schools if each["school_id"] not in found]
    units = [
        {"municipality_id": place, "name": registry.name_of(place), "rows": rows}
        for place, rows in sorted(by_place.items())
    ]
    return {"units": units, "coverage": _coverage(len(schools), missing)}


def _coverage(count: int, missing: list[str]) -> dict[str, Any]:
    entered = count - len(missing)
    pct = Decimal(100 * entered) / Decimal(count) if count else None
    return {"entered": entered, "all": count, "pct_text": f"{shares.shown(pct)} %", "missing": missing}


def _row(school: dict[str, Any], context: SchoolContext | None) -> dict[str, Any]:
    row = {"school_id": school["school_id"], "name": school["name"], "entered": context is not None}
    found = contexts.shares_of(context) if context else {}
    texts = {name: f"{shares.shown(found[name])} %" if found else "нет данных" for name in shares.PARTS}
    pupils = context.students_total if context else None
    return {**row, "on_behalf": bool(context and context.on_behalf), "students": pupils, **texts}


@service_type("schools.confirm-contexts", inline=True)
def confirm_contexts(call: ServiceCall) -> None:
    """The municipal coordinator confirms the data of the municipality's schools."""
    operations.confirm_contexts(
        PLATFORM,
        call.text("municipality_id"),
        call.text("school_year"),
        by=inputs.optional(call, "actor"),
        signature=inputs.context(call, "signature"),
    )
