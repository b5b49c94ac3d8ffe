"""Service types of `municipal_programme` (LIP task 1; LEB; SOS passport)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.curators import queries as curators
from app.curators.rules.kinds import MUNICIPAL
from app.engine.service_inputs import organisation_name
from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM

from .. import operations, queries
from ..models.programmes import MUNICIPALITY
from ..queries import municipal
from ..queries.parts import group
from ..rules import passports as rules
from . import inputs


@service_type("municipal-programme.due", inline=True)
def due(call: ServiceCall) -> dict[str, Any]:
    """Municipalities with participant schools and without a programme of the year: `municipalities[]` codes."""
    return {"municipalities": municipal.municipalities_due(int(call.variables["year"]))}


@service_type("municipal-programme.open", inline=True)
def open_programme(call: ServiceCall) -> dict[str, Any]:
    """Begin the programme of a municipality: the draft with what is proposed, and who works on it.

    Raises:
        Invalid: a programme of this year is worked out or in force already (it is `joined` by a list of schools and by
            the region's `meeting`).
    """
    place, year = call.text("municipality_id"), int(call.variables["year"])
    passed_on = any(call.variables.get(name) for name in ("schools", "meeting"))
    opened = operations.open_municipal(PLATFORM, place, year, call.instance.key, passed_on=passed_on)
    found = opened.programme
    return {
        "programme": found.code,
        "programme_title": found.title,
        "joined": opened.joined,
        "place_name": organisation_name(place),
        "draft": {} if opened.joined else municipal.draft_of(found),
        "author_groups": ",".join((f"municipal_coordinator@{place}", group("mms_methodist", place, MUNICIPALITY))),
    }


@service_type("municipal-programme.write", inline=True)
def write(call: ServiceCall) -> dict[str, Any]:
    """Take the passport into the draft; what expertise is to be told of it.

    Raises:
        Invalid: a row without its task, a measure outside the programme, a period that cannot be.
        Conflict: approved already.
    """
    content = inputs.context(call, "content")
    found = operations.write_passport(inputs.person(call), call.text("programme"), content)
    consultant = curators.active_for(found.organisation, MUNICIPAL)
    return {
        "programme_title": found.title,
        "schools": [{"school_id": code, "name": organisation_name(code)} for code in found.participants],
        "findings": rules.findings(content),
        "consultant": None if consultant is None else consultant.person,
    }


@service_type("municipal-programme.approve", inline=True)
def approve(call: ServiceCall) -> dict[str, Any]:
    """Put the programme in force by its order: `approved[]` keys of the measures that begin now."""
    order: Mapping[str, Any] = inputs.context(call, "order")
    code, paper = call.text("programme"), call.text("paper")
    begun = operations.approve_municipal(inputs.person(call), code, order, paper)
    found = queries.programme(PLATFORM, code)
    return {
        "approved": [each.row_key for each in begun],
        "link": f"/programmes/{code}",
        "notified": ["region_coordinator", *(f"school_head@{school}" for school in found.participants)],
    }
