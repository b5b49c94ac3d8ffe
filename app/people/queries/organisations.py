"""The tree of organisations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Select, or_, select, text

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..catalogue import head_roles
from ..memory import ORGANISATION_SECONDS, memory
from ..models import Organisation

_known = memory(ORGANISATION_SECONDS, 10_000)
Categories = Callable[[str], tuple[str, ...]]
_categories: list[Categories] = []


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as other features see it; `path` goes from the region down to it.

    Attributes:
        categories: codes of the groups to which a school belongs today, as the register of schools says.
    """

    code: str
    kind: str
    level: str
    name: str
    short_name: str
    parent_code: str | None
    path: tuple[str, ...]
    timezone: str
    categories: tuple[str, ...]
    projects: tuple[str, ...]
    active: bool


def categories_from(source: Categories) -> Categories:
    """Register what knows the categories of a school (the register of schools); called for schools only."""
    _categories[:] = [source]
    return source


def organisation(code: str) -> OrganisationView:
    """One organisation, remembered for some seconds.

    Raises:
        NotFound: no such code.
    """
    return cast(OrganisationView, _known.get(code, lambda: _load(code)))


def organisation_path(code: str) -> tuple[str, ...]:
    """Codes from the region down to the organisation.

    Raises:
        NotFound: no such code.
    """
    return organisation(code).path


def municipality_of(code: str) -> str | None:
    """Code of the municipality in which an organisation lies (the topmost of that level); None for regional ones."""
    return next((step for step in organisation_path(code) if organisation(step).level == "municipality"), None)


def organisations(q: str = "", *, kind: str = "", level: str = "", within: str = "") -> Select[Organisation]:
    """Active organisations by name, as a statement to page through.

    Args:
        q: part of name, short name or code.
        kind, level: exact.
        within: code; only it and what lies below.
    """
    statement = select(Organisation).where(Organisation.active).order_by(Organisation.name, Organisation.code)
    if q:
        columns = (Organisation.name, Organisation.short_name, Organisation.code)
        statement = statement.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if kind:
        statement = statement.where(Organisation.kind == kind)
    if level:
        statement = statement.where(Organisation.level == level)
    if within:
        statement = statement.where(Organisation.path.contains([within]))
    return statement


def subordinate_codes(path: Sequence[str], level: str) -> list[str]:
    """Codes of active organisations of a level whose parent on the same level lies on the path.

    (The municipal services of the municipality of a school, the institutes of its region.)
    """
    on_path = select(Organisation.code).where(Organisation.code.in_(list(path)), Organisation.level == level)
    return list(
        db.session.scalars(
            select(Organisation.code).where(
                Organisation.active, Organisation.level == level, Organisation.parent_code.in_(on_path)
            )
        )
    )


_HEADS = text("""
    SELECT a.login FROM role_assignment r
    JOIN account a ON a.person_id = r.person_id
    WHERE r.organisation_code = :code AND r.role = ANY(:roles) AND r.ended_at IS NULL AND a.active
        AND coalesce(r.valid_from, :today) <= :today AND coalesce(r.valid_to, :today) >= :today
    ORDER BY r.acting DESC, r.id LIMIT 1
""")


def head_of(code: str) -> str | None:
    """Login of the head of an organisation (an acting head first), or of the nearest ancestor that has one.

    None when nobody signs anywhere above.
    """
    for step in reversed(organisation_path(code)):
        parameters = {"code": step, "roles": sorted(head_roles()), "today": clock.today()}
        login = db.session.execute(_HEADS, parameters).scalar()
        if login is not None:
            return str(login)
    return None


def _load(code: str) -> OrganisationView:
    row = db.session.get(Organisation, code)
    if row is None:
        raise NotFound()
    return OrganisationView(
        code=row.code,
        kind=row.kind,
        level=row.level,
        name=row.name,
        short_name=row.short_name,
        parent_code=row.parent_code,
        path=tuple(row.path),
        timezone=row.timezone,
        categories=_categories[0](code) if _categories and row.level == "school" else (),
        projects=tuple(row.projects),
        active=row.active,
    )
