"""Find definitions in the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import Indicator, IndicatorVersion
from ..rules import loading
from ..rules.definition import Definition

WAITING = Path(__file__).resolve().parent.parent / "waiting.yaml"


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


@dataclass(frozen=True, slots=True)
class Awaited:
    """Indicators of the documents that nothing feeds yet: what they wait for, and their titles by code."""

    waits_for: str
    titles: Mapping[str, str]


def awaited(actor: Actor, programme: str = "") -> list[Awaited]:
    """What the reader will not find in the list yet, and why.

    Args:
        programme: only those whose code begins as the programme's: `LEB-I-2` belongs to `LEB-2018`.
    """
    if not policies.may_read(actor):
        return []
    there = set(db.session.scalars(select(Indicator.code)))
    begins = programme.partition("-")[0]
    found = []
    for group in yaml.safe_load(WAITING.read_text(encoding="utf-8")):
        wanted = {code: title for code, title in group["indicators"].items() if code not in there}
        titles = {code: title for code, title in wanted.items() if not begins or code.startswith(f"{begins}-")}
        if titles:
            found.append(Awaited(group["waits_for"], titles))
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
