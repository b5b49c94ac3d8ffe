"""Who belongs to which group on a day. A school in two groups is one school (YAR-02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation

from ..models import SchoolGroup, SchoolMembership
from ..rules.groups import STANDARD

_M = SchoolMembership


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as pickers and filters show it."""

    code: str
    title: str
    kind: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Membership:
    """One time of a school in a group."""

    group: GroupView
    school: str
    valid_from: date
    valid_to: date | None
    reason: str
    document_id: str | None
    list_id: str | None
    end_reason: str | None


def groups(*, kind: str = "", year: int | None = None) -> list[GroupView]:
    """All groups, the standard ones among them before any school is in: categories first, then by year and title."""
    found = {code: GroupView(code, *facts) for code, facts in STANDARD.items()}
    found |= {row.code: _view(row) for row in db.session.scalars(select(SchoolGroup))}
    rows = [row for row in found.values() if (not kind or row.kind == kind) and (year is None or row.year == year)]
    return sorted(rows, key=lambda row: (row.kind != "category", -(row.year or 9999), row.title))


def group(code: str) -> GroupView:
    """One group.

    Raises:
        NotFound: no such code.
    """
    row = db.session.get(SchoolGroup, code)
    if row is not None:
        return _view(row)
    if code in STANDARD:
        return GroupView(code, *STANDARD[code])
    raise NotFound()


def schools_in(
    groups: Collection[str] = (), organisation: str | None = None, on: date | None = None, *, active: bool = True
) -> list[str]:
    """Codes of the schools that belong to any of the groups on a day, each once, by short name.

    Args:
        groups: codes; none: every school.
        organisation: only schools at or below it (a municipality, a school); None: the whole region.
        on: the day, today when None.
        active: leave out closed schools.
    """
    query = select(Organisation.code).where(Organisation.level == "school")
    if active:
        query = query.where(Organisation.active)
    if organisation:
        query = query.where(Organisation.path.contains([organisation]))
    if groups:
        query = query.where(in_groups(groups, on))
    return list(db.session.scalars(query.order_by(Organisation.short_name, Organisation.code)))


def in_groups(groups: Collection[str], on: date | None = None) -> ColumnElement[bool]:
    """Condition on `Organisation`: it belongs to any of the groups on the day (today when None)."""
    inside = select(_M.school).where(_M.group_code.in_(list(groups)), valid_on(on or clock.today()))
    return Organisation.code.in_(inside)


def valid_on(day: date) -> ColumnElement[bool]:
    """Condition on `SchoolMembership`: it holds on the day."""
    return (_M.valid_from <= day) & or_(_M.valid_to.is_(None), _M.valid_to >= day)


def groups_of(schools: Collection[str], on: date | None = None) -> dict[str, list[GroupView]]:
    """The groups of schools on a day (today when None); schools without a group are left out."""
    query = (
        select(_M.school, SchoolGroup)
        .join(SchoolGroup, SchoolGroup.code == _M.group_code)
        .where(_M.school.in_(list(schools)), valid_on(on or clock.today()))
        .order_by(SchoolGroup.kind, SchoolGroup.year, SchoolGroup.code)
    )
    found: dict[str, list[GroupView]] = defaultdict(list)
    for school, row in db.session.execute(query):
        found[school].append(_view(row))
    return dict(found)


def is_in(school: str, groups: Collection[str], on: date | None = None) -> bool:
    """Whether a school belongs to any of the groups on a day."""
    return bool(groups) and bool(schools_in(groups, school, on, active=False))


def members(on: date | None = None, *, organisation: str | None = None) -> dict[str, int]:
    """How many schools each group has on a day, by code. Never added up: a school may be in two."""
    query = (
        select(_M.group_code, func.count(_M.school.distinct()))
        .join(Organisation, Organisation.code == _M.school)
        .where(Organisation.active, valid_on(on or clock.today()))
        .group_by(_M.group_code)
    )
    if organisation:
        query = query.where(Organisation.path.contains([organisation]))
    return {str(code): int(count) for code, count in db.session.execute(query)}


def memberships_of(school: str) -> list[Membership]:
    """All times of a school in groups, the latest first."""
    query = (
        select(_M, SchoolGroup)
        .join(SchoolGroup, SchoolGroup.code == _M.group_code)
        .where(_M.school == school)
        .order_by(_M.valid_from.desc(), SchoolGroup.code)
    )
    return [_membership(row, of) for row, of in db.session.execute(query)]


def participants(organisation: str | None = None, on: date | None = None) -> Sequence[str]:
    """Schools that get support: in any group of the kinds category and project."""
    codes = [each.code for each in groups() if each.kind != "list"]
    return schools_in(codes, organisation, on)


def _view(row: SchoolGroup) -> GroupView:
    return GroupView(row.code, row.title, row.kind, row.year)


def _membership(row: SchoolMembership, of: SchoolGroup) -> Membership:
    return Membership(
        group=_view(of),
        school=row.school,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        reason=row.reason,
        document_id=row.document_id,
        list_id=row.list_id,
        end_reason=row.end_reason,
    )
