"""The interview about indicators, and the approval that is only possible after an agreed one (YAR-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid

from ..models import RUNNING, ProgrammeInterview, SchoolProgramme
from ..rules.words import AGREED
from . import finding, versions


def record_interview(actor: Actor, key: int, interview: Mapping[str, Any]) -> ProgrammeInterview:
    """Keep what the municipality and the school agreed on.

    Args:
        interview: fields of the form `indicator_interview`.

    Raises:
        Invalid: changes are wanted, but no indicator says which value; or «agreed» with values to change.
    """
    row = finding.programme(key)
    newest = finding.newest(row)
    if newest is None:
        raise Invalid(_l("The programme has not been submitted yet."))
    wanted: Sequence[Mapping[str, Any]] = interview.get("indicators") or []
    changed, agreed = [each for each in wanted if each.get("new_target") is not None], interview["result"] == AGREED
    if bool(changed) == agreed:
        message = _l("Changed values go back to the team: choose «changes wanted», and say which value changes.")
        raise Invalid(message, {"result": [message]})
    said = ProgrammeInterview(
        programme_key=row.key,
        version=newest.version,
        revision=newest.revision,
        held_on=date.fromisoformat(str(interview["date"])[:10]),
        participants=[str(login) for login in interview.get("participants") or ()],
        rows=[dict(each) for each in wanted],
        result=str(interview["result"]),
        note=interview.get("protocol_note") or None,
        recorded_by=actor.login,
        recorded_at=clock.now(),
    )
    db.session.add(said)
    row.interview_result = said.result
    db.session.flush()
    return said


def approve(actor: Actor, key: int, order: Mapping[str, Any]) -> SchoolProgramme:
    """Put the programme into force by the school's order.

    Args:
        order: `number, document_id`.

    Raises:
        Invalid: the last interview did not agree on the indicators.
    """
    row = finding.programme(key)
    if row.interview_result != AGREED:
        raise Invalid(_l("First the indicators are agreed in an interview."))
    version = versions.put_in_force(actor, key)
    row.state, row.approved_on = RUNNING, row.approved_on or clock.today()
    row.order_number, row.document_id = order.get("number"), order.get("document_id")
    db.session.flush()
    details = {"version": version.version, "order": row.order_number}
    audit.record_event(actor, "school_programme", str(row.key), "approve", details=details)
    return row
