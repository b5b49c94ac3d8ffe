"""What the register tells other features: the categories of a school."""

from __future__ import annotations

from app.people import queries as people

from .queries import membership


@people.categories_from
def categories(school: str) -> tuple[str, ...]:
    """Codes of the groups to which a school belongs today."""
    return tuple(each.code for each in membership.groups_of([school]).get(school, []))
