"""Pickers of people, organisations and roles, and what FEEL knows of them as `actor` and `organisation`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms import facts, sources
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.catalogue import roles

_MOST = sources.PAGE + 1


def people_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """People whom the actor may look up.

    Args:
        wanted: `role`, `organisation` (or `school`, `municipality`: it and what lies below), `logins` (only these),
            `except` (a login or several).
    """
    only, never = _logins(wanted.get("logins")), set(_logins(wanted.get("except")) or ())
    if only is not None:
        named = ((login, _full_name(login)) for login in only[:200] if login not in never)
        matching = [
            login for login, name in named if name and all(part in name.lower() for part in words.lower().split())
        ]
        return [choice for login in matching if (choice := _one(actor, login, wanted)) is not None]
    people_found = db.session.scalars(_directory(actor, words, wanted).limit(_MOST + len(never)))
    choices = [(person.account.login, _named(person.name, person.position)) for person in people_found]
    return [choice for choice in choices if choice[0] not in never][:_MOST]


def _directory(actor: Actor, words: str, wanted: Mapping[str, Any]) -> Any:
    place = wanted.get("organisation") or wanted.get("school") or wanted.get("municipality")
    return people.directory(actor, words, role=_text(wanted.get("role")), organisation=_text(place))


def _one(actor: Actor, login: str, wanted: Mapping[str, Any]) -> sources.Choice | None:
    """This very person, if the actor may look them up and they fit."""
    name = _full_name(login)
    for person in db.session.scalars(_directory(actor, name, wanted)) if name else ():
        if person.account.login == login:
            return login, _named(person.name, person.position)
    return None


def _full_name(login: str) -> str:
    try:
        return people.person_by_login(login).name
    except NotFound:
        return ""


def _person_holds(actor: Actor, login: str, wanted: Mapping[str, Any]) -> bool:
    only, never = _logins(wanted.get("logins")), _logins(wanted.get("except")) or ()
    if login in never or (only is not None and login not in only):
        return False
    return _one(actor, login, wanted) is not None


def _person_label(login: str) -> str | None:
    try:
        found = people.person_by_login(login)
    except NotFound:
        return None
    return _named(found.name, found.position)


def organisations_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Organisations of the actor's scope: own school, own municipality with everything in it, the whole region.

    Args:
        wanted: `kind`, `level`, `within` (code: it and what lies below), `codes` (only these), `except`.
    """
    only, never = _logins(wanted.get("codes")), set(_logins(wanted.get("except")) or ())
    asked = _text(wanted.get("within") or wanted.get("municipality")) or ""
    found: dict[str, str] = {}
    for reach in _reach(actor):
        within = _narrower(reach, asked)
        if within is None:
            continue
        statement = people.organisations(
            words, kind=_text(wanted.get("kind")) or "", level=_text(wanted.get("level")) or "", within=within
        )
        for row in db.session.scalars(statement.limit(2000 if only is not None else _MOST + len(never))):
            if row.code not in never and (only is None or row.code in only):
                found[row.code] = row.name
    return list(found.items())[:_MOST]


def _narrower(reach: str, asked: str) -> str | None:
    """The smaller of two parts of the tree (empty: the whole tree); None where they do not meet."""
    if not reach or not asked or reach in _path(asked):
        return asked or reach
    return reach if asked in _path(reach) else None


def _reach(actor: Actor) -> list[str]:
    """Codes of the organisations below which the actor may pick; an empty code is the whole tree."""
    if actor.system or any(held.level == "region" for held in actor.assignments):
        return [""]
    codes = (
        people.municipality_of(held.organisation) or held.organisation
        if held.level == "municipality"
        else held.organisation
        for held in actor.assignments
    )
    return sorted(set(codes))


def _organisation_label(code: str) -> str | None:
    try:
        return people.organisation(code).name
    except NotFound:
        return None


def roles_for(actor: Actor, words: str, wanted: Mapping[str, Any]) -> list[sources.Choice]:
    """Roles by name; `wanted`: `level`."""
    level = _text(wanted.get("level"))
    found = ((role.id, str(role)) for role in roles().values() if not level or role.level == level)
    return [(one, label) for one, label in found if words.lower() in label.lower()]


def _role_label(role: str) -> str | None:
    return str(roles()[role]) if role in roles() else None


def _describe_person(login: str) -> Mapping[str, Any] | None:
    try:
        found = people.person_by_login(login)
    except NotFound:
        return None
    described: dict[str, Any] = {
        "last_name": found.last_name,
        "first_name": found.first_name,
        "middle_name": found.middle_name,
        "position": found.position,
        "email": found.email,
    }
    if found.organisation:
        described["organisation"] = found.organisation
        described["workplace"] = _organisation_label(found.organisation) or found.organisation
    return described


def _describe_organisation(code: str) -> Mapping[str, Any] | None:
    try:
        found = people.organisation(code)
    except NotFound:
        return None
    return {
        "name": found.name,
        "short_name": found.short_name,
        "kind": found.kind,
        "level": found.level,
        "municipality": people.municipality_of(code),
        "categories": list(found.categories),
        "path": list(found.path),
    }


def _named(name: str, position: str) -> str:
    return f"{name}, {position}" if position else name


def _logins(value: object) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value if one]
    return [str(value)]


def _text(value: object) -> str | None:
    return str(value) if value else None


def _path(code: str) -> tuple[str, ...]:
    try:
        return people.organisation_path(code)
    except NotFound:
        return ()


sources.register("people", search=people_for, label=_person_label, holds=_person_holds, title=_l("Person"))
sources.register("organisations", search=organisations_for, label=_organisation_label, title=_l("Organisation"))
sources.register("roles", search=roles_for, label=_role_label, title=_l("Role"))
facts.describe_with("person", _describe_person)
facts.describe_with("organisation", _describe_organisation)
