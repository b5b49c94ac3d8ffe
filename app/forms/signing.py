"""Signatures: who, when, and the hash of what was signed (forms.md, type `signature`; no cryptography in it)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.kernel import clock
from app.kernel.actor import Actor


def content_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 of JSON data in one canonical writing (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def signature(
    actor: Actor, values: Mapping[str, Any], *, role: str = "", on_behalf_of: str | None = None
) -> dict[str, Any]:
    """The signature of an actor under values. The password was checked by whoever calls this.

    Args:
        role: the role in which the person signs.
        on_behalf_of: login of the person for whom an acting head signs.
    """
    return {
        "login": actor.login,
        "name": actor.name,
        "role": role,
        "signed_at": clock.now().isoformat(timespec="seconds"),
        "sha256": content_hash(values),
        "on_behalf_of": on_behalf_of,
    }


def is_signature(value: object) -> bool:
    """Whether a value is a signature."""
    return isinstance(value, Mapping) and {"login", "signed_at", "sha256"} <= value.keys()
