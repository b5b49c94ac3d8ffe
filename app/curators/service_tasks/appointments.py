"""Service types of `curator_appointment` (LIP 2.1, 3.2; LEB 1.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.engine import service_inputs as inputs
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people
from app.schools import queries as schools

from .. import operations
from ..models import AGREED, OFFERED, OPEN, CuratorAppointment
from ..operations.asking import Wish, asked
from ..operations.places import of_instance
from ..queries import candidates
from ..queries.appointments import must_have
from ..rules import fitting
from ..rules.kinds import KINDS, MUNICIPALITY, NEEDED, SCHOOL

Row = dict[str, Any]


@service_type("curators.collect", inline=True)
def collect(call: ServiceCall) -> Row:
    """Take up the schools and municipalities without the curator they must have; one target when it is replaced."""
    operations.end_expired(PLATFORM)
    replaces = inputs.optional(call, "replaces")
    target = inputs.optional(call, "school_id") or inputs.optional(call, "municipality_id")
    kinds = [kind for kind in inputs.texts(call, "kinds") if kind in KINDS] or list(NEEDED.values())
    pairs: list[tuple[str, str]] = []
    if replaces and target:
        code = _replaced(kinds[0], call)
        pairs = [(kinds[0], code)]
    else:
        place = inputs.optional(call, "municipality_id") or ""
        pairs = [pair for pair in must_have(place) if pair[0] in kinds]
    operations.open_places(
        PLATFORM,
        pairs,
        instance_key=call.instance.key,
        replaces=inputs.key(replaces) if replaces else None,
        reason=inputs.optional(call, "replace_reason"),
    )
    return {**_open_rows(call), **_issuer(call)}


@service_type("curators.situations", inline=True)
def situations(call: ServiceCall) -> Row:
    """The different situations between the open targets and the experts: what the decision `curator_fit` judges."""
    pool = candidates()
    found: dict[tuple[bool, bool, bool, bool], Row] = {}
    for row in of_instance(call.instance.key, OPEN):
        target = _target(row)
        for candidate in pool:
            for taken in (0, candidate.max_load):
                facts = fitting.situation(candidate, target, taken)
                found.setdefault(fitting.key_of(facts), facts)
    return {"situations": [found[key] for key in sorted(found)]}


@service_type("curators.propose", inline=True)
def propose(call: ServiceCall) -> Row:
    """Propose somebody for every open target, with the reason; the decision's verdicts come in `verdicts[]`."""
    verdicts = {fitting.key_of(row): row for row in inputs.rows(call, "verdicts")}
    pool, taken = candidates(), dict[str, int]()
    found = []
    for row in of_instance(call.instance.key, OPEN):
        proposal = fitting.propose(_target(row), pool, verdicts, taken, asked(row))
        best = proposal.candidate
        if best is not None:
            taken[best.login] = taken.get(best.login, 0) + 1
        why = proposal.why or str(_("Nobody of the pool fits: choose yourself, or leave it open."))
        found.append({**_row(row), "person": best.login if best else None, "why": why})
    return {"rows": found}


@service_type("curators.offer", inline=True)
def offer(call: ServiceCall) -> Row:
    """Ask the people whom the coordinator chose. Rows without a person stay open."""
    card = inputs.context(call, "card")
    places = {_place(row): row.key for row in of_instance(call.instance.key, OPEN)}
    wishes = [
        Wish(places[str(row.get("place"))], str(row["person"]), f"rows.{index}.person")
        for index, row in enumerate(card.get("rows") or ())
        if row.get("person") and row.get("place") in places
    ]
    wishes += _further(call, card.get("further") or ())
    since, until = inputs.as_day(card.get("from")), inputs.as_day(card.get("to"))
    offered = operations.offer(inputs.by(call), call.instance.key, wishes, since=since, until=until)
    return {"offers": [_offer(row) for row in offered]}


@service_type("curators.settle", inline=True)
def settle(call: ServiceCall) -> Row:
    """Write what people answered: `consented`, `refused`, `silent`; of heads `acknowledged` or `objected`."""
    accepted = set()
    for answer in inputs.rows(call, "answers"):
        key, said = inputs.key(answer["key"]), str(answer["answer"])
        if said == "consented":
            accepted.add(key)
        elif said == "acknowledged":
            operations.agree(PLATFORM, call.instance.key, key)
        else:
            reason = str(answer.get("reason") or "") if said != "silent" else "нет ответа"
            operations.refuse(PLATFORM, call.instance.key, key, reason, objected=said == "objected")
    agreed = of_instance(call.instance.key, AGREED)
    lines = [f"{inputs.organisation_name(row.target)} — {row.person_name} ({row.kind})" for row in agreed]
    return {
        **_open_rows(call),
        "accepted": [_offer(row) for row in of_instance(call.instance.key, OFFERED) if row.key in accepted],
        "agreed": [_offer(row) for row in agreed],
        "order_lines": lines,
    }


