"""Service types of `network_support`: tutor schools, base sites, inter-school groups (LIP, infrastructure; LEB 1.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.kernel import clock
from app.people import queries as people
from app.schools import queries as schools

from .. import operations
from ..operations.network import Site
from ..queries.network import candidates
from ..queries.partners import partners_for

Row = dict[str, Any]


@service_type("network.candidates", inline=True)
def find(call: ServiceCall) -> Row:
    """Schools that improved or have stable results, with the figures that say so; nobody's invention."""
    found = candidates()
    lines = "; ".join(f"{each.name}: {each.grounds}" for each in found)
    rows = [{"school_id": each.code, "name": each.name, "grounds": each.grounds} for each in found]
    return {"found": rows, "found_text": lines}


@service_type("network.ask", inline=True)
def ask(call: ServiceCall) -> Row:
    """The schools that the coordinator chose, with their grounds and head; each stands once."""
    grounds = {row["school_id"]: row["grounds"] for row in inputs.rows(call, "found")}
    chosen: dict[str, Row] = {}
    for row in inputs.rows(call, "chosen"):
        code = str(row["school"])
        facts = {"school_id": code, "name": inputs.organisation_name(code), "kind": row["kind"]}
        chosen.setdefault(code, {**facts, "grounds": grounds.get(code) or str(row.get("reason") or "")})
    return {"asked": list(chosen.values())}


@service_type("network.activate", inline=True)
def activate(call: ServiceCall) -> Row:
    """Give the status for the year by the order, and match the schools with those that need help."""
    until = _year_end()
    order, by = inputs.context(call, "order"), inputs.by(call)
    sites = []
    for row in inputs.rows(call, "agreed"):
        card = row["card"]
        site = Site(row["school_id"], row["kind"], str(card.get("theme")), card.get("offers") or (), row["grounds"])
        made = operations.activate_site(by, site, order, until=until, instance_key=call.instance.key)
        sites.append({"school_id": made.school, "name": row["name"], "kind": made.kind, "theme": made.theme})
    return {"sites": sites, "year_end": until.isoformat(), "matches": _matches({site["school_id"] for site in sites})}


@service_type("network.create-group", inline=True)
def group(call: ServiceCall) -> Row:
    """Make the inter-school group."""
    made = operations.create_group(inputs.by(call), inputs.context(call, "card"), instance_key=call.instance.key)
    return {"group_id": str(made.key)}


@service_type("network.close-year", inline=True)
def close_year(call: ServiceCall) -> Row:
    """The year is over: whoever did nothing loses the status."""
    reports = {
        str(row["school_id"]): (bool(row.get("active")), str(row.get("report") or ""))
        for row in inputs.rows(call, "reports")
    }
    removed = operations.end_sites(inputs.by(call), call.instance.key, reports)
    return {"removed": [row.school for row in removed], "kept_count": len(reports) - len(removed)}


def _matches(sites: set[str]) -> list[Row]:
    """For every participant school the best of the new sites of its own municipality or strong subjects."""
    found = []
    for school in schools.participants():
        best = next((each for each in partners_for(school) if each.code in sites), None)
        if best is not None:
            place = people.municipality_of(school)
            facts = {"school_id": school, "municipality_id": place, "tutor_school": best.code}
            names = {"name": inputs.organisation_name(school), "tutor_name": best.name, "why": best.why}
            found.append({**facts, **names})
    return found


def _year_end() -> date:
    today = clock.today()
    return date(today.year + (today.month == 12), 12, 31)
