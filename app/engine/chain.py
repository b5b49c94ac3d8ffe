"""The hash chain of an instance's history: every event carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode
FIRST = b"\0" * 32
"""What the first event of an instance follows."""


@dataclass(slots=True)
class Event:
    """One action, before it is written. The fields are those of `HistoryEvent`."""

    verb: str
    at: datetime
    actor: str
    channel: str
    on_behalf_of: str | None = None
    address: str | None = None
    element_id: str | None = None
    task_key: int | None = None
    form_key: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)


def dump(value: Any) -> str:
    """JSON as the history keeps it: the text itself is hashed, so it must be stored as text.

    Raises:
        ValueError: a value is not JSON (NaN, bytes, …).
    """
    return _encode(value)


def event_hash(
    before: bytes,
    instance_key: int,
    seq: int,
    key: int,
    at: datetime,
    who: tuple[str, str | None, str, str | None],
    what: tuple[str, str | None, int | None, int | None],
    details: str,
    entries: str,
) -> bytes:
    """The hash of an event.

    Args:
        before: hash of the event before it.
        who: actor, on_behalf_of, channel, address.
        what: verb, element_id, task_key, form_key.
        details, entries: the JSON texts as stored.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    head = dump([instance_key, seq, key, moment, *who, *what])
    return hashlib.sha256(b"\n".join((before, head.encode(), details.encode(), entries.encode()))).digest()
