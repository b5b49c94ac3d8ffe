"""The pool of experts: who is in it this year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people

from ..models import Expert


@dataclass(frozen=True, slots=True)
class Profile:
    """What a candidate says in the form `expert_profile`."""

    login: str
    category: str
    areas: Sequence[str]
    max_load: int


def activate(
    actor: Actor, profiles: Sequence[Profile], order: Mapping[str, Any], *, until: date, instance_key: int | None
) -> list[Expert]:
    """Put people into the pool to the end of the year; who is in it already gets the new profile and term.

    Args:
        order: `number, document_id`.
        until: last day.
    """
    found = []
    for profile in profiles:
        before = db.session.scalar(
            select(Expert).where(Expert.login == profile.login, Expert.state == "active").with_for_update()
        )
        if before is not None:
            end_expert(actor, before)
        row = _member(profile, order, until)
        row.instance_key, row.created_by = instance_key, actor.login
        db.session.add(row)
        db.session.flush()
        audit.record_event(actor, "expert", row.login, "activate")
        found.append(row)
    return found


def _member(profile: Profile, order: Mapping[str, Any], until: date) -> Expert:
    person = people.person_by_login(profile.login)
    return Expert(
        login=person.login,
        name=person.name,
        organisation=person.organisation or _place(person.login),
        category=profile.category,
        areas=list(profile.areas),
        max_load=profile.max_load,
        state="active",
        valid_from=clock.today(),
        valid_to=until,
        order_number=order.get("number"),
        document_id=order.get("document_id"),
        created_at=clock.now(),
    )


def end_expert(actor: Actor, row: Expert) -> None:
    """Take somebody out of the pool; what they look after stays until it is replaced."""
    row.state, row.ended_at = "ended", clock.now()
    db.session.flush()


def _place(login: str) -> str | None:
    """Where somebody without a place of work holds the first role."""
    held = people.actor_for(login).assignments
    return held[0].organisation if held else None
