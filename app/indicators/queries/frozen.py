"""Frozen copies in the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation

from .. import policies, sources
from ..models import IndicatorSnapshot
from ..rules import loading
from ..rules.figures import Figure


@dataclass(frozen=True, slots=True)
class FrozenList:
    """A list of a frozen copy as a reader may see it; `hidden` entries are counted only."""

    entries: list[dict[str, Any]]
    hidden: int


def snapshots(
    actor: Actor, *, code: str = "", organisation: str = "", batch: int | None = None, search: str = ""
) -> Select[IndicatorSnapshot]:
    """Frozen copies that the actor may read, the newest first, as a statement to page through.

    Args:
        organisation: only copies of this organisation and those below it.
        search: part of code, title or reason.
    """
    query = select(IndicatorSnapshot).where(_readable(actor))
    if code:
        query = query.where(IndicatorSnapshot.code == code)
    if batch is not None:
        query = query.where(IndicatorSnapshot.batch == batch)
    if organisation:
        below = select(Organisation.code).where(Organisation.path.contains([organisation]))
        query = query.where(IndicatorSnapshot.organisation.in_(below))
    if search:
        columns = (IndicatorSnapshot.code, IndicatorSnapshot.title, IndicatorSnapshot.reason)
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return query.order_by(IndicatorSnapshot.taken_at.desc(), IndicatorSnapshot.code, IndicatorSnapshot.key.desc())


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Condition: the number may be read: it is published, or of an organisation in scope and not kept from them."""
    below = select(Organisation.code).where(policies.organisations_in_sight(actor))
    inside: ColumnElement[bool] = IndicatorSnapshot.organisation.in_(below)
    kept = [source.code for source in sources.everything() if source.counted is not None and not source.counted(actor)]
    for code in kept:
        inside = inside & ~IndicatorSnapshot.sources.contains([code])
    return or_(IndicatorSnapshot.published, inside)


def snapshot(actor: Actor, key: int) -> IndicatorSnapshot:
    """One frozen copy.

    Raises:
        NotFound: there is none, or it is out of scope.
    """
    found = db.session.scalar(snapshots(actor).where(IndicatorSnapshot.key == key))
    if found is None:
        raise NotFound(_l("There is no such frozen value."))
    return found


def figure(row: IndicatorSnapshot) -> Figure:
    """The value of a frozen copy, by the target of then."""
    return Figure(row.unit, row.n, row.d, row.target, row.amber_share, row.hidden)


def lists(actor: Actor, row: IndicatorSnapshot) -> dict[str, FrozenList] | None:
    """The lists of a copy, cut to the rows that the actor may see today; None for who reads the number only."""
    place = db.session.scalar(
        select(Organisation.code).where(Organisation.code == row.organisation, policies.organisations_in_sight(actor))
    )
    definition = loading.load(row.definition)
    if place is None or row.hidden or not policies.may_read_definition(actor, definition):
        return None
    return {"numerator": _cut(actor, row.numerator), "denominator": _cut(actor, row.denominator)}


def _cut(actor: Actor, entries: list[dict[str, Any]]) -> FrozenList:
    keys: dict[str, set[str]] = {}
    for entry in entries:
        for each in entry["rows"]:
            keys.setdefault(each["source"], set()).add(each["key"])
    seen = {code: _seen(actor, code, wanted) for code, wanted in keys.items()}
    kept = []
    for entry in entries:
        rows = [each for each in entry["rows"] if each["key"] in seen[each["source"]]]
        if rows:
            kept.append({**entry, "rows": rows})
    return FrozenList(kept, len(entries) - len(kept))


def _seen(actor: Actor, code: str, wanted: set[str]) -> set[str]:
    """Which of these keys the actor may see; a source that is not there any more shows none."""
    source = sources.find(code)
    if source is None:
        return set()
    keys = source.visible(actor) if source.visible and not actor.system else None
    if keys is None:
        return wanted
    inner = keys.subquery()
    column = next(iter(inner.c))
    return set(db.session.scalars(select(column).where(column.in_(wanted))))
