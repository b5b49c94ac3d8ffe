"""«Заменить куратора»: a new process for this row; the present curator stays until another is appointed."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from ..models import ACTIVE, CuratorAppointment
from ..policies import demand_replacing
from ..queries import appointment
from ..rules.kinds import KINDS, SCHOOL
from .places import add_place, left_behind, lock, pending_row, reopen

MESSAGE = "curator.replace"
MOST = 500


def ask_replacement(actor: Actor, key: int, reason: str) -> CuratorAppointment:
    """Ask for another curator, consultant or tutor.

    Args:
        reason: why, up to 500 characters.

    Raises:
        NotFound: no such appointment in the actor's scope.
        Forbidden: only the coordinator of the institute and the head of the school may ask.
        Conflict: it has ended, or somebody has asked already.
        Invalid: no reason.
    """
    row = appointment(actor, key)
    demand_replacing(actor, row)
    text = reason.strip()
    if not text or len(text) > MOST:
        raise Invalid(errors={"reason": [_l("Say why, in up to %(most)s characters.", most=MOST)]})
    lock(row.kind, row.target)
    db.session.refresh(row)
    if row.state != ACTIVE or (row.valid_to and row.valid_to < clock.today()):
        raise Conflict(_l("This appointment has ended."))
    waiting = pending_row(row.kind, row.target)
    if waiting is None:
        add_place(row.kind, row.target, None, replaces=row.key, reason=text)
    elif waiting.instance_key is not None and left_behind(waiting):
        reopen(waiting).replaces, waiting.replace_reason, waiting.instance_key = row.key, text, None
    else:
        raise Conflict(_l("Somebody has asked for another curator already."))
    engine.publish_message(actor, MESSAGE, row.target, _facts(row, text, actor.login), internal=True)
    audit.record_event(actor, "curator", str(row.key), "replace", details={"reason": text})
    db.session.flush()
    return row


def _facts(row: CuratorAppointment, reason: str, asked_by: str) -> dict[str, Any]:
    """What the message carries: which place is to be filled anew, and why."""
    return {
        "replaces": str(row.key),
        "replace_reason": reason,
        "school_id": row.target if KINDS[row.kind].level == SCHOOL else None,
        "municipality_id": row.municipality,
        "kinds": [row.kind],
        "initiator": asked_by,
    }
