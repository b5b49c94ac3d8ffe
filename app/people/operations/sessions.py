"""Signing in and out. Failed attempts are counted per login and per address, in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from app.audit.operations import record_access
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError

from .. import passwords
from ..memory import people_changed
from ..models import Account, LoginAttempt, LoginSession

COOKIE_KEY = "s"
"""Where the signed cookie of the pages holds the session's token."""
WINDOW = timedelta(minutes=15)
MOST_PER_LOGIN = 10
MOST_PER_ADDRESS = 60
LONGEST_SESSION = timedelta(days=7)
_KEPT = timedelta(days=30)


class TooManyAttempts(AppError):
    """Too many failed logins for this login or from this address."""

    status = 429
    title = "Too many attempts"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of a try to sign in; the caller records it with `record_attempt` whatever becomes of the request."""

    login: str
    address: str
    account: Account | None
    channel: str = "web"


def sign_in(login: str, password: str, address: str | None, *, channel: str = "web") -> Attempt:
    """Check login and password against the rate limit and the stored hash. Changes nothing but an outdated hash.

    Raises:
        TooManyAttempts: with the minutes to wait.
    """
    login = login.strip().lower()[:64]
    where = address or ""
    demand_patience(login, where)
    account = db.session.scalars(select(Account).where(Account.login == login, Account.active)).one_or_none()
    right = passwords.matches(account.password_hash if account else "", password)
    if right and account is not None and _too_late(account):
        right = False
    if account is None or not right:
        return Attempt(login, where, None, channel)
    if not account.must_change_password and passwords.outdated(account.password_hash):
        account.password_hash = passwords.hash_of(password)
    return Attempt(login, where, account, channel)


def _too_late(account: Account) -> bool:
    """Whether the password is a one-time one whose days are over."""
    return account.must_change_password and account.one_time_until is not None and account.one_time_until < clock.now()


def record_attempt(attempt: Attempt) -> None:
    """Count the attempt and write it to the access log; a right one clears the failures of the login."""
    now = clock.now()
    succeeded = attempt.account is not None
    if succeeded:
        db.session.execute(delete(LoginAttempt).where(LoginAttempt.login == attempt.login))
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - _KEPT))
    row = LoginAttempt(at=now, login=attempt.login, address=attempt.address, succeeded=succeeded)
    db.session.add(row)
    who = Actor(login=attempt.login, name="", channel=attempt.channel, address=attempt.address or None)
    record_access(who, "login", "person", attempt.login, outcome="ok" if succeeded else "failed")


def start_session(account: Account, address: str | None, agent: str) -> str:
    """Open a session. Returns the token for the cookie; only its hash is kept. Long expired ones are swept away."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.execute(
        delete(LoginSession).where(LoginSession.account_id == account.id, LoginSession.expires_at < now - _KEPT)
    )
    db.session.add(
        LoginSession(
            token_hash=token_hash(token),
            account_id=account.id,
            started_at=now,
            expires_at=now + LONGEST_SESSION,
            address=address,
            agent=agent[:200],
        )
    )
    account.last_login_at = now
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """Sign out: the cookie is worth nothing any more, wherever a copy of it may be."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    people_changed()


def end_other_sessions(actor: Actor, token: str) -> int:
    """Sign out everywhere but here. Returns how many sessions ended."""
    result = db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.account_id == actor.account_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > clock.now(),
            LoginSession.token_hash != token_hash(token),
        )
        .values(ended_at=clock.now())
        .returning(LoginSession.started_at)
    )
    people_changed()
    return len(result.all())


def token_hash(token: str) -> bytes:
    """SHA-256 of a random token (nothing slower is needed: it cannot be guessed)."""
    return hashlib.sha256(token.encode()).digest()


def demand_patience(login: str, address: str) -> None:
    """Refuse to check a password after too many failures.

    Raises:
        TooManyAttempts: with the minutes to wait.
    """
    since = clock.now() - WINDOW
    failed = (LoginAttempt.at > since, LoginAttempt.succeeded.is_(False))
    for condition, most in (
        (LoginAttempt.login == login, MOST_PER_LOGIN),
        (LoginAttempt.address == address, MOST_PER_ADDRESS),
    ):
        count, first = db.session.execute(
            select(func.count(), func.min(LoginAttempt.at)).where(condition, *failed)
        ).one()
        if count >= most:
            raise TooManyAttempts(
                _l("Too many failed attempts. Try again in %(minutes)s min.", minutes=_minutes_left(first))
            )


def _minutes_left(first: datetime) -> int:
    return max(1, round((first + WINDOW - clock.now()).total_seconds() / 60))
