"""Values: computed now, or as they were computed last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .. import compiling, policies, sources
from ..compiling import Amount
from ..models import Indicator, IndicatorValue
from ..rules import hiding, loading, periods
from ..rules.definition import SUM, Definition
from ..rules.figures import Figure
from ..rules.periods import Period
from . import definitions
from .definitions import Found

Between = tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Line:
    """A value with everything that belongs to it.

    Attributes:
        organisation: for whom it stands; of an indicator of one municipality that municipality, even in a wider list.
        computed_at: when; None: just now.
    """

    found: Found
    organisation: people.OrganisationView
    period: Period
    figure: Figure
    computed_at: datetime | None = None


def place(actor: Actor, code: str) -> people.OrganisationView:
    """An organisation whose values the actor reads.

    Raises:
        NotFound: there is none, or it is out of scope.
    """
    organisation = people.organisation(code)
    if not policies.sight(actor).holds(organisation.path):
        raise NotFound(_l("There is no such organisation."))
    return organisation


def home(actor: Actor) -> str:
    """The organisation whose values a reader sees first: the whole region, the own municipality or school.

    Raises:
        NotFound: the actor reads none.
    """
    seen = policies.sight(actor)
    roots = select(Organisation.code).where(Organisation.parent_code.is_(None)).order_by(Organisation.code)
    code = db.session.scalar(roots.limit(1)) if seen.everywhere else min(seen.roots, default=None)
    if code is None:
        raise NotFound(_l("There is no such page."))
    return code


def compute(definition: Definition, period: Period, organisation: str) -> Figure:
    """The value as of now, without regard to anybody's scope."""
    if min_group(definition):
        return compute_many(definition, period, [organisation])[organisation]
    n = compiling.amount(definition.numerator, period, organisation)
    d = compiling.amount(definition.denominator, period, organisation) if definition.denominator else None
    return figure(definition, n, d)


def value_of(code: str, organisation: str, year: int, between: Between = None) -> float | None:
    """The value as of now, for other features: without regard to scope.

    Returns:
        Unrounded; None where there is no such indicator in use, it does not concern the organisation, or has no data.
    """
    row = db.session.get(Indicator, code)
    if row is None or row.retired_at is not None:
        return None
    definition = loading.load(row.current.body)
    try:
        at = place_of(definition, people.organisation(organisation))
    except NotFound:
        return None
    if at is None:
        return None
    number = compute(definition, periods.period(definition.period, year, between), at.code).number
    return None if number is None else float(number)


def compute_many(definition: Definition, period: Period, codes: Collection[str]) -> dict[str, Figure]:
    """The value of each of many organisations, in two statements."""
    least = min_group(definition)
    paths = _paths(codes) if least else {}
    counted = sorted({*codes, *paths})
    above = compiling.amounts(definition.numerator, period, counted)
    below = compiling.amounts(definition.denominator, period, counted) if definition.denominator else {}
    sizes = {code: _size(definition, above[code], below.get(code)) for code in paths}
    hidden = hiding.hidden(sizes, paths, least)
    return {code: figure(definition, above[code], below.get(code), hidden=code in hidden) for code in codes}


