"""Find definitions in the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import Indicator, IndicatorVersion
from ..rules import loading
from ..rules.definition import Definition


@dataclass(frozen=True, slots=True)
class Found:
    """An indicator with its newest definition."""

    row: Indicator
    definition: Definition


def indicators(
    actor: Actor, *, search: str = "", programme: str = "", codes: Sequence[str] = (), retired: bool = False
) -> list[Found]:
    """Indicators that concern the actor, by programme and code.

    Args:
        search: part of code or title.
        codes: only these.
        retired: those out of use instead of those in use.
    """
    if not policies.may_read(actor):
        return []
    query = select(Indicator).order_by(Indicator.programme, Indicator.code)
    query = query.where(Indicator.retired_at.is_not(None) if retired else Indicator.retired_at.is_(None))
    if programme:
        query = query.where(Indicator.programme == programme)
    if codes:
        query = query.where(Indicator.code.in_(codes))
    if search:
        columns = (Indicator.code, Indicator.title)
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    found = [Found(row, loading.load(row.current.body)) for row in db.session.scalars(query).unique()]
    return [each for each in found if policies.may_read_definition(actor, each.definition)]


def indicator(actor: Actor, code: str) -> Found:
    """One indicator, those out of use too.

    Raises:
        NotFound: there is none, or it is none of the actor's.
    """
    row = db.session.get(Indicator, code) if policies.may_read(actor) else None
    found = Found(row, loading.load(row.current.body)) if row is not None else None
    if found is None or not policies.may_read_definition(actor, found.definition):
        raise NotFound(_l("There is no such indicator."))
    return found


def programmes(actor: Actor) -> list[str]:
    """Codes of the programmes whose indicators the actor reads."""
    return sorted({found.row.programme for found in indicators(actor) if found.row.programme})


def versions(actor: Actor, code: str) -> Sequence[IndicatorVersion]:
    """All versions of a definition, the newest first.

    Raises:
        NotFound: as `indicator`.
    """
    indicator(actor, code)
    query = select(IndicatorVersion).where(IndicatorVersion.code == code)
    return db.session.scalars(query.order_by(IndicatorVersion.version.desc())).all()
