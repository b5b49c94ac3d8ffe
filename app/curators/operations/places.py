"""Places that wait for somebody: what a running process has taken up, so that no second one works on the same."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, text

from app.engine import queries as processes
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from ..models import ACTIVE, OPEN, PENDING, CuratorAppointment

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock(kind: str, target: str) -> None:
    """Hold a place to the end of the transaction: two processes never fill it at once."""
    db.session.execute(_LOCK, {"name": f"curator:{kind}:{target}"})


def open_places(
    actor: Actor,
    pairs: Iterable[tuple[str, str]],
    *,
    instance_key: int,
    replaces: int | None = None,
    reason: str | None = None,
) -> list[CuratorAppointment]:
    """Take up targets for a process; what another process works on already is left to it.

    Args:
        pairs: kind and target.
        replaces: the appointment that ends when somebody new is appointed; only then a target may have one already.
        reason: why it is replaced.

    Returns:
        The rows that this process has now, those it took up before included.

    Raises:
        NotFound: no such organisation.
    """
    found = []
    for kind, target in sorted(set(pairs)):
        lock(kind, target)
        row = pending_row(kind, target)
        if row is None and (replaces is not None or not _active(kind, target)):
            row = add_place(kind, target, instance_key, replaces=replaces, reason=reason)
        elif row is not None and left_behind(row):
            reopen(row).instance_key = instance_key
        if row is not None and row.instance_key == instance_key:
            found.append(row)
    return found


def of_instance(instance_key: int, *states: str) -> list[CuratorAppointment]:
    """Rows of a process in these states (all pending ones when none is named), by municipality and target."""
    query = select(CuratorAppointment).where(
        CuratorAppointment.instance_key == instance_key, CuratorAppointment.state.in_(states or PENDING)
    )
    return list(db.session.scalars(query.order_by(CuratorAppointment.kind, CuratorAppointment.target)))


def row_of(instance_key: int, key: int) -> CuratorAppointment:
    """One row of a process, locked.

    Raises:
        NotFound: the process has no such row.
    """
    row = db.session.get(CuratorAppointment, key, with_for_update=True, populate_existing=True)
    if row is None or row.instance_key != instance_key:
        raise NotFound()
    return row


def pending_row(kind: str, target: str) -> CuratorAppointment | None:
    """The place that waits for somebody now."""
    return db.session.scalar(
        select(CuratorAppointment).where(
            CuratorAppointment.kind == kind, CuratorAppointment.target == target, CuratorAppointment.state.in_(PENDING)
        )
    )


def _active(kind: str, target: str) -> bool:
    query = select(CuratorAppointment.key).where(
        CuratorAppointment.kind == kind,
        CuratorAppointment.target == target,
        CuratorAppointment.state == ACTIVE,
        CuratorAppointment.valid_to >= clock.today(),
    )
    return db.session.scalar(query) is not None


def left_behind(row: CuratorAppointment) -> bool:
    """Whether no process works on a place any more: it waits for one, or its process was cancelled."""
    return row.instance_key is None or processes.is_over(row.instance_key)


def reopen(row: CuratorAppointment) -> CuratorAppointment:
    """Let a place wait for somebody again; whoever was asked is free."""
    row.state, row.person, row.person_name, row.role, row.holder = OPEN, None, None, None, None
    db.session.flush()
    return row


def add_place(
    kind: str, target: str, instance_key: int | None, *, replaces: int | None = None, reason: str | None = None
) -> CuratorAppointment:
    """A new place; without a process it waits for the one that takes it up."""
    row = CuratorAppointment(
        kind=kind,
        target=target,
        municipality=people.municipality_of(target) or target,
        state=OPEN,
        refusals=[],
        replaces=replaces,
        replace_reason=reason,
        instance_key=instance_key,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row
