"""The joint plan: one side reports what was done, another confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.documents import operations as documents
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from ..models import CONFIRMED, REPORTED, Agreement, JointActivity
from .drafting import of_instance

KIND = "partner_visit"


def report_activity(actor: Actor, instance_key: int, position: int, visit: Mapping[str, Any]) -> JointActivity:
    """Write what one side says of a planned activity.

    Args:
        visit: fields of `partner_visit`: `kind, date, participants[], result`.

    Raises:
        Invalid: the day lies outside the term.
        Conflict: the other side has confirmed it already.
    """
    agreement = of_instance(instance_key)
    row = _row(agreement, position)
    if row.state == CONFIRMED:
        raise Conflict()
    held_on = date.fromisoformat(str(visit["date"])[:10])
    if not agreement.term_from <= held_on <= agreement.term_to:
        message = _l("This day lies outside the term of the agreement.")
        raise Invalid(message, {"date": [message]})
    row.form, row.held_on, row.outcome = str(visit.get("kind") or ""), held_on, str(visit.get("result") or "")
    row.participants = list(visit.get("participants") or ())
    row.state, row.reported_by = REPORTED, actor.login
    db.session.flush()
    return row


def confirm_activity(actor: Actor, instance_key: int, position: int, organisation: str | None) -> JointActivity:
    """Another side confirms a reported activity; it becomes a record that both sides see.

    Args:
        organisation: for which party.

    Raises:
        Conflict: nothing was reported, or who reported it would confirm it.
    """
    agreement = of_instance(instance_key)
    row = _row(agreement, position)
    if row.state == CONFIRMED:
        return row
    if row.state != REPORTED or row.reported_by == actor.login:
        raise Conflict(_l("Another party confirms what one has reported."))
    row.state, row.confirmed_by, row.confirmed_for = CONFIRMED, actor.login, organisation
    row.confirmed_at = clock.now()
    db.session.flush()
    _keep_record(actor, agreement, row)
    return row


def _keep_record(actor: Actor, agreement: Agreement, row: JointActivity) -> None:
    """A confirmed activity as a record (form `partner_visit`) that all parties see."""
    facts = {
        "agreement": agreement.number,
        "kind": row.form,
        "date": row.held_on.isoformat() if row.held_on else None,
        "participants": row.participants,
        "result": row.outcome,
        "confirm_other": row.confirmed_by,
    }
    parties = [f"org:{party.organisation}" for party in agreement.parties]
    documents.save_record(
        actor,
        KIND,
        row.title,
        facts,
        organisation=row.responsible,
        objects=parties,
        instance_key=agreement.instance_key,
    )


def _row(agreement: Agreement, position: int) -> JointActivity:
    found = next((each for each in agreement.activities if each.position == position), None)
    if found is None:
        raise Conflict()
    return found
