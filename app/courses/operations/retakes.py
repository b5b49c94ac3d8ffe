"""A repeated diagnostics that is annulled after its end: one new window, beside whatever the listener does by now."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import operations as engine
from app.engine import queries as instances
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from ..models import AttestationRow, AttestationSession, Listener
from ..rules import words
from . import finding
from .zones import local_today

REASON = "retest_annul_reason"
"""Variable of `rmp_listener` that starts its event sub-process «Повторная диагностика аннулирована»."""


def annul(actor: Actor, listener: Listener, reason: str) -> bool:
    """Let the listener's process annul her repeated diagnostics: the result stays in the history, a new window opens.

    Policy is the caller's: only the leader of the course may.

    Returns:
        Whether a new window opens: the second annulled retest counts as a no-show.

    Raises:
        Conflict: it is too late, or the plan of improvement still runs.
    """
    if listener.listener_instance is not None:
        engine.hold_instance(listener.listener_instance)
    listener = finding.listener(listener.course.code, listener.teacher, lock=True)
    refused = refusal(listener)
    if refused is not None:
        raise Conflict(refused)
    assert listener.listener_instance is not None  # `refusal` says so
    opens = not any(test.kind == words.RETEST and test.annulled_at is not None for test in listener.tests)
    facts = {"retest_annulled_by": actor.login, REASON: reason.strip()[:500]}
    engine.set_variables(actor, listener.listener_instance, facts, internal=True)
    return opens


def refusal(listener: Listener) -> object | None:
    """Why a finished repeated diagnostics cannot be annulled (any more), in words for the leader; None when it can."""
    reason: object | None = None
    if _on_signed_sheet(listener):
        reason = _l("The sheet of the final attestation is signed: the result of the diagnostics stays.")
    elif listener.in_order or not _is_active(listener.listener_instance):
        reason = _l("The learning of this listener is over: the result of the diagnostics stays.")
    elif not _opens_windows(listener.listener_instance):
        reason = _l("The learning of this listener began before a repeated diagnostics could be annulled.")
    elif _is_active(listener.remediation_instance):
        reason = _l("The plan of improvement still runs: first the methodist brings it to its end.")
    elif local_today(listener) >= listener.course.attest_resit_on:
        reason = _l("No day is left for a new window before the resit of the final attestation.")
    return reason


def _on_signed_sheet(listener: Listener) -> bool:
    query = (
        select(AttestationRow.session_key)
        .join(AttestationSession, AttestationSession.key == AttestationRow.session_key)
        .where(AttestationRow.listener_key == listener.key, AttestationSession.status == "signed")
        .limit(1)
    )
    return db.session.scalar(query) is not None


def _is_active(instance: int | None) -> bool:
    return instance is not None and instances.instance(PLATFORM, instance).status == "active"


def _opens_windows(instance: int | None) -> bool:
    """Whether the model that the learning began with knows the event that `annul` starts."""
    return instance is not None and "retake_open" in instances.instance(PLATFORM, instance).variables
