"""Groups of schools for their pages: how many schools each has today, and who belonged to one when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people.models import Organisation

from .. import policies
from ..models import SchoolMembership
from .membership import GroupView, groups, valid_on
from .registry import municipality_name

_M = SchoolMembership


@dataclass(frozen=True, slots=True)
class Overview:
    """All groups with their schools of the reader's scope.

    Attributes:
        rows: groups with how many schools are in them today.
        schools: how many are in any of them: one in several counts once (YAR-02), so it is no sum.
    """

    rows: Sequence[tuple[GroupView, int]]
    schools: int


@dataclass(frozen=True, slots=True)
class Member:
    """One time of a school in a group.

    Attributes:
        others: titles of the other groups that the school is in today.
        open: it holds today or begins later: the school can be taken out.
    """

    membership: SchoolMembership
    name: str
    municipality: str
    others: Sequence[str]
    open: bool


def overview(actor: Actor) -> Overview:
    """The groups.

    Raises:
        NotFound: the register does not exist for the actor.
    """
    policies.demand_sight(actor)
    inside = (
        select(_M.group_code, _M.school)
        .join(Organisation, Organisation.code == _M.school)
        .where(Organisation.active, valid_on(clock.today()), policies.schools_in_scope(actor))
        .distinct()
        .subquery()
    )
    counts = select(inside.c.group_code, func.count()).group_by(inside.c.group_code)
    known = {str(code): int(count) for code, count in db.session.execute(counts)}
    total = db.session.scalar(select(func.count(inside.c.school.distinct()))) or 0
    return Overview([(each, known.get(each.code, 0)) for each in groups()], total)


def members_of(actor: Actor, group: str, *, past: bool = False) -> list[Member]:
    """Who belongs to a group, by name; schools of the actor's scope.

    Args:
        past: times that are over too.

    Raises:
        NotFound: the register does not exist for the actor.
    """
    policies.demand_sight(actor)
    today = clock.today()
    query = (
        select(_M, Organisation)
        .join(Organisation, Organisation.code == _M.school)
        .where(_M.group_code == group, policies.schools_in_scope(actor))
        .order_by(Organisation.short_name, Organisation.code, _M.valid_from.desc())
    )
    if not past:
        query = query.where(Organisation.active, or_(_M.valid_to.is_(None), _M.valid_to >= today))
    rows = db.session.execute(query).all()
    others = _others(group, {row.school for row, _school in rows}, today)
    return [
        Member(
            row,
            school.short_name,
            municipality_name(school.code),
            others.get(school.code, ()),
            _open(row, school, today),
        )
        for row, school in rows
    ]


def addable(group: str) -> list[tuple[str, str]]:
    """Schools that are not in the group and will not be: code and name."""
    inside = select(_M.school).where(_M.group_code == group, or_(_M.valid_to.is_(None), _M.valid_to >= clock.today()))
    query = (
        select(Organisation)
        .where(Organisation.level == "school", Organisation.active, Organisation.code.not_in(inside))
        .order_by(Organisation.short_name, Organisation.code)
    )
    return [(row.code, row.short_name) for row in db.session.scalars(query)]


def _open(row: SchoolMembership, school: Organisation, today: date) -> bool:
    return school.active and (row.valid_to is None or row.valid_to > today)


def _others(group: str, schools: set[str], today: date) -> dict[str, list[str]]:
    titles = {each.code: each.title for each in groups()}
    query = select(_M.school, _M.group_code).where(_M.school.in_(schools), _M.group_code != group, valid_on(today))
    found: dict[str, list[str]] = {}
    for school, code in db.session.execute(query.order_by(_M.group_code)):
        found.setdefault(school, []).append(titles[code])
    return found
