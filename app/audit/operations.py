"""Writing to the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.ids import next_key

from .models import AccessEntry, AuditEvent, AuditSubject
from .rules import START, chain_hash

Verification = Callable[[], Iterator[str]]
_verifications: dict[str, Verification] = {}


def record_access(
    actor: Actor,
    action: str,
    object_kind: str = "",
    object_key: object = "",
    *,
    outcome: str = "ok",
    request_id: str | None = None,
) -> None:
    """Add a line to the access log, in the current unit of work.

    A page that is recorded when it is opened (an instance, a person's card) calls this itself. Refused requests are
    recorded by the shell, in a transaction of their own.

    Args:
        action: what was wanted, as `open` or `export`.
        object_kind, object_key: what it was about.
        outcome: `ok`, `denied`, `notfound` or `failed`.
    """
    db.session.add(
        AccessEntry(
            key=next_key(),
            at=clock.now(),
            actor=actor.login,
            channel=actor.channel,
            address=actor.address,
            action=action[:200],
            object_kind=object_kind,
            object_key=str(object_key)[:400],
            outcome=outcome,
            request_id=request_id,
        )
    )


def record_event(
    actor: Actor,
    subject_kind: str,
    subject_key: object,
    verb: str,
    *,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    details: Mapping[str, Any] | None = None,
    on_behalf_of: str | None = None,
) -> AuditEvent:
    """Add an event to a subject's chain, in the current unit of work.

    Args:
        actor: who did it.
        subject_kind, subject_key: whose history this is, as `person`, `ivanova`.
        verb: what was done, as `change`.
        changes: field → (before, after), JSON values.
        details: what else belongs to it.
        on_behalf_of: login for whom a substitute acted.
    """
    key = str(subject_key)
    seq, previous = _locked_end(subject_kind, key)
    entries: Sequence[Any] = _json([[name, before, after] for name, (before, after) in (changes or {}).items()])
    event = AuditEvent(
        subject_kind=subject_kind,
        subject_key=key,
        seq=seq + 1,
        key=next_key(),
        at=clock.now(),
        actor=actor.login,
        on_behalf_of=on_behalf_of,
        channel=actor.channel,
        address=actor.address,
        verb=verb,
        details=_json(dict(details or {})),
        entries=list(entries),
        prev_hash=previous,
    )
    event.hash = chain_hash(previous, facts_of(event))
    db.session.add(event)
    db.session.flush()
    mine = (AuditSubject.kind == subject_kind, AuditSubject.key == key)
    db.session.execute(update(AuditSubject).where(*mine).values(seq=event.seq, hash=event.hash))
    return event


def facts_of(event: AuditEvent) -> dict[str, Any]:
    """What the hash of an event covers."""
    return {
        "subject_kind": event.subject_kind,
        "subject_key": event.subject_key,
        "seq": event.seq,
        "key": event.key,
        "at": event.at,
        "actor": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "channel": event.channel,
        "address": event.address,
        "verb": event.verb,
        "details": event.details,
        "entries": event.entries,
    }


def verification(name: str) -> Callable[[Verification], Verification]:
    """Register a check of another feature's chains; it yields one line of text per broken chain."""

    def register(check: Verification) -> Verification:
        _verifications[name] = check
        return check

    return register


def verify_everything() -> Iterator[str]:
    """Run every registered check. Yields one line per broken chain, nothing when all is whole."""
    for name, check in sorted(_verifications.items()):
        for line in check():
            yield f"{name}: {line}"


def _locked_end(kind: str, key: str) -> tuple[int, bytes]:
    """Sequence number and hash of the chain's end; its row stays locked until the commit."""
    new = insert(AuditSubject).values(kind=kind, key=key, seq=0, hash=START)
    locked = new.on_conflict_do_update(index_elements=["kind", "key"], set_={"seq": AuditSubject.seq})
    end = db.session.execute(locked.returning(AuditSubject.seq, AuditSubject.hash)).one()
    return end.seq, end.hash


def _json(value: Any) -> Any:
    """The value as it will come back from the database."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))
