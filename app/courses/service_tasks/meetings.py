"""Service types of `working_group_meeting`: composition, agenda, votes, and the decisions that are carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.documents.models import Document
from app.engine.services import ServiceCall, service_type
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from ..queries import persons
from ..rules import bodies
from . import decisions, inputs


@service_type("meeting.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """What the secretary finds in the agenda: the body, its members and chair, the question, overdue decisions."""
    place = inputs.optional(call, "organisation") or call.instance.organisation
    municipal = place is not None and persons.municipality_of(place) is not None
    body = inputs.optional(call, "body") or (bodies.MUNICIPAL_GROUP if municipal else bodies.REGIONAL_GROUP)
    before = _last_protocol(body, place)
    logins = [str(row["user"]) for row in before.get("attendance") or ()] or _holders(body, place)
    signature = before.get("chair_signature")
    chair = signature.get("login") if isinstance(signature, dict) else None
    question = inputs.optional(call, "question")
    return {
        "body": body,
        "organisation": place,
        "members": _members(body, logins),
        "chair": chair,
        "agenda": [{"item": 1, "question": question}] if question else [],
        "overdue_decisions": decisions.overdue_of(body, place),
        "secretary": inputs.optional(call, "secretary"),
    }


def _last_protocol(body: str, place: str | None) -> dict[str, Any]:
    """Content of the body's last protocol; nothing when it has not met yet."""
    query = select(Document.data).where(
        Document.kind == "meeting_protocol", Document.organisation == place, Document.data["body"].as_string() == body
    )
    return db.session.scalars(query.order_by(Document.created_at.desc()).limit(1)).first() or {}


def _holders(body: str, place: str | None) -> list[str]:
    role = bodies.MEMBERS.get(body)
    if role is None:
        return []
    return people.holders(role, place if people.role_level(role) != "region" else None)


def _members(body: str, logins: Sequence[str]) -> list[dict[str, Any]]:
    """Members as the process knows them; the role is the body's, else the first that the person holds."""
    names = people.person_names(logins)
    found = []
    for login in dict.fromkeys(logins):
        try:
            actor = people.actor_for(login)
        except NotFound:
            continue
        wanted = bodies.MEMBERS.get(body)
        held = next((each for each in actor.assignments if each.role == wanted), None) or next(
            iter(actor.assignments), None
        )
        if held is not None:
            found.append({"login": login, "name": names[login], "role": held.role, "organisation": held.organisation})
    return found


@service_type("meeting.open", inline=True)
def open_meeting(call: ServiceCall) -> dict[str, Any]:
    """Check who meets, and put the overdue decisions of the body on the agenda.

    Raises:
        Invalid: the chair is not there any more, or is the secretary; nobody of the members is there.
    """
    body, place = call.text("body"), inputs.optional(call, "organisation")
    members = _members(body, [str(row.get("login") or "") for row in inputs.rows(call, "members")])
    chair, secretary = call.text("chair"), inputs.optional(call, "secretary")
    if not members:
        raise Invalid(_l("Name the members of the body."), {"members": [_l("Name the members of the body.")]})
    if chair == secretary:
        message = _l("The secretary cannot be the chair.")
        raise Invalid(message, {"chair": [message]})
    overdue = decisions.overdue_of(body, place)
    return {
        "members": members,
        "members_count": len(members),
        "chair_role": _role(chair, bodies.CHAIRS, "chair"),
        "secretary_role": _role(secretary or "", bodies.SECRETARIES, "secretary"),
        "agenda": bodies.with_overdue(inputs.rows(call, "agenda"), overdue),
        "overdue_decisions": overdue,
    }


def _role(login: str, wanted: tuple[str, ...], field: str) -> str | None:
    """The role in which a person holds the position: one of the usual ones, else the first.

    Raises:
        Invalid: the person is not there any more.
    """
    if not login:
        return None
    try:
        held = [each.role for each in people.actor_for(login).assignments]
    except NotFound:
        message = _l("This person does not work in the system any more.")
        raise Invalid(message, {field: [message]}) from None
    return next((role for role in held if role in wanted), held[0] if held else None)


@service_type("meeting.count-votes", inline=True)
def count_votes(call: ServiceCall) -> dict[str, Any]:
    """What the written vote says; who voted counts as present."""
    ballots = [ballot for ballot in call.variables.get("votes") or () if isinstance(ballot, dict)]
    voted = {str(ballot["login"]) for ballot in ballots}
    attendance = [
        {"user": row["login"], "org": row.get("organisation"), "present": "да" if row["login"] in voted else "нет"}
        for row in inputs.rows(call, "members")
    ]
    rows = bodies.counted(inputs.rows(call, "agenda"), ballots)
    return {"vote_rows": rows, "present_count": len(voted), "attendance": attendance}


@service_type("meeting.plan-decisions", inline=True)
def plan_decisions(call: ServiceCall) -> dict[str, Any]:
    """Variables of `management_decision` for every decision of the protocol that somebody is responsible for."""
    place, body, number = inputs.optional(call, "organisation"), call.text("body"), call.text("number")
    municipality = persons.municipality_of(place) if place else None
    paper = f"meeting_protocol:{call.text('document_id')}"
    protocol = inputs.context(call, "protocol")
    planned = []
    for index, row in enumerate(protocol.get("decisions") or (), 1):
        if not row.get("responsible"):
            continue
        due = row.get("due") or clock.today().isoformat()
        source = f"{body}, протокол № {number}"
        level = "муниципалитет" if municipality else "регион"
        decided = {"level": level, "source": [source], "problem": row["decision"], "decision": row["decision"]}
        variables = {
            **{"source_kind": "протокол", "level": level, "municipality_id": municipality, "organisation": place},
            **{"source": [source], "problem": row["decision"], "body": body, "protocol_number": number},
            **{"responsible": row["responsible"], "due": due, "decision_types": [], "object_id": municipality or place},
            "decided_by": _signer(protocol),
            "decision": {
                **decided,
                **{"responsible": row["responsible"], "due": due, "order": paper},
                **{"decision_type": [], "publish": False},
            },
        }
        planned.append({"key": f"protocol:{call.instance.key}:{index}", "variables": variables})
    return {"planned": planned}


def _signer(protocol: dict[str, Any]) -> str | None:
    signature = protocol.get("chair_signature")
    return signature.get("login") if isinstance(signature, dict) else None
