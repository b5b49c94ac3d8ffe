"""Service types of `targeted_support_programme` (YAR track 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.agreements import queries as agreements
from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.people import queries as people

from ..models import TargetedSupport
from ..operations import supporting

Row = dict[str, Any]
_PROCESSES: Mapping[str, tuple[str, str]] = {
    "консультация": ("consultation", "iro_coordinator"),
    "курс": ("course_run", "course_leader"),
    "семинар": ("seminar_series", "iro_coordinator"),
    "стажировка «Рядом с директором»": ("internship", "iro_coordinator"),
}
"""What begins a process of its own, and who sees to it while the process is not there."""


@service_type("targeted.open", inline=True)
def open_support(call: ServiceCall) -> Row:
    """Begin the programme; the municipalities whose coordinators agree to it."""
    schools = inputs.texts(call, "schools")
    row = supporting.open_support(PLATFORM, call.text("title"), schools, instance_key=call.instance.key)
    places = {people.municipality_of(code) for code in row.schools}
    return {"support_key": str(row.key), "municipalities": sorted(place for place in places if place)}


@service_type("targeted.check", inline=True)
def check(call: ServiceCall) -> Row:
    """Which schools have no agreement in force, and whose is waited for."""
    schools = inputs.texts(call, "schools")
    signed = agreements.signed_schools(schools)
    missing = [code for code in schools if code not in signed]
    return {"missing": missing, "waiting_for": missing[0] if missing else None}


@service_type("targeted.save", inline=True)
def save(call: ServiceCall) -> Row:
    """Keep the plan, or a new end of the term."""
    content = inputs.context(call, "content")
    until = inputs.optional(call, "until") or content.get("period_to")
    row = supporting.plan_support(PLATFORM, _key(call), content or None, inputs.as_day(until))
    return {"period_to": row.period_to.isoformat() if row.period_to else None}


@service_type("targeted.approve", inline=True)
def approve(call: ServiceCall) -> Row:
    """Put it into force; the activities that begin processes."""
    row = supporting.approve_support(PLATFORM, _key(call), inputs.context(call, "order"))
    found = [_started(row, number, each) for number, each in enumerate(row.content.get("activities") or (), 1)]
    return {"started": [each for each in found if each is not None]}


@service_type("targeted.close", inline=True)
def close(call: ServiceCall) -> None:
    """End it in one of its end states."""
    result = inputs.context(call, "outcome_data") or None
    supporting.close_support(
        PLATFORM, _key(call), call.text("state"), result=result, reason=inputs.optional(call, "reason")
    )


def _started(row: TargetedSupport, number: int, each: Mapping[str, Any]) -> Row | None:
    known = _PROCESSES.get(str(each.get("kind")))
    if known is None:
        return None
    process, owner = known
    school = row.schools[0] if len(row.schools) == 1 else None
    names = ", ".join(inputs.organisation_name(code) for code in row.schools)
    topic = str(each.get("activity") or "")
    return {
        "process": process,
        "owner": owner,
        "key": f"support:{row.key}:{number}",
        "title": topic,
        "about": f"{row.title}. Школы: {names}. Срок: {each.get('due')}. Ответственный: {each.get('responsible')}.",
        "variables": {"theme": topic, "topic": topic, "school_id": school, "support_key": str(row.key)},
    }


def _key(call: ServiceCall) -> int:
    return inputs.key(call.variables.get("support_key"))
