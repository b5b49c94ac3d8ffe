"""Service types of `roadmap_measure`: what is to happen, requests, the total of a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.people import queries as people

from .. import operations, queries
from ..models import Measure
from ..models.measures import CANCELLED, DONE, PARTLY
from ..queries.parts import group, parts_of
from ..rules import executors, thresholds
from . import inputs


@service_type("measure.open", inline=True)
def open_measure(call: ServiceCall) -> dict[str, Any]:
    """Begin a measure: its facts, who does it and who accepts it, its occurrences as far as they are known."""
    found = operations.open_measure(call.text("row_key"), call.instance.key)
    return {**facts_of(found), "occurrences": refs_of(found)}


def facts_of(found: Measure) -> dict[str, Any]:
    """A measure as models know it, with the groups that its tasks go to."""
    programme = found.roadmap.programme
    level, place = programme.kind, programme.organisation
    lead = found.lead or executors.coordinator(level)
    measure = {
        **{"row_key": found.row_key, "number": found.number, "title": found.title, "section": found.section},
        **{"period": found.period_text, "executors": found.executors, "result": found.result},
        **{"fixing_document": found.fixing_document or found.control_form, "programme": programme.code},
        "thresholds": [{**each, "text": threshold_text(each)} for each in found.thresholds],
    }
    return {
        "measure": measure,
        "period_kind": found.period_kind,
        "process": found.process or None,
        "follows": found.follows,
        "organisation": place,
        "executor_group": group(lead, place, level),
        "co_parts": [{"group": each.group, "name": each.name, "school": each.school} for each in parts_of(found)],
        "owner_role": accepting(place, level),
        "signatory": group(executors.signatory(level), place, level),
        "programme_end": programme.period_to.isoformat(),
        "roadmap_version": found.roadmap.version,
    }


def accepting(place: str, level: str) -> str:
    """Who accepts reports, as candidate groups: the coordinator of the level, of a school that of its municipality."""
    municipality = people.municipality_of(place) if level == "school" else None
    if municipality is not None:
        return group(executors.coordinator("municipality"), municipality, "municipality")
    return group(executors.coordinator(level), place, level)


def threshold_text(each: Mapping[str, Any]) -> str:
    """`Проведено совещаний: не менее 2`."""
    with force_locale("ru"):
        at_least = thresholds.shown(float(each["at_least"]))
        unit = f" {each['unit']}" if each.get("unit") else ""
        return str(_("%(label)s: at least %(value)s", label=each["label"], value=f"{at_least}{unit}"))


def refs_of(found: Measure) -> list[str]:
    """References of the occurrences that are still to come."""
    rows = queries.measures.occurrences_of([found.key]).get(found.key, [])
    return [each.ref for each in rows if each.closed_at is None]


@service_type("measure.plan-schedule", inline=True)
def plan_schedule(call: ServiceCall) -> dict[str, Any]:
    """Take the executor's own schedule: `dates[]` `{day, title}`."""
    found = operations.plan_schedule(call.text("row_key"), inputs.rows(call, "dates"))
    return {"occurrences": [each.ref for each in found]}


@service_type("measure.add-request", inline=True)
def add_request(call: ServiceCall) -> dict[str, Any]:
    """Make an occurrence of a request."""
    request = inputs.context(call, "request")
    wanted = request.get("wanted")
    title = str(request.get("title") or request.get("theme") or "")
    day = date.fromisoformat(str(wanted)[:10]) if wanted else None
    found = operations.add_request(call.text("row_key"), title, str(request.get("by") or ""), day)
    return {"ref": found.ref}


@service_type("measure.total", inline=True)
def total(call: ServiceCall) -> dict[str, Any]:
    """What the occurrences make together: their states, thresholds, reasons."""
    found = operations.locked_measure(call.text("row_key"))
    occurrences = queries.measures.occurrences_of([found.key]).get(found.key, [])
    judged = queries.judged(PLATFORM, found)
    done = sum(each.status == DONE for each in occurrences)
    some = sum(each.status in (DONE, PARTLY) for each in occurrences)
    reasons = [each.reason for each in occurrences if each.reason]
    return {
        "occurrences_all": len(occurrences),
        "occurrences_done": done,
        "occurrences_some": some,
        "occurrences_cancelled": sum(each.status == CANCELLED for each in occurrences),
        "thresholds_met": thresholds.all_met(judged),
        "threshold_rows": [threshold_row(each) for each in judged],
        "reasons": "; ".join(dict.fromkeys(reasons)),
    }


def threshold_row(each: thresholds.Judged) -> dict[str, Any]:
    """Plan and fact as tables of forms show them."""
    fact = thresholds.shown(each.value)
    if each.counted is not None and each.of is not None:
        fact = f"{fact} ({each.counted} / {each.of})"
    return {
        "label": each.label,
        "plan": f"≥ {thresholds.shown(each.at_least)} {each.unit}".strip(),
        "fact": f"{fact} {each.unit}".strip() if each.of is None else f"{fact.replace(' (', f' {each.unit} (')}",
        "met": "да" if each.met else "нет",
    }


@service_type("measure.close", inline=True)
def close(call: ServiceCall) -> None:
    """Keep how the measure ended."""
    operations.close_measure(call.text("row_key"), call.text("state"), inputs.optional(call, "reason") or "")
