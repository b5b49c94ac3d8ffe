"""Small things that the pages of people share: versions of shown objects, options of selects."""

from __future__ import annotations

from itertools import groupby

from flask import request
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from ..catalogue import roles
from ..models import Organisation
from ..policies import may_administer, reaches
from ..queries.reach import organisation_in_reach


def shown_version() -> int | None:
    """The version of the object that the form was opened with."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() else None


def organisation_options(actor: Actor | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Active organisations for a grouped select: the region's, then each municipality's.

    Args:
        actor: only where this person looks after accounts.
    """
    query = select(Organisation).where(Organisation.active).order_by(Organisation.path, Organisation.name)
    rows = db.session.scalars(query if actor is None else query.where(organisation_in_reach(actor))).all()
    names = {row.code: row.short_name for row in rows}
    first = [row for row in rows if row.level in ("region", "outside")]
    lower = [row for row in rows if row.level not in ("region", "outside")]
    groups = [(names.get(first[0].code, ""), [(r.code, r.short_name) for r in first])] if first else []
    for code, members in groupby(lower, key=lambda row: row.path[1] if len(row.path) > 1 else row.code):
        groups.append((names.get(code, code), [(r.code, r.short_name) for r in members]))
    return groups


def role_options(actor: Actor | None = None) -> list[tuple[str, str]]:
    """Roles that may be assigned, for a select.

    Args:
        actor: only those that this person may give somewhere.
    """
    found = [role for role in roles().values() if role.assignable]
    if actor is not None and not may_administer(actor):
        given = {role for reach in reaches(actor) for role in reach.grants}
        found = [role for role in found if role.id in given]
    return [(role.id, str(role)) for role in found]
