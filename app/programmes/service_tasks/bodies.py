"""Service types of `infrastructure_formation`: a body or site of support, its members, its meetings."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid
from app.people import queries as people

from .. import operations, queries
from ..operations.bodies import check_members, current_members, members_of
from ..queries.parts import group
from ..rules import bodies as rules
from ..rules import executors
from . import inputs


@service_type("body.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """Who coordinates and signs at this place; the card of a body whose members change."""
    place = inputs.optional(call, "organisation") or call.instance.organisation or ""
    level = people.organisation(place).level
    code = inputs.optional(call, "body_code")
    return {
        "organisation": place,
        "owner_role": group(executors.coordinator(level), place, level),
        "preparer_role": executors.coordinator(level),
        "signatory": executors.signatory(level),
        "card": None if code is None else _card(code),
        "agreed": [],
    }


def _card(code: str) -> dict[str, Any]:
    found = queries.body(PLATFORM, code)
    return {
        "kind": found.kind,
        "title": found.title,
        "host": found.host,
        "functions": found.functions,
        "term_to": None if found.valid_to is None else found.valid_to.isoformat(),
        "members": [{"user": seat.login, "duty": seat.duty} for seat in current_members(found)],
    }


@service_type("body.propose", inline=True)
def propose(call: ServiceCall) -> dict[str, Any]:
    """Check a proposal; whose consent is still to be asked.

    Raises:
        Invalid: composition that cannot work here, a site without its organisation.
    """
    card, code = inputs.context(call, "card"), inputs.optional(call, "body_code")
    before = None if code is None else queries.body(PLATFORM, code)
    place = inputs.optional(call, "organisation") or call.instance.organisation or ""
    kind = str(card.get("kind") or "") if before is None else before.kind
    rows = members_of(card)
    check_members(kind, rows, place if before is None else before.organisation)
    if kind in rules.HOSTED and not card.get("host"):
        message = _l("Name the organisation where it works.")
        raise Invalid(message, {"host": [message]})
    agreed = {str(login) for login in call.variables.get("agreed") or ()}
    if before is not None:
        agreed |= {seat.login for seat in current_members(before)}
    names = people.person_names([str(row["user"]) for row in rows])
    candidates = [
        {"login": str(row["user"]), "name": names.get(str(row["user"]), ""), "duty": row["duty"]}
        for row in rows
        if str(row["user"]) not in agreed
    ]
    seats = [{"name": names.get(str(row["user"]), str(row["user"])), "duty": row["duty"]} for row in rows]
    return {"candidates": candidates, "seats": seats, "agreed": sorted(agreed)}


@service_type("body.create", inline=True)
def create(call: ServiceCall) -> dict[str, Any]:
    """Create the body by its order, or change its members: `body_code`, and the meetings that are to be held."""
    card, order, actor = inputs.context(call, "card"), inputs.context(call, "order"), inputs.person(call)
    code = inputs.optional(call, "body_code")
    if code is not None:
        found = operations.change_members(actor, code, card, order)
    else:
        found = operations.create_body(
            actor,
            card,
            order,
            organisation=call.text("organisation"),
            instance_key=call.instance.key,
            roadmap_row=inputs.optional(call, "roadmap_row"),
        )
    seats = {seat.duty: seat.login for seat in current_members(found)}
    meetings = [
        {
            "key": f"{found.code}:{row['day']}",
            "variables": {
                "body": found.meeting_body or found.title,
                "organisation": found.organisation,
                "held_on": f"{str(row['day'])[:10]}T10:00:00+03:00",
                "question": row.get("question"),
                "secretary": seats.get(rules.SECRETARY),
                "chair": seats.get(rules.CHAIR),
            },
        }
        for row in card.get("meetings") or ()
        if row.get("day")
    ]
    return {
        "body_code": found.code,
        "meetings": meetings,
        "members": sorted(seat.login for seat in current_members(found)),
    }
