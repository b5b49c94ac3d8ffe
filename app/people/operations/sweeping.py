"""What let somebody in and does so no more goes when it is old. Who signed in when stands in the access log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from app.kernel import retention
from app.kernel.db import db

from ..models import AccountRequest, AccountTicket, LoginAttempt, LoginSession, PeopleImport, PersonalToken


@retention.sweep("sessions", kept="access")
def sessions(before: datetime, limit: int) -> int:
    """Sessions that ended or ran out."""
    over = or_(LoginSession.expires_at < before, LoginSession.ended_at < before)
    return _delete(LoginSession.token_hash, over, limit)


@retention.sweep("tokens", kept="access")
def tokens(before: datetime, limit: int) -> int:
    """Personal tokens that were revoked or ran out."""
    return _delete(PersonalToken.id, or_(PersonalToken.expires_at < before, PersonalToken.revoked_at < before), limit)


@retention.sweep("tickets", kept="access")
def tickets(before: datetime, limit: int) -> int:
    """Links of invitations and forgotten passwords that work no more."""
    return _delete(AccountTicket.id, or_(AccountTicket.expires_at < before, AccountTicket.ended_at < before), limit)


@retention.sweep("requests", kept="access")
def requests(before: datetime, limit: int) -> int:
    """Wishes for a new password, which only the rate limit counts."""
    return _delete(AccountRequest.id, AccountRequest.at < before, limit)


@retention.sweep("attempts", kept="access")
def attempts(before: datetime, limit: int) -> int:
    """Tries to sign in, which only the rate limit counts."""
    return _delete(LoginAttempt.key, LoginAttempt.at < before, limit)


@retention.sweep("people.imports", kept="jobs")
def imports(before: datetime, limit: int) -> int:
    """Checked files with people: their rows are in the register, or were never wanted."""
    return _delete(PeopleImport.key, PeopleImport.uploaded_at < before, limit)


def _delete(key: Any, condition: ColumnElement[bool], limit: int) -> int:
    keys = list(db.session.scalars(select(key).where(condition).order_by(key).limit(limit)))
    if keys:
        db.session.execute(delete(key.class_).where(key.in_(keys)), execution_options={"synchronize_session": False})
    return len(keys)
