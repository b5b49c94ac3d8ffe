"""A programme ends: success, further support, stopped by an order; or it gets a new term."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from .. import queries
from ..models import ENDED, STOPPED, SchoolProgramme
from ..policies import demand_stopping
from . import finding, opening, versions


def close(actor: Actor, key: int, state: str, *, reason: str | None = None) -> SchoolProgramme:
    """End a programme in one of the states `ENDED`; ended once, it stays as it is."""
    row = finding.programme(key)
    if row.state not in ENDED:
        opening.put_away(actor, row, state, reason=reason)
    return row


def stopped(actor: Actor, instance_key: int, reason: str) -> None:
    """The process of a programme was cancelled: the programme is stopped, and its measures with it."""
    row = finding.open_programme_in(instance_key)
    if row is not None:
        opening.put_away(actor, row, STOPPED, reason=reason or None)


def prolong(actor: Actor, key: int, state: str) -> SchoolProgramme:
    """Begin the next edition for a new term; indicators are agreed anew."""
    row = versions.open_version(actor, key)
    row.interview_result, row.expert_totals = None, []
    db.session.flush()
    return opening.mark(actor, key, state)


def request_stop(actor: Actor, key: int, reason: str) -> SchoolProgramme:
    """Stop a programme: the school left the list or was reorganised. The process of the programme ends by it.

    Args:
        reason: with the order it rests on.

    Raises:
        NotFound: out of scope.
        Forbidden: sees it only.
        Invalid: no reason.
        Conflict: it has ended already.
    """
    seen = queries.programme(actor, key)
    demand_stopping(actor, seen)
    text = reason.strip()
    if len(text) < 5:
        message = _l("Say why, and name the order.")
        raise Invalid(message, {"reason": [message]})
    row = finding.programme(seen.key)
    if row.state in ENDED:
        raise Conflict(_l("The programme has ended already."))
    stop = {"reason": text, "by": actor.login}
    audit.record_event(actor, "school_programme", str(row.key), "stop", details=stop)
    if row.instance_key is None or finding.left_behind(row):
        return close(actor, key, "stopped", reason=text)
    engine.set_variables(PLATFORM, row.instance_key, {"stop": stop}, internal=True)
    return row
