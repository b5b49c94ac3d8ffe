"""From a definition to SQL: rows, counts for one organisation and for many at once. Nothing is read row by row."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Select,
    String,
    Subquery,
    Text,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import aliased

from app.kernel.db import db
from app.kernel.errors import Conflict
from app.people.models import Organisation

from . import sources
from .feeds import columns
from .rules import definition as words
from .rules.definition import Condition, Measure, Rows
from .rules.periods import Period
from .rules.reading import field_of


@dataclass(frozen=True, slots=True)
class Amount:
    """What was counted: the number, and how many rows or values stand behind it."""

    number: Decimal
    rows: int


NOTHING = Amount(Decimal(0), 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows are looked for.

    Attributes:
        organisation: for whom it is computed; None: rows of all organisations.
        compared: where rows lie that are only compared with; None: everywhere.
    """

    organisation: str | None
    compared: str | None


def _local(owner: str | None) -> str | None:
    """An owner below the region: its indicator tells nothing about the rows of others."""
    level = select(Organisation.level).where(Organisation.code == owner)
    return owner if owner is not None and db.session.scalar(level) != "region" else None


def rows(measure: Measure, period: Period, organisation: str | None) -> Subquery:
    """The rows of a measure: key, title, link, organisation, on, source, and `counted` (key or value of the field).

    Args:
        organisation: for whom it is computed; None: rows of all organisations.

    Raises:
        Conflict: a source is not there any more.
    """
    place = Place(organisation, _local(measure.owner))
    found = [_part(part, period, place) for part in measure.parts]
    return (union_all(*found) if len(found) > 1 else found[0]).subquery("rows")


def amount(measure: Measure, period: Period, organisation: str) -> Amount:
    """What is counted for one organisation."""
    number, size = db.session.execute(_counting(measure, rows(measure, period, organisation))).one()
    return Amount(Decimal(number or 0), int(number if size is None else size))


def amounts(measure: Measure, period: Period, codes: Collection[str]) -> dict[str, Amount]:
    """What is counted for each of many organisations, in one statement; the levels count what lies below them."""
    if measure.names_place:
        return {code: amount(measure, period, code) for code in codes}
    result = db.session.execute(_by_place(measure, rows(measure, period, None), codes))
    known = {place: Amount(Decimal(value or 0), int(size)) for place, value, size in result}
    return {code: known.get(code, NOTHING) for code in codes}


def _by_place(measure: Measure, found: Subquery, codes: Collection[str]) -> Select[Any, Any, Any]:
    """Place, number and size: first by the rows' own organisations, then for all that lie above them."""
    own = select(found.c.organisation, found.c.counted).where(found.c.counted.is_not(None)).distinct()
    if measure.count != words.DISTINCT:
        number = func.sum(found.c.counted) if measure.count == words.SUM else func.count()
        own = select(found.c.organisation, number.label("number"), func.count().label("size"))
        own = own.group_by(found.c.organisation)
    base = own.subquery("own")
    home = aliased(Organisation)
    places = func.unnest(func.coalesce(home.path, _roots())).table_valued("place").render_derived("places")
    every = base.outerjoin(home, home.code == base.c.organisation).join(places, true())
    wanted = places.c.place == any_(sql_cast(list(codes), ARRAY(Text)))
    if measure.count != words.DISTINCT:
        sums = select(places.c.place, func.sum(base.c.number), func.sum(base.c.size)).select_from(every)
        return sums.where(wanted).group_by(places.c.place)
    values = select(places.c.place, base.c.counted).select_from(every).where(wanted).distinct().subquery("values")
    return select(values.c.place, func.count(), func.count()).group_by(values.c.place)


def _counting(measure: Measure, found: Subquery) -> Select[Any, Any]:
    """The number and the count of what stands behind it."""
    if measure.count == words.SUM:
        return select(func.sum(found.c.counted), func.count()).select_from(found)
    if measure.count == words.DISTINCT:
        found = select(found.c.counted).where(found.c.counted.is_not(None)).distinct().subquery("values")
    return select(func.count(), literal(None)).select_from(found)


def _roots() -> Any:
    """The regions: rows of no organisation belong to them."""
    return select(func.array_agg(Organisation.code)).where(Organisation.parent_code.is_(None)).scalar_subquery()


def _part(part: Rows, period: Period, place: Place, *, compared: bool = False) -> Select[Any]:
    """One statement with the rows of a part.

    Args:
        compared: rows that are only compared with may lie elsewhere than in the organisation.
    """
    source = sources.find(part.source)
    if source is None:
        raise Conflict(_l("The source «%(source)s» is not there any more.", source=part.source))
    inner = source.select().subquery()
    conditions = [_dated(inner, period)] if part.source != sources.SCHOOL_GROUPS else [_in_force(inner, period)]
    inside = place.compared if compared else place.organisation
    if inside is not None:
        conditions.append(_below(inner.c.organisation, inside))
    conditions += [_condition(one, source, inner, period, place) for one in part.where]
    counted = inner.c[part.field] if part.field else sql_cast(inner.c.key, Text)
    return select(
        sql_cast(inner.c.key, Text).label("key"),
        sql_cast(inner.c.title, Text).label("title"),
        sql_cast(inner.c.link, Text).label("link"),
        inner.c.organisation,
        _day(inner.c.on).label("on"),
        literal(part.source, Text).label("source"),
        counted.label("counted"),
    ).where(*conditions)


