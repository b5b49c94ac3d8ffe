"""Deciding about the processing of one's personal data (152-ФЗ, articles 6 and 9): given, refused, taken back."""

from __future__ import annotations

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db

from .. import consent
from ..memory import people_changed
from ..models import Account, ConsentDecision
from .accounts import end_everything, locked_account


def confirm_consent(actor: Actor) -> None:
    """Record that the person agrees to the text in force."""
    account = locked_account(actor.login)
    text = consent.present()
    if account.consent_version == text.version:
        return
    before, account.consent_version, account.consent_at = account.consent_version, text.version, clock.now()
    _keep(actor, account, given=True)
    record_event(actor, "person", actor.login, "consent", changes={"consent_version": (before, text.version)})


def refuse_consent(actor: Actor) -> None:
    """Record that the person does not agree, or does not any more. Nothing is deleted; sessions and tokens end.

    Without the consent nobody works in the system (the pages ask for it first), but the account stays open: at the
    next login the person may decide anew.
    """
    account = locked_account(actor.login)
    before, account.consent_version, account.consent_at = account.consent_version, None, None
    _keep(actor, account, given=False)
    record_event(actor, "person", actor.login, "refuse-consent", changes={"consent_version": (before, None)})
    end_everything(account)


def _keep(actor: Actor, account: Account, *, given: bool) -> None:
    text = consent.present()
    db.session.add(
        ConsentDecision(
            account_id=account.id,
            version=text.version,
            sha256=text.sha256,
            given=given,
            at=clock.now(),
            address=actor.address,
        )
    )
    people_changed()
    db.session.flush()
