"""Programmes of schools with their versions, opinions and interviews, in the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation

from ..models import ENDED, IN_FORCE, ProgrammeInterview, ProgrammeOpinion, SchoolProgramme, SchoolProgrammeVersion
from ..policies import demand_sight, in_scope

_P, _V = SchoolProgramme, SchoolProgrammeVersion


@dataclass(frozen=True, slots=True)
class ProgrammeFilter:
    """What the list is narrowed to; empty means all.

    Attributes:
        state: a state, `open` (not ended) or `overdue` (must have been approved).
    """

    q: str = ""
    municipality: str = ""
    kind: str = ""
    state: str = ""
    light: str = ""
    school: str = ""


def programmes(actor: Actor, wanted: ProgrammeFilter | None = None) -> Select[Any]:
    """Programme, name of the school, name of its municipality: a statement to page through."""
    demand_sight(actor)
    wanted = wanted or ProgrammeFilter()
    school, place = Organisation.__table__.alias("school"), Organisation.__table__.alias("place")
    statement = (
        select(_P, school.c.short_name.label("school_name"), place.c.short_name.label("municipality_name"))
        .join(school, school.c.code == _P.school)
        .join(place, place.c.code == _P.municipality)
        .where(in_scope(actor))
        .order_by(place.c.short_name, school.c.short_name, _P.created_at.desc(), _P.key)
    )
    if wanted.q:
        columns = (school.c.name, school.c.short_name)
        statement = statement.where(or_(*(column.icontains(wanted.q, autoescape=True) for column in columns)))
    for column, value in (
        (_P.municipality, wanted.municipality),
        (_P.light, wanted.light),
        (_P.school, wanted.school),
    ):
        if value:
            statement = statement.where(column == value)
    if wanted.kind:
        statement = statement.where(_P.kinds.contains([wanted.kind]))
    return statement.where(_in_state(wanted.state)) if wanted.state else statement


def programme(actor: Actor, key: int) -> SchoolProgramme:
    """One programme.

    Raises:
        NotFound: no such row, or out of scope.
    """
    row = db.session.scalar(select(_P).where(_P.key == key, in_scope(actor)))
    if row is None:
        raise NotFound()
    return row


def of_school(actor: Actor, school: str) -> Sequence[SchoolProgramme]:
    """All programmes of a school that the actor may see, the newest first."""
    query = select(_P).where(_P.school == school, in_scope(actor)).order_by(_P.created_at.desc(), _P.key.desc())
    return db.session.scalars(query).all()


def running() -> Sequence[SchoolProgramme]:
    """Programmes that schools carry out now, for processes."""
    return db.session.scalars(select(_P).where(_P.state.in_(IN_FORCE)).order_by(_P.municipality, _P.school)).all()


def versions(actor: Actor, key: int) -> Sequence[SchoolProgrammeVersion]:
    """Everything that was submitted, the oldest first.

    Raises:
        NotFound: the programme is out of scope.
    """
    programme(actor, key)
    return db.session.scalars(select(_V).where(_V.programme_key == key).order_by(_V.version, _V.revision)).all()


def opinions(actor: Actor, key: int) -> Sequence[ProgrammeOpinion]:
    """Opinions of experts, the oldest first.

    Raises:
        NotFound: the programme is out of scope.
    """
    programme(actor, key)
    query = select(ProgrammeOpinion).where(ProgrammeOpinion.programme_key == key)
    return db.session.scalars(query.order_by(ProgrammeOpinion.given_at, ProgrammeOpinion.key)).all()


def interviews(actor: Actor, key: int) -> Sequence[ProgrammeInterview]:
    """Interviews about the indicators, the oldest first.

    Raises:
        NotFound: the programme is out of scope.
    """
    programme(actor, key)
    query = select(ProgrammeInterview).where(ProgrammeInterview.programme_key == key)
    return db.session.scalars(query.order_by(ProgrammeInterview.recorded_at, ProgrammeInterview.key)).all()


def is_overdue(row: SchoolProgramme) -> bool:
    """Whether it should have been approved by now (LEB-06)."""
    return row.approved_on is None and row.state not in ENDED and row.due_on < clock.today()


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "open":
        return _P.state.not_in(ENDED)
    if state == "overdue":
        return and_(_P.approved_on.is_(None), _P.state.not_in(ENDED), _P.due_on < clock.today())
    return _P.state == state


def rounds(key: int) -> int:
    """How many submissions of the open edition experts have judged."""
    opinion = ProgrammeOpinion
    judged = (
        select(opinion.version, opinion.revision)
        .join(_P, and_(_P.key == opinion.programme_key, _P.version == opinion.version))
        .where(opinion.programme_key == key)
        .distinct()
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(judged)) or 0


def municipalities(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the municipalities whose programmes the actor sees, for filters."""
    place = Organisation.__table__
    query = (
        select(place.c.code, place.c.short_name)
        .where(place.c.code.in_(select(_P.municipality).where(in_scope(actor))))
        .order_by(place.c.short_name)
    )
    return [(code, name) for code, name in db.session.execute(query)]
