"""Argon2id hashes. The parameters travel in the hash; weaker ones are renewed at the next login."""

from __future__ import annotations

import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

_hasher = PasswordHasher()
_absent = ""
_READABLE = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
LONGEST = 200


def configure(*, time_cost: int, memory_cost: int, parallelism: int = 1) -> None:
    """Use other parameters in this process (tests: cheap ones)."""
    global _hasher, _absent
    _hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=parallelism)
    _absent = ""


def hash_of(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def hash_of_random(password: str) -> str:
    """The hash of a long random one-time password: cheap, since it cannot be guessed and soon changes."""
    return PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether the password is right. Without a hash it takes just as long and is false."""
    global _absent
    if len(password) > LONGEST:
        return False
    if not password_hash:
        _absent = _absent or _hasher.hash(secrets.token_urlsafe())
    try:
        return _hasher.verify(password_hash or _absent, password) and bool(password_hash)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def one_time() -> str:
    """A random password that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
