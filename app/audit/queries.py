"""Reading the record. Who may read it is checked here: auditors (and, for technical use, nobody else)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden

from .models import AccessEntry, AuditEvent, AuditSubject
from .operations import facts_of, verification
from .rules import Break, Link, first_break

OUTCOMES = ("ok", "denied", "notfound", "failed")


def may_read_record(actor: Actor) -> bool:
    """Auditors read the access log and events (roles.md §3, «Incidents, access log, technical log»)."""
    return actor.has_role("auditor")


def access_entries(
    actor: Actor,
    *,
    q: str = "",
    login: str = "",
    outcome: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    object_kind: str = "",
    object_key: str = "",
) -> Select[AccessEntry]:
    """The access log, newest first, as a statement to page through (`Listing.page`).

    Args:
        q: part of login, action, object or address.
        login, outcome, object_kind, object_key: exact.
        since, until: moments, `until` excluded.

    Raises:
        Forbidden: the actor is no auditor.
    """
    if not may_read_record(actor):
        raise Forbidden()
    statement = select(AccessEntry).order_by(AccessEntry.at.desc(), AccessEntry.key.desc())
    exact = {
        AccessEntry.actor: login,
        AccessEntry.outcome: outcome,
        AccessEntry.object_kind: object_kind,
        AccessEntry.object_key: object_key,
    }
    for column, value in exact.items():
        if value:
            statement = statement.where(column == value)
    if q:
        columns = (AccessEntry.actor, AccessEntry.action, AccessEntry.object_key, AccessEntry.address)
        statement = statement.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if since:
        statement = statement.where(AccessEntry.at >= since)
    if until:
        statement = statement.where(AccessEntry.at < until)
    return statement


def events(actor: Actor, *, subject_kind: str = "", subject_key: str = "", q: str = "") -> Select[AuditEvent]:
    """Events of one subject, of a kind, or all; newest first, as a statement to page through.

    Raises:
        Forbidden: the actor is no auditor.
    """
    if not may_read_record(actor):
        raise Forbidden()
    statement = select(AuditEvent).order_by(AuditEvent.at.desc(), AuditEvent.key.desc())
    if subject_kind:
        statement = statement.where(AuditEvent.subject_kind == subject_kind)
    if subject_key:
        statement = statement.where(AuditEvent.subject_key == subject_key)
    if q:
        columns = (AuditEvent.actor, AuditEvent.verb, AuditEvent.subject_key)
        statement = statement.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    return statement


def broken_at(subject_kind: str, subject_key: str) -> Break | None:
    """Check one subject's chain. None when it is whole (or has no events)."""
    end = db.session.get(AuditSubject, (subject_kind, subject_key))
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_key == subject_key)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=500, populate_existing=True)
    )
    try:
        links = (Link(row.seq, row.prev_hash, row.hash, facts_of(row)) for row in rows)
        if end is None:
            return Break(1, "gap") if next(links, None) else None
        return first_break(links, end.seq, end.hash)
    finally:
        rows.close()


@verification("audit_event")
def verify_events() -> Iterator[str]:
    """Check every subject's chain; one line per broken one."""
    subjects = select(AuditSubject.kind, AuditSubject.key).union(
        select(AuditEvent.subject_kind, AuditEvent.subject_key)
    )
    for kind, key in db.session.execute(subjects).all():
        broken = broken_at(kind, key)
        if broken is not None:
            yield f"{kind} {key}: {broken.reason} at event {broken.seq}"
