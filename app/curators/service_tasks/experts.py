"""Service types of `expert_pool` (LIP 3.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.engine import service_inputs as inputs
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people
from app.people.catalogue import head_roles

from .. import operations
from ..operations.experts import Profile
from ..queries import candidates
from ..queries.appointments import must_have

Row = dict[str, Any]
DEFAULT_LOAD = 3
"""Schools per expert where the profile says nothing (forms.md, `expert_profile`)."""


@service_type("experts.begin", inline=True)
def begin(call: ServiceCall) -> Row:
    """Whether an expert puts herself forward (then she is the only candidate), or the coordinator names candidates."""
    login = inputs.optional(call, "initiator")
    alone = bool(login) and not people.actor_for(str(login)).has_role("iro_coordinator")
    institute = db.session.scalars(people.organisations(kind="iro").limit(1)).first()
    if institute is None:
        raise ModelFault("there is no institute (organisation of the kind iro)")
    candidates_now = [{"person": login, "category": None}] if alone else []
    return {"self_nominated": alone, "candidates": candidates_now, "institute": institute.code}


@service_type("experts.invite", inline=True)
def invite(call: ServiceCall) -> Row:
    """Who may put themselves forward: consultants, curators and methodists who are not in the pool."""
    inside = {each.login for each in candidates()}
    roles = ("expert_consultant", "curator", "iro_methodist", "mms_methodist")
    found = sorted({login for role in roles for login in people.holders(role)} - inside)
    return {"invited": [{"person": login, "person_name": name} for login, name in _named(found)]}


@service_type("experts.candidates", inline=True)
def named(call: ServiceCall) -> Row:
    """The candidates with the head who agrees to their work; who is named twice stands once."""
    found, seen = [], set[str]()
    for row in inputs.rows(call, "candidates"):
        login = str(row.get("person"))
        if login in seen:
            continue
        seen.add(login)
        found.append({**row, **_facts(login), "max_load": row.get("max_load") or DEFAULT_LOAD})
    return {"candidates": found}


@service_type("experts.count", inline=True)
def count(call: ServiceCall) -> Row:
    """Need and strength: participant schools and municipalities against the places of all experts."""
    agreed = [row for row in inputs.rows(call, "answers") if row.get("agreed")]
    known = {row["person"]: row for row in inputs.rows(call, "agreed")} | {row["person"]: row for row in agreed}
    need = len(must_have())
    places = sum(int(row["profile"].get("max_load") or DEFAULT_LOAD) for row in known.values())
    places += sum(each.max_load for each in candidates() if each.login not in known)
    lines = [f"{row['person_name']} — {row['profile'].get('category')}" for row in known.values()]
    refused = [row for row in inputs.rows(call, "answers") if not row.get("agreed")]
    return {
        "agreed": list(known.values()),
        "refused": refused,
        "need": need,
        "places": places,
        "enough": places >= need and bool(known),
        "order_lines": lines,
    }


@service_type("experts.activate", inline=True)
def activate(call: ServiceCall) -> Row:
    """Put the agreed into the pool to the end of the year."""
    profiles = [
        Profile(
            str(row["person"]),
            str(row["profile"].get("category") or ""),
            [str(area) for area in row["profile"].get("competence_areas") or ()],
            int(row["profile"].get("max_load") or DEFAULT_LOAD),
        )
        for row in inputs.rows(call, "agreed")
    ]
    today = clock.today()
    until = date(today.year + (today.month == 12), 12, 31)
    order = inputs.context(call, "order")
    made = operations.activate(inputs.by(call), profiles, order, until=until, instance_key=call.instance.key)
    return {"expert_keys": [str(row.key) for row in made]}


def _facts(login: str) -> Row:
    person = people.person_by_login(login)
    held = people.actor_for(login).assignments
    code = person.organisation or (held[0].organisation if held else None)
    head = people.head_of(code) if code else None
    role = "iro_head"
    if head and code:
        mine = people.actor_for(head).assignments
        role = next((each.role for each in mine if each.role in head_roles()), role)
        code = next((each.organisation for each in mine if each.role in head_roles()), code)
    return {"person": login, "person_name": person.name, "head_group": f"{role}@{code}" if code else role}


def _named(logins: list[str]) -> list[tuple[str, str]]:
    names = people.person_names(logins)
    return [(login, names[login]) for login in logins]
