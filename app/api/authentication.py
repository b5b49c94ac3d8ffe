"""Who calls: a session cookie, HTTP Basic with a person's login and password, or a personal bearer token."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from flask import g, request
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from app.api.problems import Unauthenticated
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden

CACHE_SECONDS = 60.0
CACHE_SIZE = 1000
CHANNEL = "api"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the API sees them.

    Attributes:
        actor: with channel `api` and the caller's address.
        stamp: any text that changes when the password does; it voids a remembered password check.
    """

    actor: Actor
    stamp: str


class Authenticator(Protocol):
    """What the API asks about people; `people` registers one. Each call runs inside a unit of work.

    All answer None for an unknown, closed or wrong one; `from_password` may raise an `AppError` (too many attempts).
    """

    def from_session(self, address: str | None) -> Identity | None:
        """The person whose session cookie came with the current request."""

    def from_password(self, login: str, password: str, address: str | None) -> Identity | None:
        """The person, after checking the password (argon2, counted against the rate limit)."""

    def from_login(self, login: str, address: str | None) -> Identity | None:
        """The person, without any check: the shell has just remembered one."""

    def from_token(self, token: str, address: str | None) -> Identity | None:
        """The owner of a personal token."""


_authenticator: Authenticator | None = None


def use_authenticator(authenticator: Authenticator) -> None:
    """Register the one authenticator of this process."""
    global _authenticator
    _authenticator = authenticator


class VerifiedPasswords:
    """Passwords that were right a moment ago, so that argon2 is not paid by every call. Only keyed digests are kept."""

    def __init__(self, seconds: float = CACHE_SECONDS, size: int = CACHE_SIZE) -> None:
        self._seconds, self._size = seconds, size
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def _digest(self, login: str, password: str) -> bytes:
        return hashlib.blake2b(f"{login}\0{password}".encode(), key=self._key).digest()

    def remember(self, login: str, password: str, stamp: str) -> None:
        """Keep a pair that was just verified."""
        with self._lock:
            self._kept[self._digest(login, password)] = (stamp, time.monotonic() + self._seconds)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def stamp(self, login: str, password: str) -> str | None:
        """The stamp the pair was verified with; None when it is unknown or too old."""
        digest = self._digest(login, password)
        with self._lock:
            found = self._kept.get(digest)
            if found is not None and found[1] < time.monotonic():
                del self._kept[digest]
                found = None
        return found[0] if found else None


verified_passwords = VerifiedPasswords()


def authenticate() -> Actor:
    """Find out who calls and keep the actor for `current_actor`.

    Raises:
        Unauthenticated: nobody, or wrong credentials.
        Forbidden: a session without the CSRF token on a call that changes something.
    """
    if _authenticator is None:
        raise Unauthenticated("Nobody can sign in: no authenticator is registered.")
    identity = _identity(_authenticator, request.remote_addr)
    if identity is None:
        raise Unauthenticated(_("Sign in: session cookie, HTTP Basic, or bearer token."))
    g.api_actor = identity.actor  # not `g.actor`: the page shell would record refusals a second time
    return identity.actor


def _identity(people: Authenticator, address: str | None) -> Identity | None:
    given = request.authorization
    if given is None:
        identity = people.from_session(address)
        if identity is not None:
            _check_csrf()
        return identity
    if given.type == "bearer" and given.token:
        return people.from_token(given.token, address)
    if given.type == "basic" and given.username and given.password:
        return _by_password(people, given.username, given.password, address)
    return None


def _by_password(people: Authenticator, login: str, password: str, address: str | None) -> Identity | None:
    stamp = verified_passwords.stamp(login, password)
    if stamp is not None:
        identity = people.from_login(login, address)
        if identity is not None and identity.stamp == stamp:
            return identity
    identity = people.from_password(login, password, address)
    if identity is not None:
        verified_passwords.remember(login, password, identity.stamp)
    return identity


def _check_csrf() -> None:
    """A cookie travels by itself, so a call that changes something must also carry the page's token."""
    if request.method in SAFE_METHODS:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError as error:
        raise Forbidden(_("The CSRF token is missing or wrong: send it in the X-CSRFToken header.")) from error


def current_actor() -> Actor:
    """Who makes the current call."""
    actor: Actor = g.api_actor
    return actor
