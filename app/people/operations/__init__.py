"""Verbs on people: each checks who may, changes, records the event, and flushes."""

from __future__ import annotations

from .accounts import (
    change_password,
    check_password,
    choose_locale,
    close_account,
    reopen_account,
    reset_password,
)
from .consenting import confirm_consent, refuse_consent
from .organisations import change_organisation, close_organisation, create_organisation, reopen_organisation
from .persons import change_own_contacts, change_person, create_person
from .roles import assign_role, end_role
from .sessions import end_other_sessions, end_session, sign_in, start_session
from .substitutions import end_substitution, set_substitution
from .tickets import ask_for_reset, invite, redeem, welcome
from .tokens import create_token, identity_of_token, revoke_token
from .transfers import on_transfer, transfer_person

__all__ = [
    "ask_for_reset",
    "assign_role",
    "change_organisation",
    "change_own_contacts",
    "change_password",
    "change_person",
    "check_password",
    "choose_locale",
    "close_account",
    "close_organisation",
    "confirm_consent",
    "create_organisation",
    "create_person",
    "create_token",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_substitution",
    "identity_of_token",
    "invite",
    "on_transfer",
    "redeem",
    "refuse_consent",
    "reopen_account",
    "reopen_organisation",
    "reset_password",
    "revoke_token",
    "set_substitution",
    "sign_in",
    "start_session",
    "transfer_person",
    "welcome",
]
