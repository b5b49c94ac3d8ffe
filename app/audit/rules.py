"""Hash chains: each event's hash covers its facts and the hash before it, so a changed or missing one is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = b"\0" * 32
"""What the first event of a chain follows."""


@dataclass(frozen=True, slots=True)
class Link:
    """One stored event as verification sees it."""

    seq: int
    prev_hash: bytes
    hash: bytes
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is not whole, and how: `gap`, `order` (does not follow the one before) or `content`."""

    seq: int
    reason: str


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, moments in UTC with microseconds."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def chain_hash(previous: bytes, facts: Mapping[str, Any]) -> bytes:
    """SHA-256 of the hash before and the facts."""
    return hashlib.sha256(previous + canonical(facts)).digest()


def first_break(links: Iterable[Link], last_seq: int, last_hash: bytes) -> Break | None:
    """Check a chain from its first event to the end that its subject knows.

    Args:
        links: in the order of `seq`.
        last_seq, last_hash: the subject's own note of the end, so that a cut-off tail is found too.

    Returns:
        The first place where it is broken, or None.
    """
    previous, expected = START, 0
    for link in links:
        expected += 1
        if link.seq != expected:
            return Break(expected, "gap")
        if link.prev_hash != previous:
            return Break(link.seq, "order")
        if chain_hash(previous, link.facts) != link.hash:
            return Break(link.seq, "content")
        previous = link.hash
    if expected != last_seq or previous != last_hash:
        return Break(expected + 1, "gap")
    return None


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
