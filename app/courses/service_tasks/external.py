"""Service types of `external_course`: quotas, the list for the provider, its weekly statuses, totals (KEM 2020)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.engine.services import ModelFault, ServiceCall, service_type
from app.files import operations as files
from app.files import queries as stored
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from ..operations import external
from ..queries import persons
from ..rules import external as rules
from . import inputs

_FACTS = ("provider", "programme_title", "hours", "start", "end")
SHOWN_PROBLEMS = 200


@service_type("external.open", inline=True)
def open_course(call: ServiceCall) -> dict[str, Any]:
    """Open the enrolment: the quotas of the municipalities must make up the plan."""
    card = inputs.context(call, "card")
    quotas = [dict(row) for row in card.get("quotas") or ()]
    _check(card, quotas)
    return {
        **{name: card.get(name) for name in _FACTS},
        "external_id": f"x{call.instance.key}",
        "study_form": card.get("form"),
        "plan": int(card["plan"]),
        "operator": card.get("operator"),
        "quotas": [
            {
                "municipality_id": row["municipality"],
                "name": persons.organisation_name(row["municipality"]),
                "quota": int(row["quota"]),
            }
            for row in quotas
        ],
    }


@service_type("external.enrol", inline=True)
def enrol(call: ServiceCall) -> dict[str, Any]:
    """Put the listeners of a municipality on the list."""
    logins = [str(row.get("listener")) for row in inputs.rows(call, "listeners") if row.get("listener")]
    municipality = call.text("municipality_id")
    added = external.enrol(_by(call), call.text("external_id"), _facts(call), municipality, logins)
    return {"sent": {"municipality_id": municipality, "count": len(added), "more": int(call.variables["more"] or 0)}}


@service_type("external.redistribute", inline=True)
def redistribute(call: ServiceCall) -> dict[str, Any]:
    """Hand empty places on to those who asked for more."""
    rows, sent = inputs.rows(call, "quotas"), inputs.rows(call, "sent")
    further = rules.redistribute(
        {str(row["municipality_id"]): int(row["quota"]) for row in rows},
        {str(row["municipality_id"]): int(row["count"]) for row in sent},
        {str(row["municipality_id"]): int(row["more"]) for row in sent},
    )
    return {
        "further": [{**row, "quota": further[code]} for row in rows if (code := str(row["municipality_id"])) in further]
    }


@service_type("external.export", inline=True)
def export(call: ServiceCall) -> dict[str, Any]:
    """The list for the provider as an Excel file, which is also the template of the weekly file."""
    with force_locale("ru"):
        file = external.list_file(PLATFORM, call.text("external_id"), call.text("programme_title"))
    files.attach([file.key], "instance", call.instance.key)
    count = len(external.listeners(call.text("external_id")))
    return {"list_file": [stored.reference(file)], "listeners_count": count}


@service_type("external.read", inline=True)
def read(call: ServiceCall) -> dict[str, Any]:
    """Look into the weekly file: what it would change, and what is wrong in which row. Nothing is changed yet."""
    compared = _compared(call)
    return {
        "problems": compared.problems[:SHOWN_PROBLEMS],
        "problem_count": len(compared.problems),
        "change_count": len(compared.changes),
        "unchanged_count": compared.unchanged,
    }


@service_type("external.take", inline=True)
def take(call: ServiceCall) -> dict[str, Any]:
    """Take the good rows of the weekly file; dropouts who may still be replaced are named by municipality."""
    compared = _compared(call)
    count = external.take(_by(call), call.text("external_id"), compared.changes)
    may = rules.may_replace(clock.today(), _day(call, "start"))
    return {"taken_count": count, "dropouts": _dropouts(call.text("external_id")) if may else []}


@service_type("external.replace", inline=True)
def replace(call: ServiceCall) -> None:
    """Give the places of dropouts to others, until a week after the start."""
    if not rules.may_replace(clock.today(), _day(call, "start")):
        return
    for row in inputs.rows(call, "replacements"):
        if row.get("new"):
            dropped, new = str(row.get("listener")), str(row["new"])
            external.replace(_by(call), call.text("external_id"), _facts(call), dropped, new)


@service_type("external.not-started", inline=True)
def not_started(call: ServiceCall) -> dict[str, Any]:
    """Who has not begun two weeks after the start, by school."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in external.listeners(call.text("external_id")):
        if row.data.get("status") == rules.ENROLLED:
            found.setdefault(str(row.data["school"]), []).append({"listener": row.owner, "name": row.data["name"]})
    return {"idle": [{"school_id": code, "people": rows} for code, rows in sorted(found.items())]}


