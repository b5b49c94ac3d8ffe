"""The list behind a number: every number opens the rows that it counts, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, or_, select, true

from app.documents.titles import place_name
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people

from .. import compiling, sources
from ..rules import definition as words
from ..rules.definition import Definition, Measure
from ..rules.reading import field_of
from .values import Line

NUMERATOR, DENOMINATOR, MISSING = "numerator", "denominator", "missing"
TITLES = {
    NUMERATOR: _l("Counted"),
    DENOMINATOR: _l("Out of how many"),
    MISSING: _l("Not yet counted"),
}
MOST_ROWS = 20
"""Rows that are named under one value of the list."""


@dataclass(frozen=True, slots=True)
class Part:
    """One list behind a number.

    Attributes:
        total: how many entries it has.
        seen: how many of them the reader may see.
    """

    name: str
    total: int
    seen: int

    @property
    def title(self) -> object:
        """What it is called."""
        return TITLES[self.name]

    @property
    def hidden(self) -> int:
        """Entries that count and are not shown to this reader."""
        return self.total - self.seen


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a row, or a counted value (a person, a school) with its rows.

    Attributes:
        rows: `{key, title, link, source}`, some of them.
        size: how many rows there are.
    """

    value: str
    label: str
    organisation: str
    rows: Sequence[dict[str, Any]]
    size: int
    amount: str = ""


def parts(actor: Actor, line: Line) -> list[Part]:
    """The lists behind a value; none when it is hidden because few people stand behind it."""
    if line.figure.hidden:
        return []
    definition = line.found.definition
    found = [_part(actor, line, NUMERATOR, definition.numerator)]
    if definition.denominator is None:
        return found
    found.append(_part(actor, line, DENOMINATOR, definition.denominator))
    if comparable(definition) and not found[0].hidden:
        total, seen = (_size(_missing(line, who)) for who in (None, actor))
        found.append(Part(MISSING, total, seen))
    return found


def comparable(definition: Definition) -> bool:
    """Whether one can say who of the denominator is missing in the numerator: both count the same kind of thing."""
    above, below = definition.numerator, definition.denominator
    if below is None or words.SUM in (above.count, below.count):
        return False
    if above.count == below.count == words.ROWS:
        return {part.source for part in above.parts} == {part.source for part in below.parts}
    types = {_type(measure) for measure in (above, below)}
    return above.count == below.count and len(types) == 1 and types <= {"organisation", "person"}


def entries(actor: Actor, line: Line, part: str) -> Select[Any]:
    """The entries of one list as a statement to page through; read its rows with `shown`.

    Raises:
        NotFound: there is no such list behind this value.
    """
    if part not in {each.name for each in parts(actor, line)}:
        raise NotFound(_l("There is no such list."))
    return statement(actor, line, part)


def statement(actor: Actor | None, line: Line, part: str) -> Select[Any]:
    """The entries of a list that an actor may see; all of them for None (frozen copies)."""
    if part == MISSING:
        return _missing(line, actor)
    measure = line.found.definition.numerator if part == NUMERATOR else line.found.definition.denominator
    if measure is None:
        raise NotFound(_l("There is no such list."))
    return _grouped(compiling.rows(measure, line.period, line.organisation.code), measure, actor)


def shown(line: Line, part: str, rows: Sequence[Any]) -> list[Entry]:
    """Rows of `entries` with the names of people and organisations."""
    definition = line.found.definition
    measure = definition.numerator if part == NUMERATOR else definition.denominator or definition.numerator
    type_ = _type(measure)
    names = people.person_names([row.value for row in rows]) if type_ == "person" else {}
    return [
        Entry(
            value=str(row.value),
            label=_label(row, type_, names),
            organisation=place_name(row.organisation) if type_ != "organisation" else "",
            rows=row.rows[:MOST_ROWS],
            size=row.size,
            amount=str(row.amount) if measure.count == words.SUM else "",
        )
        for row in rows
    ]


def _label(row: Any, type_: str, names: dict[str, str]) -> str:
    if type_ == "person":
        return names.get(str(row.value), str(row.value))
    if type_ == "organisation":
        return place_name(str(row.value))
    return str(row.title if type_ == "" else row.value)


def _type(measure: Measure) -> str:
    """Type of what is counted; empty where rows are."""
    first = measure.parts[0]
    source = sources.find(first.source)
    if measure.count != words.DISTINCT or source is None or first.field is None:
        return ""
    field = field_of(source, first.field)
    return field.type if field else ""


def _part(actor: Actor, line: Line, name: str, measure: Measure) -> Part:
    found = compiling.rows(measure, line.period, line.organisation.code)
    total, seen = (_size(_grouped(found, measure, who)) for who in (None, actor))
    return Part(name, total, seen)


def _size(query: Select[Any]) -> int:
    narrow = query.with_only_columns(query.selected_columns.value).order_by(None)
    return db.session.scalar(select(func.count()).select_from(narrow.subquery())) or 0


def _missing(line: Line, actor: Actor | None) -> Select[Any]:
    definition = line.found.definition
    if definition.denominator is None:
        raise NotFound(_l("There is no such list."))
    above = compiling.rows(definition.numerator, line.period, line.organisation.code)
    below = compiling.rows(definition.denominator, line.period, line.organisation.code)
    reached = select(above.c.counted).where(above.c.counted.is_not(None))
    return _grouped(below, definition.denominator, actor).where(below.c.counted.not_in(reached))


def _grouped(found: Subquery, measure: Measure, actor: Actor | None) -> Select[Any]:
    """One entry for each counted value (for each row, where rows are counted or summed up)."""
    value = found.c.counted if measure.count == words.DISTINCT else found.c.key
    row = func.json_build_object(
        *("key", found.c.key, "title", found.c.title, "link", found.c.link, "source", found.c.source)
    )
    title = func.min(found.c.title).label("title")
    amount = func.sum(found.c.counted) if measure.count == words.SUM else literal(None)
    return (
        select(
            value.label("value"),
            title,
            func.min(found.c.organisation).label("organisation"),
            func.json_agg(row).label("rows"),
            func.count().label("size"),
            amount.label("amount"),
        )
        .where(value.is_not(None), _visible(found, measure, actor))
        .group_by(value)
        .order_by(title, value)
    )


def _visible(found: Subquery, measure: Measure, actor: Actor | None) -> ColumnElement[bool]:
    """Condition: the actor may see the row."""
    if actor is None or actor.system:
        return true()
    ways = []
    for code in dict.fromkeys(part.source for part in measure.parts):
        source = sources.find(code)
        keys = source.visible(actor) if source and source.visible else None
        own = found.c.source == code
        ways.append(own if keys is None else and_(own, found.c.key.in_(keys)))
    return or_(*ways)
