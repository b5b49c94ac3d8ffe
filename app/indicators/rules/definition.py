"""What a definition of an indicator holds, and how it is written down (YAML, JSON of the table).

numerator: {source: certificates, count: distinct, field: teacher,
            where: [{field: school, operator: in, value: "@group:p500_2022"}],
            also: [{source: records, field: owner, where: […]}]}
denominator: {group: p500_2022} or like the numerator, or absent
period: {kind: year}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

ROWS, DISTINCT, SUM = "rows", "distinct", "sum"
COUNTS = {ROWS: _l("rows"), DISTINCT: _l("different values of a field"), SUM: _l("sum of a field")}
OPERATORS = {
    "eq": _l("is"),
    "ne": _l("is not"),
    "in": _l("is one of"),
    "lt": _l("less than"),
    "le": _l("at most"),
    "gt": _l("more than"),
    "ge": _l("at least"),
    "contains": _l("contains"),
    "exists": _l("is filled in"),
}
_SAME, _ORDER = ("eq", "ne", "in", "exists"), ("lt", "le", "gt", "ge")
FITS: Mapping[str, tuple[str, ...]] = {
    "text": (*_SAME, "contains"),
    "number": (*_SAME, *_ORDER),
    "date": (*_SAME, *_ORDER),
    "boolean": ("eq", "ne", "exists"),
    "organisation": _SAME,
    "person": _SAME,
    "list": ("contains", "exists"),
}
"""Operators by type of field."""
PERCENT, PERSONS, PIECES, POINTS = "%", "чел.", "шт.", "балл"
UNITS = (PERCENT, PERSONS, PIECES, POINTS)
SHARED = (PERCENT, POINTS)
"""Units of what is divided by a denominator: a share, or a mean."""
GROUP = "@group:"
CONTEXT = {"@organisation": "organisation", "@year": "number", "@from": "date", "@to": "date"}
"""Words for what is only known when a value is computed, with the type of field that they fit."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a filter. `value`: as written, or the rows of another source whose field holds the values."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a source that hold all conditions; `field` is what of them is counted or compared (None: the row)."""

    source: str
    where: tuple[Condition, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Numerator or denominator.

    Attributes:
        count: `rows`, `distinct` or `sum` of the field.
        parts: the rows; several are put together, each value counts once.
        owner: whose indicator it is; rows that are only compared with lie there too, unless it is the region's.
    """

    count: str
    parts: tuple[Rows, ...]
    owner: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """Codes of all sources that are read, also for comparison."""
        return tuple(dict.fromkeys(code for part in self.parts for code in _sources_of(part)))

    @property
    def names_place(self) -> bool:
        """Whether a condition names the organisation for which it is computed."""
        return any(condition.value == "@organisation" for part in self.parts for condition in _conditions_of(part))


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator as people wrote it.

    Attributes:
        target: lower bound, compared unrounded; None: the indicator only informs.
        amber_share: from this share of the target on it is nearly reached (indicators.md «Rules»: 80 %, inferred).
        organisation: code of whose indicator it is; None: everybody's.
        programme: code of the programme to which it belongs, or empty.
        origin: where it is written down, as «LEB показатель задачи 3».
    """

    code: str
    title: str
    unit: str
    numerator: Measure
    denominator: Measure | None
    target: Decimal | None
    amber_share: Decimal
    period: Mapping[str, Any]
    organisation: str | None = None
    programme: str = ""
    origin: str = ""
    note: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Codes of all sources that it reads."""
        below = self.denominator.sources if self.denominator else ()
        return tuple(dict.fromkeys((*self.numerator.sources, *below)))


def dump(definition: Definition) -> dict[str, Any]:
    """The definition as it is kept and exported; reading it again gives the same definition."""
    found: dict[str, Any] = {
        "code": definition.code,
        "title": definition.title,
        "unit": definition.unit,
        "numerator": dump_measure(definition.numerator),
        "denominator": dump_measure(definition.denominator) if definition.denominator else None,
        "target": _number(definition.target),
        "amber_share": _number(definition.amber_share),
        "period": dict(definition.period),
    }
    for name in ("organisation", "programme", "origin", "note"):
        if value := getattr(definition, name):
            found[name] = value
    return found


def dump_measure(measure: Measure) -> dict[str, Any]:
    """Numerator or denominator as it is written down."""
    first, *others = measure.parts
    found = {"source": first.source, "count": measure.count, **_dump_rows(first)}
    if others:
        found["also"] = [{"source": part.source, **_dump_rows(part)} for part in others]
    return found


def _dump_rows(part: Rows) -> dict[str, Any]:
    found: dict[str, Any] = {"field": part.field} if part.field else {}
    if part.where:
        found["where"] = [
            {"field": one.field, "operator": one.operator, "value": dump_value(one.value)} for one in part.where
        ]
    return found


def dump_value(value: Any) -> Any:
    """The value of a condition as it is written down."""
    return {"source": value.source, **_dump_rows(value)} if isinstance(value, Rows) else value


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _conditions_of(part: Rows) -> Iterator[Condition]:
    for condition in part.where:
        yield condition
        if isinstance(condition.value, Rows):
            yield from _conditions_of(condition.value)


def _sources_of(part: Rows) -> Iterator[str]:
    yield part.source
    for condition in part.where:
        if isinstance(condition.value, Rows):
            yield from _sources_of(condition.value)