@service_type("external.record-reasons", inline=True)
def record_reasons(call: ServiceCall) -> None:
    """Keep what the heads did about those who had not begun."""
    rows = [row for answer in inputs.rows(call, "answers") for row in answer.get("people") or ()]
    reasons = {
        str(row["listener"]): {"not_started_reason": row.get("reason"), "not_started_action": row.get("action")}
        for row in rows
        if row.get("listener")
    }
    external.note_reasons(_by(call), call.text("external_id"), reasons)


@service_type("external.totals", inline=True)
def totals(call: ServiceCall) -> dict[str, Any]:
    """Listeners, attested, plan and both shares, for the course and for each municipality."""
    rows = external.listeners(call.text("external_id"))
    quotas = inputs.rows(call, "quotas")
    whole = rules.totals((str(row.data["status"]) for row in rows), int(call.variables["plan"]))
    table, groups = [], []
    for quota in quotas:
        own = [row for row in rows if row.data.get("municipality") == quota["municipality_id"]]
        part = rules.totals((str(row.data["status"]) for row in own), int(quota["quota"]))
        table.append({"municipality_id": quota["municipality_id"], "name": quota["name"], **_shown(part)})
        failed = [str(row.data["name"]) for row in own if row.data["status"] != rules.ATTESTED]
        if failed:
            groups.append({**quota, "count": len(failed), "people": failed})
    return {
        "totals": {**asdict(whole), **_shown(whole)},
        "by_status": dict(Counter(str(row.data["status"]) for row in rows)),
        "table": table,
        "short": whole.short,
        "not_attested": groups,
    }


@service_type("external.record-training", inline=True)
def record_training(call: ServiceCall) -> dict[str, Any]:
    """Keep training taken elsewhere, as the head entered it."""
    rows = inputs.rows(call, "trainings")
    school = call.text("school_id")
    ids = [
        str(external.record_training(_by(call), str(row.get("listener")), {**row, "listener": None}, school).id)
        for row in rows
    ]
    return {"record_ids": ids}


def _shown(found: rules.Totals) -> dict[str, Any]:
    return {
        "listeners": found.listeners,
        "attested": found.attested,
        "plan": found.plan,
        "of_listeners_text": _percent(found.of_listeners),
        "of_plan_text": _percent(found.of_plan),
    }


def _percent(value: float | None) -> str:
    """`89,05 %`: two decimals, as the report of KEM has them."""
    return "—" if value is None else f"{value:.2f} %".replace(".", ",")


def _check(card: Mapping[str, Any], quotas: list[dict[str, Any]]) -> None:
    codes = [str(row.get("municipality")) for row in quotas]
    if len(set(codes)) != len(codes):
        message = _l("A municipality is named twice.")
        raise Invalid(message, {"quotas": [message]})
    total = sum(int(row.get("quota") or 0) for row in quotas)
    if total != int(card.get("plan") or 0):
        message = _l("The quotas make %(total)s, the plan is %(plan)s.", total=total, plan=card.get("plan"))
        raise Invalid(message, {"quotas": [message]})


def _dropouts(external_id: str) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in external.listeners(external_id):
        if row.data["status"] == rules.DROPPED and not row.data.get("replaced_by"):
            person = {"listener": row.owner, "name": row.data["name"]}
            found.setdefault(str(row.data["municipality"]), []).append(person)
    return [{"municipality_id": code, "people": rows} for code, rows in sorted(found.items())]


def _compared(call: ServiceCall) -> external.Compared:
    key = next(stored.references_in(call.variables.get("file")), None)
    if key is None:
        raise ModelFault("«file» must be what a file picker gives")
    file = stored.file_for(PLATFORM, key)
    with force_locale("ru"):
        return external.compare(call.text("external_id"), stored.content_of(file), file.name)


def _facts(call: ServiceCall) -> dict[str, Any]:
    return {name: call.variables.get(name) for name in _FACTS}


def _day(call: ServiceCall, name: str) -> date:
    found = inputs.day(call.variables.get(name))
    if found is None:
        raise ModelFault(f"«{name}» must be a date")
    return found


def _by(call: ServiceCall) -> Actor:
    """Who did the task before: records say who wrote them."""
    login = inputs.optional(call, "actor")
    try:
        return people.actor_for(login) if login else call.actor
    except NotFound:
        return call.actor
