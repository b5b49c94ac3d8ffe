"""The assessment of the move to the effective mode: instruments, proposal, verdict of the working group (KEM-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import queries as processes
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from ..models import EffectiveModeAssessment, SchoolProgramme
from ..rules import assessment as rules

_A = EffectiveModeAssessment


def open_assessment(
    actor: Actor, school: str, programme: SchoolProgramme | None, *, instance_key: int | None
) -> EffectiveModeAssessment:
    """Begin the assessment of a school. Asked again for the same process it is the same row.

    What a cancelled process left behind begins anew.

    Raises:
        Invalid: the school is being assessed already.
    """
    query = select(_A).where(_A.school == school, _A.verdict.is_(None)).with_for_update()
    row = db.session.scalar(query)
    if row is not None:
        if row.instance_key == instance_key and instance_key is not None:
            return row
        if not processes.is_over(row.instance_key):
            message = _l("The school is being assessed already.")
            raise Invalid(message, {"school": [message]})
    else:
        row = _A(school=school, municipality=people.municipality_of(school) or school)
        db.session.add(row)
    row.programme_key = programme.key if programme else None
    row.year, row.created_at, row.instance_key = clock.today().year, clock.now(), instance_key
    row.instruments, row.stable, row.effective, row.proposed = {}, None, None, None
    db.session.flush()
    return row


def use_instruments(actor: Actor, key: int, found: Mapping[str, Any]) -> EffectiveModeAssessment:
    """Keep what instruments gave, each under its code in `rules.assessment.INSTRUMENTS`."""
    row = assessment(key)
    row.instruments = {**row.instruments, **{code: found[code] for code in found if found[code] is not None}}
    db.session.flush()
    return row


def propose(actor: Actor, key: int, *, stable: bool, effective: bool, proposed: str) -> EffectiveModeAssessment:
    """Keep what the decision `effective_mode` proposes."""
    row = assessment(key)
    row.stable, row.effective, row.proposed = stable, effective, proposed
    db.session.flush()
    return row


def decide_verdict(
    actor: Actor, key: int, verdict: str, protocol: Mapping[str, Any], *, reason: str | None = None
) -> EffectiveModeAssessment:
    """Write the verdict of the working group; only when all six instruments were used.

    Args:
        verdict: `moved`, `continue` or `strengthen`.
        protocol: `number, document_id`.

    Raises:
        Invalid: an instrument is missing; the verdict differs from the proposal without a reason.
    """
    row = assessment(key)
    missing = rules.missing(row.instruments)
    if missing:
        raise Invalid(
            _l("All six instruments are needed before the verdict."), {code: [_l("Missing")] for code in missing}
        )
    if verdict != row.proposed and not (reason or "").strip():
        message = _l("Say why the verdict differs from the proposal.")
        raise Invalid(message, {"reason": [message]})
    row.verdict, row.reason, row.decided_on = verdict, reason, clock.today()
    row.protocol_number, row.protocol_document = protocol.get("number"), protocol.get("document_id")
    if row.programme_key is not None:
        programme = db.session.get(SchoolProgramme, row.programme_key)
        if programme is not None:
            programme.verdict, programme.verdict_on = verdict, row.decided_on
    db.session.flush()
    audit.record_event(actor, "effective_mode_assessment", str(row.key), "verdict", details={"verdict": verdict})
    return row


def assessment(key: int) -> EffectiveModeAssessment:
    """An assessment, locked.

    Raises:
        NotFound: no such row.
    """
    row = db.session.scalar(select(_A).where(_A.key == key).with_for_update())
    if row is None:
        raise NotFound()
    return row