@service_type("curators.appoint", inline=True)
def appoint(call: ServiceCall) -> Row:
    """Put the agreed in force by the order and give them access; what is still open goes to the red list."""
    outcome = operations.appoint(inputs.by(call), call.instance.key, inputs.context(call, "order"))
    left = outcome.left + operations.drop_open(PLATFORM, call.instance.key)
    return {"appointed": [_appointed(row) for row in outcome.appointed], "left": [_row(row) for row in left]}


@service_type("curators.release", inline=True)
def release(call: ServiceCall) -> Row:
    """Give up what this process works on: nobody agreed, or the order was refused."""
    left = [_row(row) for row in of_instance(call.instance.key)]
    operations.release(PLATFORM, call.instance.key, inputs.optional(call, "reason") or "")
    return {"left": left}


def _issuer(call: ServiceCall) -> Row:
    """Who distributes and who signs: the institute, or the municipality where its methodical service has begun."""
    place, login = inputs.optional(call, "municipality_id"), inputs.optional(call, "initiator")
    begun = people.actor_for(login) if login else None
    if place and begun is not None and begun.has_role("mms_methodist"):
        return {"issuer": place, "signatory": "mouo_head", "distributor": "mms_methodist"}
    institute = db.session.scalars(people.organisations(kind="iro").limit(1)).first()
    if institute is None:
        raise ModelFault("there is no institute (organisation of the kind iro)")
    return {"issuer": institute.code, "signatory": "iro_head", "distributor": "iro_coordinator"}


def _replaced(kind: str, call: ServiceCall) -> str:
    wanted = "school_id" if KINDS[kind].level == SCHOOL else "municipality_id"
    return call.text(wanted)


def _further(call: ServiceCall, rows: Any) -> list[Wish]:
    """Appointments beyond those that must be: tutors, consultants of schools, curators of the project 500+."""
    found, errors = [], dict[str, list[object]]()
    for index, row in enumerate(rows):
        kind, target = str(row.get("kind")), str(row.get("target"))
        message = _misplaced(kind, target)
        if message is None:
            opened = operations.open_places(PLATFORM, [(kind, target)], instance_key=call.instance.key)
            message = None if opened else _l("Somebody looks after it already, or is being asked.")
            found += [Wish(each.key, str(row.get("person")), f"further.{index}.person") for each in opened]
        if message is not None:
            errors[f"further.{index}.target"] = [message]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], errors)
    return found


def _misplaced(kind: str, target: str) -> object | None:
    """Why a kind of appointment is not made for such a target."""
    problem: object | None = None
    try:
        level = people.organisation(target).level
    except NotFound:
        level = ""
    if kind not in KINDS or level not in (SCHOOL, MUNICIPALITY):
        problem = _l("Choose one of the list.")
    elif KINDS[kind].level != level:
        problem = _l("This role is for schools.") if level == MUNICIPALITY else _l("This role is for municipalities.")
    return problem


def _target(row: CuratorAppointment) -> fitting.Target:
    groups = [each.code for each in schools.groups_of([row.target]).get(row.target, ())]
    needs = fitting.needs(groups, municipality=KINDS[row.kind].level == MUNICIPALITY)
    return fitting.Target(row.target, row.municipality, needs)


def _open_rows(call: ServiceCall) -> Row:
    found = [_row(row) for row in of_instance(call.instance.key, OPEN)]
    return {"open_rows": found, "open_count": len(found)}


def _place(row: CuratorAppointment) -> str:
    """What a place is, in words that tell it from every other."""
    return f"{inputs.organisation_name(row.target)}: {row.kind}"


def _row(row: CuratorAppointment) -> Row:
    """A place as forms show it; `before` says who did not agree and why."""
    said: list[Mapping[str, Any]] = list(row.refusals)
    before = "; ".join(f"{each.get('name')}: {each.get('reason')}" for each in said)
    return {
        "key": str(row.key),
        "place": _place(row),
        "kind": row.kind,
        "target": row.target,
        "target_name": inputs.organisation_name(row.target),
        "municipality_id": row.municipality,
        "before": before,
        "replace_reason": row.replace_reason,
    }


def _offer(row: CuratorAppointment) -> Row:
    school = row.target if KINDS[row.kind].level == SCHOOL else None
    return {
        **_row(row),
        "person": row.person,
        "person_name": row.person_name,
        "role": row.role,
        "school_id": school,
        "objected": row.objected,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _appointed(row: CuratorAppointment) -> Row:
    """An appointment in force; `tutor_school` where the curator works in another school (then both agree, LEB 1.7)."""
    work = people.person_by_login(str(row.person)).organisation or row.holder
    other = None
    if work and KINDS[row.kind].level == SCHOOL and people.organisation(work).level == SCHOOL and work != row.target:
        other = work
    return {**_offer(row), "tutor_school": other}
