"""A programme begins: one per school, whatever lists the school is in; its team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people import queries as people

from .. import following
from ..models import DRAFTING, STOPPED, SchoolProgramme
from ..rules.words import KINDS
from . import finding

SMALLEST, LARGEST = 3, 7


def open_programme(
    actor: Actor, school: str, kinds: Iterable[str], *, due_on: date, instance_key: int | None
) -> SchoolProgramme:
    """Begin the programme of a school. Asked again for the same process it is the same row.

    What a cancelled process left behind is stopped.

    Args:
        school: code.
        kinds: codes of `KINDS`.
        due_on: day by which it must be approved.

    Raises:
        Invalid: the school has one already (`join_kinds` is for that).
    """
    row = finding.open_programme_of(school)
    if row is not None:
        if row.instance_key == instance_key and instance_key is not None:
            return row
        if not finding.left_behind(row):
            message = _l("The school has a programme already; it may carry several kinds.")
            raise Invalid(message, {"school_id": [message]})
        put_away(actor, row, STOPPED, reason="Процесс программы прекращён")
    row = SchoolProgramme(
        school=school,
        municipality=people.municipality_of(school) or school,
        kinds=_ordered(kinds),
        state=DRAFTING,
        version=1,
        due_on=due_on,
        team=[],
        expert_totals=[],
        instance_key=instance_key,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "school_programme", str(row.key), "open", details={"school": school})
    return row


def put_away(actor: Actor, row: SchoolProgramme, state: str, *, reason: str | None) -> None:
    """End a programme in one of the states `ENDED`; whoever follows it hears that it was stopped."""
    row.state, row.ended_on, row.reason = state, clock.today(), reason
    db.session.flush()
    audit.record_event(actor, "school_programme", str(row.key), "close", details={"state": state})
    if state == STOPPED:
        following.tell_stopped(actor, row)


def join_kinds(actor: Actor, row: SchoolProgramme, kinds: Iterable[str]) -> None:
    """Mark a running programme with further kinds: a school in two lists has one programme (processes.md)."""
    wanted = _ordered([*row.kinds, *kinds])
    if wanted != row.kinds:
        row.kinds = wanted
        audit.record_event(actor, "school_programme", str(row.key), "kinds", details={"kinds": wanted})
        db.session.flush()


def record_team(actor: Actor, key: int, team: Sequence[str], kinds: Iterable[str] = ()) -> SchoolProgramme:
    """Keep the school team: three to seven people of the school, a head or deputy among them.

    Raises:
        Invalid: too few, too many, somebody of another school, nobody who leads.
    """
    row = finding.programme(key)
    logins = list(dict.fromkeys(team))
    message: object | None = None
    if not SMALLEST <= len(logins) <= LARGEST:
        message = _l("A team has three to seven members.")
    elif not all(_works_at(login, row.school) for login in logins):
        message = _l("Everybody in the team works at this school.")
    elif not any(_leads(login, row.school) for login in logins):
        message = _l("The head of the school or a deputy belongs to the team.")
    if message is not None:
        raise Invalid(message, {"team": [message]})
    row.team = logins
    join_kinds(actor, row, kinds)
    db.session.flush()
    return row


def mark(actor: Actor, key: int, state: str) -> SchoolProgramme:
    """Say how far the programme has come."""
    row = finding.programme(key)
    row.state = state
    db.session.flush()
    return row


def _ordered(kinds: Iterable[str]) -> list[str]:
    wanted = set(kinds)
    return [kind for kind in KINDS if kind in wanted] or [KINDS[0]]


def _works_at(login: str, school: str) -> bool:
    person = people.person_by_login(login)
    return person.organisation == school or school in people.actor_for(login).organisations()


def _leads(login: str, school: str) -> bool:
    return school in people.actor_for(login).organisations("school_head", "deputy_head")