def _below(code: ColumnElement[Any], organisation: str) -> ColumnElement[bool]:
    """Condition: the row lies in the organisation or below it; what belongs to nobody lies in the region."""
    inside = code.in_(select(Organisation.code).where(Organisation.path.contains([organisation])))
    roots = db.session.scalars(select(Organisation.code).where(Organisation.parent_code.is_(None))).all()
    if list(roots) == [organisation]:
        return true()
    return or_(code.is_(None), inside) if organisation in roots else inside


def _dated(inner: Subquery, period: Period) -> ColumnElement[bool]:
    if period.start is None or period.end is None:
        return true()
    on: ColumnElement[Any] = inner.c.on
    if isinstance(on.type, DateTime):
        after = period.end + timedelta(days=1)
        return or_(on.is_(None), and_(on >= _midnight(period.start), on < _midnight(after)))
    on = _day(on)
    return or_(on.is_(None), on.between(period.start, period.end))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(columns.ZONE))


def _day(on: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a row; a source without dates says null, which has no type."""
    return columns.day(on) if isinstance(on.type, DateTime) else sql_cast(on, Date)


def _in_force(inner: Any, period: Period) -> ColumnElement[bool]:
    """Condition: the school belonged to the group at some time of the period."""
    if period.start is None or period.end is None:
        return true()
    return and_(
        or_(inner.c.since.is_(None), inner.c.since <= period.end),
        or_(inner.c.until.is_(None), inner.c.until >= period.start),
    )


def _condition(
    one: Condition, source: sources.Source, inner: Subquery, period: Period, place: Place
) -> ColumnElement[bool]:
    field = field_of(source, one.field)
    if field is None:
        raise Conflict(_l("«%(source)s» has no field «%(field)s» any more.", source=source.label, field=one.field))
    found: ColumnElement[Any] = _day(inner.c.on) if one.field == "on" else inner.c[one.field]
    if one.operator == "exists":
        return _filled(found, field.type) if one.value else ~_filled(found, field.type)
    if one.operator == "in":
        return found.in_(_several(one.value, field, period, place))
    if one.operator == "contains":
        if field.type == "list":
            return literal(str(one.value)) == any_(sql_cast(found, ARRAY(Text)))
        return found.icontains(str(_single(one.value, field, period, place)), autoescape=True)
    value = _single(one.value, field, period, place)
    dated_as_text = isinstance(value, date) and isinstance(found.type, String)
    return _compared(found, one.operator, value.isoformat() if dated_as_text else value)


def _filled(found: ColumnElement[Any], type_: str) -> ColumnElement[bool]:
    if type_ == "list":
        return func.coalesce(func.cardinality(sql_cast(found, ARRAY(Text))), 0) > 0
    if type_ in ("text", "organisation", "person"):
        return func.coalesce(found, "") != ""
    return found.is_not(None)


def _compared(found: ColumnElement[Any], operator: str, value: Any) -> ColumnElement[bool]:
    if operator == "ne":
        return found.is_distinct_from(value)
    made: ColumnElement[bool] = _COMPARE[operator](found, value)
    return made


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operators.eq,
    "lt": operators.lt,
    "le": operators.le,
    "gt": operators.gt,
    "ge": operators.ge,
}


def _several(value: Any, field: sources.Field, period: Period, place: Place) -> Any:
    """Values of «is one of»: a list, a group of schools, rows of another source."""
    if isinstance(value, Rows):
        inner = _part(value, period, place, compared=True).subquery()
        return select(inner.c.counted).where(inner.c.counted.is_not(None))
    if isinstance(value, str) and value.startswith(words.GROUP):
        members = sources.groups()
        if members is None:
            raise Conflict(_l("Groups of schools are not kept yet."))
        group = members.subquery()
        named = group.c.group == value.removeprefix(words.GROUP)
        return select(group.c.organisation).where(named, _in_force(group, period))
    return [_single(each, field, period, place) for each in cast("Sequence[Any]", value)]


def _single(value: Any, field: sources.Field, period: Period, place: Place) -> Any:
    if value == "@organisation":
        return place.organisation
    if value == "@year":
        return str(period.year) if field.type == "text" else period.year
    if value == "@from":
        return period.start or date.min
    if value == "@to":
        return period.end or date.max
    if field.type == "date":
        return date.fromisoformat(value)
    return Decimal(str(value)) if field.type == "number" else value
