"""Service types of `effective_mode_assessment` (KEM): six instruments, proposal, verdict."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.curators.queries import curator_of
from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid

from ..models import DRAFTING
from ..operations import assessing, expertise, finding
from ..queries import assessments
from ..rules import assessment as rules
from ..rules import words
from .programmes import row_of

Row = dict[str, Any]


@service_type("effective-mode.open", inline=True)
def open_assessment(call: ServiceCall) -> Row:
    """Begin the assessment of a school with what the data say about it."""
    school = call.text("school_id")
    given = inputs.optional(call, "programme_key")
    programme = row_of(inputs.key(given)) if given else finding.open_programme_of(school)
    if programme is not None and programme.state == DRAFTING:
        programme = None
    row = assessing.open_assessment(PLATFORM, school, programme, instance_key=call.instance.key)
    experts = expertise.least_loaded(school, 2)
    return {
        "assessment_key": str(row.key),
        "municipality_id": row.municipality,
        "school_name": inputs.organisation_name(school),
        "facts": dict(assessments.facts(school, row.programme_key)),
        "experts": experts or [None],
        **curator_of(school),
    }


@service_type("effective-mode.instruments", inline=True)
def instruments(call: ServiceCall) -> None:
    """Keep what the instruments gave; the opinions of the experts give the data analysis and independent quality."""
    opinions = inputs.rows(call, "opinions")
    card, contacts = inputs.context(call, "card"), inputs.context(call, "contacts")
    found = {
        rules.SELF_SCORE: card.get("self_score"),
        rules.SELF_SURVEY: {"file": card.get("self_survey"), "practices": inputs.context(call, "survey")},
        rules.QUESTIONNAIRES: inputs.context(call, "questionnaires") or None,
        rules.CONTACTS: contacts.get("contacts"),
        rules.QUALITY: [each.get("independent_quality") for each in opinions] or None,
        rules.DATA: [
            {name: each.get(name) for name in ("expert", "data_analysis", "stable_results", "programme_effective")}
            for each in opinions
        ]
        or None,
    }
    assessing.use_instruments(PLATFORM, _key(call), found)


@service_type("effective-mode.propose", inline=True)
def propose(call: ServiceCall) -> Row:
    """Keep what the decision proposes, and what the working group is asked."""
    said = inputs.context(call, "judged")
    word = str(said.get("verdict") or "")
    row = assessing.propose(
        PLATFORM,
        _key(call),
        stable=bool(said.get("stable")),
        effective=bool(said.get("effective")),
        proposed=_verdict(word, "verdict"),
    )
    name = inputs.organisation_name(row.school)
    return {
        "decision_rows": [{"row": "1", "title": f"{name}: предложено «{word}»", "proposed": word}],
        "decision_options": list(words.VERDICTS),
        "question": f"Оценка перехода школы в эффективный режим: {name}",
    }


@service_type("effective-mode.decide", inline=True)
def decide(call: ServiceCall) -> Row:
    """Write the verdict of the protocol."""
    (said,) = inputs.rows(call, "row_decisions")
    verdict = _verdict(str(said.get("decision") or ""), "decision")
    protocol = inputs.context(call, "protocol")
    assessing.decide_verdict(PLATFORM, _key(call), verdict, protocol, reason=said.get("reason"))
    return {"verdict": verdict}


def _verdict(word: str, field: str) -> str:
    found = words.VERDICTS.get(word)
    if found is None:
        message = _l("Choose one of the list.")
        raise Invalid(message, {field: [message]})
    return found


def _key(call: ServiceCall) -> int:
    return inputs.key(call.variables.get("assessment_key"))
