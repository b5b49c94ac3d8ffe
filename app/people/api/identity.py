"""Tells the API shell who its callers are."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request, session

from app.api import Identity
from app.kernel.errors import Forbidden, NotFound

from ..operations.sessions import COOKIE_KEY, record_attempt, sign_in, token_hash
from ..operations.tokens import identity_of_token
from ..queries.actors import KnownAccount, actor_of_session, identity_for

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class People:
    """The API's authenticator over accounts, sessions and personal tokens."""

    def from_session(self, address: str | None) -> Identity | None:
        """The person of the page session."""
        token = session.get(COOKIE_KEY)
        known = actor_of_session(token_hash(token)) if isinstance(token, str) else None
        return _identity(known, address) if known else None

    def from_password(self, login: str, password: str, address: str | None) -> Identity | None:
        """The person after a password check, counted like a login."""
        attempt = sign_in(login, password, address, channel="api")
        g.setdefault("afterwards", []).append(lambda: record_attempt(attempt))
        return self.from_login(attempt.account.login, address) if attempt.account else None

    def from_login(self, login: str, address: str | None) -> Identity | None:
        """The person without a check."""
        try:
            return _identity(identity_for(login), address)
        except NotFound:
            return None

    def from_token(self, token: str, address: str | None) -> Identity | None:
        """The owner of a personal token; a read-only token refuses calls that change something."""
        found = identity_of_token(token)
        if found is None:
            return None
        known, scopes = found
        if "write" not in scopes and not _only_reads():
            raise Forbidden("This token may only read.")
        return _identity(known, address)


def _identity(known: KnownAccount, address: str | None) -> Identity | None:
    if known.must_change_password:
        return None
    return Identity(replace(known.actor, channel="api", address=address), known.stamp)


def _only_reads() -> bool:
    """GET, and the searches that Camunda's API sends as POST."""
    return request.method in _READING or request.path.endswith("/search")
