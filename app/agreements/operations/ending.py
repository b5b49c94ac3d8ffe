"""How an agreement goes on or ends: prolonged, completed, expired, or terminated with ten working days of notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import schedule
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid

from ..models import CANCELLED, DRAFT, IN_FORCE, NOTICE, TERMINATED, VALID, Agreement
from ..policies import heads_party
from ..queries.registry import agreement
from ..rules.drafts import TERMINATION_DAYS
from .drafting import existing, of_instance

MOST = 1000


def give_notice(actor: Actor, key: int, reason: str) -> Agreement:
    """End an agreement early: it holds for ten working days more, and its process tells the parties.

    Raises:
        NotFound: no such agreement in the actor's scope.
        Forbidden: only the head of a party may.
        Conflict: it is not in force, or notice was given already.
        Invalid: no reason.
    """
    row = agreement(actor, key)
    organisation = heads_party(actor, row)
    if organisation is None:
        raise Forbidden(_l("The head of a party ends the agreement."))
    text = reason.strip()
    if not text or len(text) > MOST:
        raise Invalid(errors={"reason": [_l("Say why, in up to %(most)s characters.", most=MOST)]})
    db.session.refresh(row, with_for_update=True)
    if row.state != IN_FORCE:
        raise Conflict(_l("This agreement is not in force any more, or notice was given already."))
    last = schedule.calendar().add(clock.today(), TERMINATION_DAYS)
    row.state, row.notice_by, row.notice_on = NOTICE, organisation, clock.today()
    row.terminates_on, row.end_reason = last, text
    db.session.flush()
    audit.record_event(actor, "agreement", str(key), "give-notice", details={"reason": text, "last_day": last})
    if row.instance_key is not None:
        facts = {"by": organisation, "reason": text, "last_day": last.isoformat()}
        engine.set_variables(actor, row.instance_key, {"termination": facts}, internal=True)
    return row


def prolong(actor: Actor, instance_key: int, until: date) -> Agreement:
    """Let an agreement hold longer.

    Raises:
        Invalid: the new last day is not later than the present one.
        Conflict: it is not in force any more.
    """
    row = of_instance(instance_key)
    if row.state != IN_FORCE:
        raise Conflict(_l("This agreement is not in force any more, or notice was given already."))
    if until <= row.term_to:
        message = _l("The new last day must be later than the present one.")
        raise Invalid(message, {"term_to": [message]})
    audit.record_event(actor, "agreement", str(row.key), "prolong", changes={"term_to": (row.term_to, until)})
    row.term_to = until
    db.session.flush()
    return row


def finish(actor: Actor, instance_key: int, state: str, reports: Mapping[str, str], reason: str | None) -> Agreement:
    """End an agreement.

    Args:
        state: `completed`, `expired` or `terminated`.
        reports: what each party gave and what has changed, by organisation.
    """
    row = of_instance(instance_key)
    if row.state in VALID:
        row.state, row.ended_on = state, clock.today()
        row.end_reason = reason or row.end_reason
        for party in row.parties:
            party.report = reports.get(party.organisation) or party.report
        db.session.flush()
        audit.record_event(actor, "agreement", str(row.key), state)
    return row


def stopped(actor: Actor, instance_key: int, reason: str) -> None:
    """The process of an agreement was cancelled: a draft is called off, an agreement in force terminated at once."""
    row = existing(instance_key)
    if row is None or row.state not in (DRAFT, *VALID):
        return
    row.state = CANCELLED if row.state == DRAFT else TERMINATED
    row.end_reason, row.ended_on, row.terminates_on = reason, clock.today(), None
    db.session.flush()
    audit.record_event(actor, "agreement", str(row.key), row.state, details={"reason": reason})
