"""Service types of `cooperation_agreement` (LEB 1.7, YAR 3.2, KEM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.engine.stopped import on_stopped
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from .. import operations
from ..models import CONFIRMED, Agreement, JointActivity
from ..policies import head_role
from ..queries.partners import partners_for
from ..queries.registry import valid_of
from ..rules.drafts import Activity, Draft, Party, notice_on

Row = dict[str, Any]
DRAFTING = ("school_head", "iro_head", "mouo_head", "iro_coordinator", "municipal_coordinator")
"""Roles that may start an agreement; it is drafted for the organisation where the role is held."""
MENTOR, WEAK = "школа-партнёр/наставник", "школа-участник"


@service_type("agreements.suggest", inline=True)
def suggest(call: ServiceCall) -> Row:
    """Who drafts, and which partners are suggested; `draft` prefills the form."""
    school, tutor = inputs.optional(call, "school_id"), inputs.optional(call, "tutor_school")
    own, group = _initiator(call, tutor, school)
    parties = [{"organisation": own, "role": MENTOR if tutor else WEAK if own == school else None}]
    if tutor and school:
        parties.append({"organisation": school, "role": WEAK})
    found = partners_for(school) if school else []
    lines = [f"{each.name}: {each.why}" for each in found]
    return {
        "own": own,
        "draft_group": group,
        "suggestions": [{"school_id": each.code, "name": each.name, "why": each.why} for each in found],
        "suggested_text": "; ".join(lines),
        "in_force_text": "; ".join(f"№ {each.number} до {each.term_to:%d.%m.%Y}" for each in valid_of(own)),
        "draft": {"parties": parties, "kind": "межшкольное партнёрство" if school else None},
    }


@service_type("agreements.save", inline=True)
def save(call: ServiceCall) -> Row:
    """Keep the draft or its next version; a version goes to all parties."""
    card = inputs.context(call, "card")
    row = operations.save_draft(
        inputs.by(call), call.instance.key, _draft(card), initiator=call.text("own"), scan=card.get("scan") or ()
    )
    parties = [_party(row, index) for index in range(len(row.parties))]
    schools = [each for each in parties if each["level"] == "school"]
    return {
        "agreement_id": str(row.key),
        "version": row.version,
        "parties": parties,
        "others": [each for each in parties if each["organisation"] != row.initiator],
        "inter_school": len(schools) > 1,
        "agreeing": sorted({str(each["municipality_id"]) for each in schools if each["municipality_id"]})[:1],
        "party_schools": [each["organisation"] for each in schools],
        "parties_text": " и ".join(each["name"] for each in parties),
    }


@service_type("agreements.conclude", inline=True)
def conclude(call: ServiceCall) -> Row:
    """Put the agreement in force after the last signature: its plan becomes tasks."""
    signatures = {str(row["organisation"]): row["signature"] for row in inputs.rows(call, "signatures")}
    registered = inputs.context(call, "registered")
    row = operations.conclude(inputs.by(call), call.instance.key, signatures, registered)
    return {"plan": [_planned(row, each) for each in row.activities], **_term(row)}


@service_type("agreements.report", inline=True)
def report(call: ServiceCall) -> None:
    """One party says what was done of the plan."""
    visit = inputs.context(call, "visit")
    operations.report_activity(inputs.by(call), call.instance.key, int(call.variables["position"]), visit)


@service_type("agreements.confirm", inline=True)
def confirm(call: ServiceCall) -> None:
    """Another party confirms it."""
    by = inputs.by(call)
    row = operations.of_instance(call.instance.key)
    place = next((p.organisation for p in row.parties if p.organisation in by.organisations()), None)
    operations.confirm_activity(by, call.instance.key, int(call.variables["position"]), place)


@service_type("agreements.prolong", inline=True)
def prolong(call: ServiceCall) -> Row:
    """Let the agreement hold longer."""
    return _term(operations.prolong(inputs.by(call), call.instance.key, inputs.day(call, "until")))


@service_type("agreements.finish", inline=True)
def finish(call: ServiceCall) -> Row:
    """End the agreement: `completed`, `expired`, `terminated`."""
    reports = {str(row["organisation"]): str(row.get("report") or "") for row in inputs.rows(call, "reports")}
    reason = inputs.optional(call, "reason")
    row = operations.finish(PLATFORM, call.instance.key, call.text("state"), reports, reason)
    done = sum(1 for each in row.activities if each.state == CONFIRMED)
    return {"confirmed_count": done, "planned_count": len(row.activities)}


@service_type("agreements.refuse", inline=True)
def refuse(call: ServiceCall) -> None:
    """The agreement does not come about."""
    operations.refuse_draft(PLATFORM, call.instance.key, inputs.optional(call, "reason") or "")


on_stopped("cooperation_agreement")(operations.stopped)


def _initiator(call: ServiceCall, tutor: str | None, school: str | None) -> tuple[str, str]:
    """Organisation and candidate group of who drafts: the tutor school, else who has begun."""
    login = inputs.optional(call, "initiator")
    if login and tutor is None:
        for held in people.actor_for(login).assignments:
            if held.role in DRAFTING:
                return held.organisation, f"{held.role}@{held.organisation}"
    own = tutor or school
    if own is None:
        raise NotFound()
    return own, f"{head_role(own)}@{own}"


def _draft(card: Mapping[str, Any]) -> Draft:
    try:
        return Draft(
            kind=str(card["kind"]),
            subject=str(card["subject"]),
            forms=tuple(str(each) for each in card.get("forms_of_cooperation") or ()),
            parties=tuple(Party(str(row["organisation"]), str(row["role"])) for row in card["parties"]),
            plan=tuple(
                Activity(str(row["title"]), inputs.as_day(row["due"]), str(row["responsible"]), str(row["result"]))
                for row in card["joint_plan"]
            ),
            term_from=inputs.as_day(card["term_from"]),
            term_to=inputs.as_day(card["term_to"]),
        )
    except (KeyError, TypeError):
        message = _l("Fill in the whole agreement: parties, subject, plan and term.")
        raise Invalid(message, {"subject": [message]}) from None


def _party(row: Agreement, index: int) -> Row:
    party = row.parties[index]
    facts = people.organisation(party.organisation)
    signer = row.initiator if facts.level == "outside" else party.organisation
    return {
        "organisation": party.organisation,
        "name": facts.short_name,
        "role": party.role,
        "level": facts.level,
        "municipality_id": party.municipality,
        "signer": f"{head_role(signer)}@{signer}",
    }


def _planned(row: Agreement, activity: JointActivity) -> Row:
    """A row of the plan with who reports and who confirms it: heads and tutors of the parties."""
    others = [party.organisation for party in row.parties if party.organisation != activity.responsible]
    return {
        "position": activity.position,
        "title": activity.title,
        "due": activity.due.isoformat(),
        "responsible_name": inputs.organisation_name(activity.responsible),
        "reporters": _workers([activity.responsible]),
        "confirmers": _workers(others),
    }


def _workers(codes: list[str]) -> list[str]:
    found = [f"{head_role(code)}@{code}" for code in codes]
    return found + [f"school_tutor@{code}" for code in codes if people.organisation(code).level == "school"]


def _term(row: Agreement) -> Row:
    return {"term_to": row.term_to.isoformat(), "notice_on": notice_on(row.term_to).isoformat()}
