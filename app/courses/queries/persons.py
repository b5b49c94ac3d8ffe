"""Facts of people and organisations that applications, notices and lists need, taken from the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kernel.actor import Assignment
from app.kernel.errors import NotFound
from app.people import queries as people

_OF_SCHOOL = ("school_head", "deputy_head", "teacher", "school_team_member")
"""School roles, the one that counts for a team's completeness first."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, as known when the head has signed; names and places are kept as they were then."""

    login: str
    name: str
    school: str
    school_name: str = ""
    municipality: str | None = None
    position: str = ""
    role: str = "teacher"
    applied_by: str = ""
    basis: str | None = None
    team_name: str | None = None
    assignment: Mapping[str, Any] = field(default_factory=dict)


def applicant(login: str, position: str | None = None) -> Applicant:
    """Who applies, with school, municipality, position and role of today.

    Raises:
        NotFound: no such person, or she works at no school.
    """
    person = people.person_by_login(login)
    place = _school_assignment(login)
    school = place.organisation if place else person.organisation
    if school is None:
        raise NotFound()
    return Applicant(
        login=login,
        name=person.name,
        school=school,
        school_name=organisation_name(school),
        municipality=municipality_of(school),
        position=position or person.position,
        role=place.role if place else "teacher",
    )


def works_at_school(login: str) -> bool:
    """Whether somebody holds a role of a school today (a closed account holds none)."""
    return bool(_held_at_school(login))


def organisation_name(code: str | None) -> str:
    """Short name of an organisation; its code when it is not (or no longer) known."""
    if not code:
        return ""
    try:
        return people.organisation(code).short_name
    except NotFound:
        return code


def municipality_of(code: str) -> str | None:
    """Municipality in which an organisation lies."""
    try:
        return people.municipality_of(code)
    except NotFound:
        return None


def path_of(code: str) -> tuple[str, ...]:
    """Codes from the region down to the organisation; only its own when it is not known."""
    try:
        return people.organisation_path(code)
    except NotFound:
        return (code,)


def workplaces(logins: Iterable[str]) -> dict[str, set[str]]:
    """Organisations where each person works or holds a role of a school: nobody attests a teacher of the own school."""
    found: dict[str, set[str]] = {}
    for login in logins:
        places: set[str] = set()
        try:
            person = people.person_by_login(login)
            places = {a.organisation for a in people.actor_for(login).assignments if a.level == "school"}
            places |= {person.organisation} if person.organisation else set()
        except NotFound:
            pass
        found[login] = places
    return found


def _held_at_school(login: str) -> list[Assignment]:
    try:
        held = people.actor_for(login).assignments
    except NotFound:
        return []
    return [assignment for assignment in held if assignment.role in _OF_SCHOOL]


def _school_assignment(login: str) -> Assignment | None:
    at_school = _held_at_school(login)
    return min(at_school, key=lambda assignment: _OF_SCHOOL.index(assignment.role), default=None)
