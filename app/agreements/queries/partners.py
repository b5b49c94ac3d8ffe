"""Schools that might help another one, from what the program knows of results."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people
from app.people.models import Organisation
from app.schools import queries as schools
from app.schools.queries.results import results_of_years

from ..models import SupportSite
from ..rules.partners import School, Suggestion, suggest

YEARS = 3
"""Results of so many years show whether they are stable."""


def partners_for(school: str) -> list[Suggestion]:
    """Partners for a school, best first: tutor schools, base sites, and schools with stable results."""
    known = facts_of(None)
    weak = known.pop(school, None)
    if weak is None:
        return []
    weaker = set(schools.participants())
    return suggest(weak, (each for code, each in known.items() if code not in weaker or each.helping))


def facts_of(codes: Iterable[str] | None) -> dict[str, School]:
    """Schools with the worst share below the minimum by subject, and as what they help others."""
    query = select(Organisation).where(Organisation.active, Organisation.level == "school")
    if codes is not None:
        query = query.where(Organisation.code.in_(list(codes)))
    rows = list(db.session.scalars(query.order_by(Organisation.code)))
    year = clock.today().year
    shares: dict[str, dict[str, float]] = {}
    for result in results_of_years(range(year - YEARS, year + 1)):
        if result.below_min is not None:
            found = shares.setdefault(result.school, {})
            share = result.below_min * 100 / result.participants
            found[result.subject] = max(found.get(result.subject, 0.0), share)
    helping = _helping()
    return {
        row.code: School(
            code=row.code,
            name=row.short_name,
            municipality=people.municipality_of(row.code) or "",
            below_min=shares.get(row.code, {}),
            helping=helping.get(row.code, "школа-тьютор" if row.kind == "tutor_school" else ""),
        )
        for row in rows
    }


def _helping() -> dict[str, str]:
    query = select(SupportSite).where(SupportSite.state == "active", SupportSite.until >= clock.today())
    return {row.school: row.kind for row in db.session.scalars(query.order_by(SupportSite.key))}