def _paths(codes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Organisations and all below them, with their paths."""
    found = select(Organisation.code, Organisation.path).where(Organisation.path.overlap(list(codes)))
    return {code: tuple(path) for code, path in db.session.execute(found)}


def _size(definition: Definition, n: Amount, d: Amount | None) -> hiding.Size:
    summed = definition.denominator is not None and SUM in (definition.numerator.count, definition.denominator.count)
    return hiding.Size(n.rows, None if d is None else d.rows, apart=not summed)


def figure(definition: Definition, n: Amount, d: Amount | None, *, hidden: bool = False) -> Figure:
    """What was counted as a figure."""
    return Figure(
        unit=definition.unit,
        n=n.number,
        d=None if d is None else d.number,
        target=definition.target,
        amber_share=definition.amber_share,
        hidden=hidden,
    )


def min_group(definition: Definition) -> int:
    """From how many rows on a number is shown."""
    found = (sources.find(code) for code in definition.sources)
    return max((source.min_group for source in found if source), default=0)


def place_of(definition: Definition, organisation: people.OrganisationView) -> people.OrganisationView | None:
    """For whom an indicator stands in the list of an organisation; None where it has nothing to say."""
    owner = definition.organisation
    if owner is None or owner in organisation.path:
        return organisation
    try:
        found = people.organisation(owner)
    except NotFound:
        return None
    return found if organisation.code in found.path else None


def board(
    actor: Actor, organisation: str, year: int, *, search: str = "", programme: str = "", between: Between = None
) -> list[Line]:
    """All indicators of an organisation with their values: as computed last, else computed now.

    Raises:
        NotFound: the organisation is out of scope.
    """
    where = place(actor, organisation)
    wanted = []
    for found in definitions.indicators(actor, search=search, programme=programme):
        at = place_of(found.definition, where)
        if at is not None:
            wanted.append((found, at, periods.period(found.definition.period, year, between)))
    kept = _newest((found.row.code, at.code, period.code) for found, at, period in wanted)
    lines = []
    for found, at, period in wanted:
        row = kept.get((found.row.code, at.code, period.code))
        if row is not None and row.version == found.row.version and not min_group(found.definition):
            lines.append(Line(found, at, period, stored(found.definition, row), row.computed_at))
        else:
            lines.append(Line(found, at, period, compute(found.definition, period, at.code)))
    return lines


def line(actor: Actor, code: str, organisation: str, year: int, between: Between = None) -> Line:
    """One value, computed now.

    Raises:
        NotFound: the indicator or the organisation is out of scope.
    """
    found = definitions.indicator(actor, code)
    at = place_of(found.definition, place(actor, organisation))
    if at is None:
        raise NotFound(_l("This indicator does not concern the organisation."))
    period = periods.period(found.definition.period, year, between)
    return Line(found, at, period, compute(found.definition, period, at.code))


def of_places(actor: Actor, code: str, organisation: str, year: int, between: Between = None) -> list[Line]:
    """The value of every organisation right below (municipalities of the region, schools of a municipality).

    What is hidden is left out; a total that would give it away is hidden itself.
    """
    found = definitions.indicator(actor, code)
    where = place(actor, organisation)
    query = select(Organisation.code).where(
        Organisation.active, Organisation.parent_code == where.code, policies.organisations_in_sight(actor)
    )
    query = query.where(Organisation.level == ("municipality" if where.level == "region" else "school"))
    codes = list(db.session.scalars(query.order_by(Organisation.short_name)))
    period = periods.period(found.definition.period, year, between)
    figures = compute_many(found.definition, period, codes) if codes else {}
    lines = [Line(found, people.organisation(each), period, figures[each]) for each in codes]
    lines = [each for each in lines if not each.figure.hidden]
    return [each for each in lines if place_of(found.definition, each.organisation) == each.organisation]


def history(actor: Actor, code: str, organisation: str, period: str) -> Sequence[IndicatorValue]:
    """The values of an organisation and period from day to day.

    None where small groups are hidden: two days of a growing group tell about whoever came between.

    Raises:
        NotFound: out of scope.
    """
    found = definitions.indicator(actor, code)
    place(actor, organisation)
    if min_group(found.definition):
        return []
    query = select(IndicatorValue).where(
        IndicatorValue.code == code, IndicatorValue.organisation == organisation, IndicatorValue.period == period
    )
    return db.session.scalars(query.order_by(IndicatorValue.day)).all()


def beginnings(lines: Sequence[Line]) -> dict[str, tuple[date, Figure]]:
    """The first value that was kept for each line's organisation and period, with its day, by code: how far it came.

    None where small groups are hidden, as in `history`.
    """
    shown = {each.found.row.code: each for each in lines if not min_group(each.found.definition)}
    names = [(code, each.organisation.code, each.period.code) for code, each in shown.items()]
    rows = _kept(names, IndicatorValue.day) if names else []
    return {row.code: (row.day, stored(shown[row.code].found.definition, row)) for row in rows}


def stored(definition: Definition, row: IndicatorValue) -> Figure:
    """A stored value as a figure, against today's target."""
    return Figure(definition.unit, row.n, row.d, definition.target, definition.amber_share, row.hidden)


def _newest(wanted: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], IndicatorValue]:
    """The newest stored value of each indicator, organisation and period."""
    names = list(wanted)
    rows = _kept(names, IndicatorValue.day.desc()) if names else []
    return {(row.code, row.organisation, row.period): row for row in rows}


def _kept(names: Sequence[tuple[str, str, str]], order: Any) -> Sequence[IndicatorValue]:
    """The stored value of each indicator, organisation and period that comes first in an order of days."""
    key = (IndicatorValue.code, IndicatorValue.organisation, IndicatorValue.period)
    query = select(IndicatorValue).where(tuple_(*key).in_(names)).ext(distinct_on(*key))
    return db.session.scalars(query.order_by(*key, order)).all()
