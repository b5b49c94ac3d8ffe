"""Writing to the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text, column, update, values
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
    end = _locked_ends([(subject_kind, key)])[subject_kind, key]
    happened = Happened(subject_kind, key, verb, changes or {}, details or {})
    event = _chained(actor, happened, *end, on_behalf_of)
    db.session.add(event)
    db.session.flush()
    mine = (AuditSubject.kind == subject_kind, AuditSubject.key == key)
    db.session.execute(update(AuditSubject).where(*mine).values(seq=event.seq, hash=event.hash))
    return event


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that is to be recorded together with others (see `record_event`)."""

    subject_kind: str
    subject_key: str
    verb: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


def record_events(actor: Actor, happened: Sequence[Happened]) -> None:
    """Add many events, each to its subject's chain, with three statements in all.

    Args:
        happened: in the order in which they happened; a subject may occur several times.
    """
    if not happened:
        return
    ends = _locked_ends([(each.subject_kind, each.subject_key) for each in happened])
    rows = []
    for each in happened:
        subject = each.subject_kind, each.subject_key
        event = _chained(actor, each, *ends[subject], None)
        ends[subject] = event.seq, event.hash
        rows.append({**facts_of(event), "prev_hash": event.prev_hash, "hash": event.hash})
    db.session.execute(insert(AuditEvent).values(rows))
    at = values(column("kind", Text), column("key", Text), column("seq", BigInteger), column("hash", LargeBinary))
    new = at.data([(*subject, *end) for subject, end in ends.items()]).alias("new")
    mine = (AuditSubject.kind == new.c.kind, AuditSubject.key == new.c.key)
    db.session.execute(
        update(AuditSubject).where(*mine).values(seq=new.c.seq, hash=new.c.hash),
        execution_options={"synchronize_session": False},
    )


def _chained(actor: Actor, happened: Happened, seq: int, previous: bytes, on_behalf_of: str | None) -> AuditEvent:
    """An event as the next one of its subject's chain, not yet added."""
    entries: Sequence[Any] = _json([[name, before, after] for name, (before, after) in happened.changes.items()])
    event = AuditEvent(
        subject_kind=happened.subject_kind,
        subject_key=happened.subject_key,
        seq=seq + 1,
        key=next_key(),
        at=clock.now(),
        actor=actor.login,
        on_behalf_of=on_behalf_of,
        channel=actor.channel,
        address=actor.address,
        verb=happened.verb,
        details=_json(dict(happened.details)),
        entries=list(entries),
        prev_hash=previous,
    )
    event.hash = chain_hash(previous, facts_of(event))
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


def _locked_ends(subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Sequence number and hash of each chain's end; the rows stay locked until the commit.

    They are locked in one order, so that two who record much at once do not wait for each other in a circle.
    """
    rows = [{"kind": kind, "key": key, "seq": 0, "hash": START} for kind, key in sorted(set(subjects))]
    new = insert(AuditSubject).values(rows)
    locked = new.on_conflict_do_update(index_elements=["kind", "key"], set_={"seq": AuditSubject.seq})
    columns = (AuditSubject.kind, AuditSubject.key, AuditSubject.seq, AuditSubject.hash)
    return {(row.kind, row.key): (row.seq, row.hash) for row in db.session.execute(locked.returning(*columns))}


def _json(value: Any) -> Any:
    """The value as it will come back from the database."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))
