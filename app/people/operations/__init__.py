"""Verbs on people: each checks who may, changes, records the event, and flushes."""

from __future__ import annotations

from .accounts import (
    change_password,
    check_password,
    choose_locale,
    close_account,
    confirm_consent,
    reopen_account,
    reset_password,
)
from .organisations import change_organisation, close_organisation, create_organisation, reopen_organisation
from .persons import change_own_contacts, change_person, create_person
from .roles import assign_role, end_role
from .sessions import end_other_sessions, end_session, sign_in, start_session
from .substitutions import end_substitution, set_substitution
from .tokens import create_token, identity_of_token, revoke_token

__all__ = [
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
    "reopen_account",
    "reopen_organisation",
    "reset_password",
    "revoke_token",
    "set_substitution",
    "sign_in",
    "start_session",
]
