"""Create, change, close and reopen organisations."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record_event
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from ..catalogue import kinds
from ..catalogue import projects as known_projects
from ..memory import people_changed
from ..models import Organisation, RoleAssignment
from ..policies import demand_administration
from ..rules import CODE, RESERVED
from .changes import apply, demand_version

_DEFAULT_ZONE = "Europe/Moscow"
DEPTH = {"region": 0, "outside": 0, "municipality": 1, "school": 2}


def create_organisation(
    actor: Actor,
    code: str,
    kind: str,
    name: str,
    *,
    short_name: str = "",
    parent: str | None = None,
    timezone: str = "",
    projects: Sequence[str] = (),
) -> Organisation:
    """Add an organisation.

    Args:
        code: lower-case letters, digits, hyphens; never changes.
        kind: one of the catalogue; it gives the level.
        parent: code; only a region has none.
        timezone: IANA zone, the parent's when empty.

    Raises:
        Forbidden: the actor is no administrator.
        Invalid: a field is wrong, with the field named.
    """
    demand_administration(actor)
    above = _checked(kind=kind, parent=parent, timezone=timezone, projects=projects)
    if not re.fullmatch(CODE, code) or code in RESERVED:
        raise Invalid(errors={"code": [_l("Lower-case Latin letters, digits and hyphens; a letter or digit first.")]})
    if db.session.get(Organisation, code) is not None:
        raise Invalid(errors={"code": [_l("This code is taken.")]})
    row = Organisation(
        code=code,
        kind=kind,
        level=kinds()[kind].level,
        name=name,
        short_name=short_name or name,
        parent_code=parent,
        path=[*(above.path if above else []), code],
        timezone=timezone or (above.timezone if above else _DEFAULT_ZONE),
        projects=list(projects),
    )
    people_changed()
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict(_l("This code is taken.")) from error
    record_event(actor, "organisation", code, "create", changes={"name": (None, name), "kind": (None, kind)})
    return row


def change_organisation(actor: Actor, code: str, *, version: int | None = None, **values: Any) -> Organisation:
    """Change an organisation.

    Args:
        version: the version that was shown.
        values: any of `kind name short_name parent timezone projects`.

    Raises:
        Forbidden: the actor is no administrator.
        NotFound: no such organisation.
        Invalid: a field is wrong.
        Conflict: somebody else changed it meanwhile.
    """
    demand_administration(actor)
    row = _locked(code)
    demand_version(row, version)
    kind, parent = values.get("kind", row.kind), values.get("parent", row.parent_code)
    above = _checked(
        kind=kind,
        parent=parent,
        timezone=values.get("timezone", ""),
        projects=values.get("projects", ()),
        code=code,
    )
    fields: dict[str, Any] = {n: values[n] for n in ("name", "short_name", "projects") if n in values}
    fields["timezone"] = values.get("timezone") or row.timezone
    fields |= {"kind": kind, "level": kinds()[kind].level, "parent_code": parent}
    before = list(row.path)
    changes = apply(row, {**fields, "path": [*(above.path if above else []), code]})
    if changes:
        people_changed()
        db.session.flush()
        _move_below(row, before)
        record_event(actor, "organisation", code, "change", changes=changes)
    return row


def close_organisation(actor: Actor, code: str, *, reason: str = "") -> Organisation:
    """Take an organisation out of use; its roles no longer count. Nothing is deleted.

    Raises:
        Forbidden: the actor is no administrator.
        Conflict: active organisations lie below it.
    """
    demand_administration(actor)
    row = _locked(code)
    if db.session.scalar(select(exists().where(Organisation.parent_code == code, Organisation.active))):
        raise Conflict(_l("Close the organisations below it first."))
    return _set_active(actor, row, False, reason)


def reopen_organisation(actor: Actor, code: str) -> Organisation:
    """Take a closed organisation into use again.

    Raises:
        Conflict: the organisation above is closed.
    """
    demand_administration(actor)
    row = _locked(code)
    above = db.session.get(Organisation, row.parent_code) if row.parent_code else None
    if above is not None and not above.active:
        raise Conflict(_l("Open the organisation above it first."))
    return _set_active(actor, row, True, "")


def has_roles(code: str) -> bool:
    """Whether running role assignments name the organisation."""
    running = exists().where(RoleAssignment.organisation_code == code, RoleAssignment.ended_at.is_(None))
    return bool(db.session.scalar(select(running)))


def _set_active(actor: Actor, row: Organisation, active: bool, reason: str) -> Organisation:
    changes = apply(row, {"active": active})
    if changes:
        people_changed()
        verb = "reopen" if active else "close"
        record_event(
            actor, "organisation", row.code, verb, changes=changes, details={"reason": reason} if reason else {}
        )
    return row


def _locked(code: str) -> Organisation:
    row = db.session.get(Organisation, code, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def _checked(
    *,
    kind: str,
    parent: str | None,
    timezone: str,
    projects: Sequence[str],
    code: str | None = None,
) -> Organisation | None:
    """The organisation above, once all fields are right.

    Raises:
        Invalid: naming each wrong field.
    """
    errors: dict[str, list[object]] = {}
    if kind not in kinds():
        errors["kind"] = [_l("Choose one of the list.")]
    if timezone and not zone_exists(timezone):
        errors["timezone"] = [_l("There is no such time zone.")]
    if not set(projects) <= set(known_projects()):
        errors["projects"] = [_l("Choose one of the list.")]
    above = db.session.get(Organisation, parent) if parent else None
    problem = _parent_problem(kind, parent, above, code) if "kind" not in errors else None
    if problem:
        errors["parent"] = [problem]
    if errors:
        raise Invalid(errors=errors)
    return above


def _parent_problem(kind: str, parent: str | None, above: Organisation | None, code: str | None) -> Any:
    if parent and above is None:
        return _l("There is no such organisation.")
    if above is None:
        return None if kind == "region_authority" else _l("Choose the organisation above it.")
    if not above.active:
        return _l("This organisation is closed.")
    if code is not None and code in above.path:
        return _l("An organisation cannot lie below itself.")
    if DEPTH[above.level] > DEPTH[kinds()[kind].level] or above.level == "outside":
        return _l("The organisation above must be on the same level or a higher one.")
    return None


def zone_exists(zone: str) -> bool:
    """Whether this is an IANA time zone."""
    return zone in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _move_below(row: Organisation, before: list[str]) -> None:
    """After a move: the paths of everything below begin with the new path."""
    if row.path == before:
        return
    below = select(Organisation).where(Organisation.path.contains([row.code]), Organisation.code != row.code)
    for each in db.session.scalars(below.with_for_update()):
        each.path = [*row.path, *each.path[len(before) :]]
    db.session.flush()
