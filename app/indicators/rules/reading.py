"""From what was written (YAML, Excel, the editor, the API) to a definition; whatever does not fit is named.

Sources are known by the function that is handed in, so that nothing here reads the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel.errors import Invalid

from ..sources import SCHOOL_GROUPS, Field, Source
from . import definition as words
from . import periods, values
from .definition import Condition, Definition, Measure, Rows

Find = Callable[[str], Source | None]
RESERVED = ("new", "import", "frozen", "freeze", "definitions", "recalculate")
"""Words of addresses, which can be no codes."""
CODE = re.compile(r"[A-Za-zА-Яа-яЁё0-9][A-Za-zА-Яа-яЁё0-9._-]{1,39}")
MOST_CONDITIONS, MOST_PARTS, LONGEST, DEEPEST = 20, 5, 500, 3
_KNOWN = {
    *("code", "title", "unit", "numerator", "denominator", "target", "amber_share", "period"),
    *("organisation", "programme", "origin", "note"),
}


class Errors(dict[str, list[object]]):
    """Messages by path of what was written."""

    def add(self, path: str, message: object) -> None:
        """Note what is wrong at a place."""
        self.setdefault(path, []).append(message)


def read(data: Mapping[str, Any], find: Find) -> Definition:
    """A definition.

    Raises:
        Invalid: everything that is wrong, by path (`numerator.where.0.value`).
    """
    errors = Errors()
    for name in sorted(set(data) - _KNOWN, key=str):
        errors.add(str(name), _l("There is no such property of an indicator."))
    unit = _text(data, "unit", errors, longest=20)
    if unit == words.PERCENT and not data.get("denominator"):
        errors.add("denominator", _l("An indicator in per cent needs a denominator."))
    if unit and unit not in words.SHARED and data.get("denominator"):
        errors.add("unit", _l("With a denominator the unit is per cent, or points for a mean."))
    owner = _text(data, "organisation", errors, longest=64, needed=False) or None
    found = Definition(
        code=_code(data, errors),
        title=_text(data, "title", errors, longest=LONGEST),
        unit=unit,
        numerator=replace(_measure(data.get("numerator"), "numerator", find, errors), owner=owner),
        denominator=replace(_measure(data["denominator"], "denominator", find, errors), owner=owner)
        if data.get("denominator")
        else None,
        target=_target(data, errors),
        amber_share=_share(data, errors),
        period=_period(data.get("period"), errors),
        organisation=owner,
        programme=_text(data, "programme", errors, longest=64, needed=False),
        origin=_text(data, "origin", errors, longest=LONGEST, needed=False),
        note=_text(data, "note", errors, longest=2000, needed=False),
    )
    hides = any(source is not None and source.min_group for source in map(find, found.sources))
    if hides and found.period.get("kind") == periods.STAGE:
        errors.add(
            "period", _l("Small groups of this source are hidden: two stages that differ by a day would tell them.")
        )
    if errors:
        raise Invalid(_first(errors), errors)
    return found


def _first(errors: Errors) -> object:
    return next(iter(errors.values()))[0]


def _code(data: Mapping[str, Any], errors: Errors) -> str:
    code = str(data.get("code") or "").strip()
    if not CODE.fullmatch(code) or code in RESERVED:
        errors.add("code", _l("A code has 2 to 40 letters, digits, points or hyphens, as LEB-I-3."))
    return code


def _text(data: Mapping[str, Any], name: str, errors: Errors, *, longest: int, needed: bool = True) -> str:
    value = data.get(name)
    if value is not None and not isinstance(value, str | int | float):
        errors.add(name, _l("A line of text is expected here."))
        return ""
    text = "" if value is None else str(value).strip()
    if needed and not text:
        errors.add(name, _l("Please fill this in."))
    if len(text) > longest:
        errors.add(name, _l("Too long: at most %(most)s characters.", most=longest))
    return text.replace("\0", "")


def _target(data: Mapping[str, Any], errors: Errors) -> Decimal | None:
    value = data.get("target")
    return None if value in (None, "") else _number(value, "target", errors)


def _share(data: Mapping[str, Any], errors: Errors) -> Decimal:
    value = data.get("amber_share")
    share = Decimal("0.8") if value in (None, "") else _number(value, "amber_share", errors)
    if not 0 < share <= 1:
        errors.add("amber_share", _l("A share between 0 and 1 is expected, as 0.8."))
    return share


def _number(value: object, path: str, errors: Errors) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", ".").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        errors.add(path, _l("A number is expected here."))
        return Decimal(0)
    return number


def _period(value: object, errors: Errors) -> dict[str, Any]:
    rule = {"kind": value} if isinstance(value, str) else {"kind": periods.YEAR} if value is None else value
    if not isinstance(rule, Mapping) or rule.get("kind") not in periods.KINDS:
        errors.add("period", _l("There is no such rule for periods."))
        return {"kind": periods.YEAR}
    kept: dict[str, Any] = {"kind": rule["kind"]}
    names = {periods.MONTHS: ("first", "last"), periods.DATES: ("from", "to")}.get(str(rule["kind"]), ())
    kept.update({name: values.plain(rule.get(name)) for name in names})
    try:
        found = periods.period(kept, 2024)
        if found.start and found.end and found.start > found.end:
            errors.add("period", _l("The period ends before it begins."))
    except (ValueError, TypeError, KeyError, IndexError):
        errors.add("period", _l("The dates or months of the period are wrong."))
    return kept


def _measure(value: object, path: str, find: Find, errors: Errors) -> Measure:
    nothing = Measure(words.ROWS, (Rows(""),))
    if not isinstance(value, Mapping):
        errors.add(path, _l("What shall be counted? Choose a source."))
        return nothing
    if value.get("group"):
        group = Condition("group", "eq", str(value["group"]))
        return Measure(words.DISTINCT, (_check_rows(Rows(SCHOOL_GROUPS, (group,), "school"), path, find, errors),))
    count = value.get("count", words.ROWS)
    if not isinstance(count, str) or count not in words.COUNTS:
        errors.add(f"{path}.count", _l("There is no such way to count."))
        return nothing
    first = _rows(value, path, find, errors)
    also = value.get("also") or []
    if not isinstance(also, list) or len(also) >= MOST_PARTS:
        errors.add(f"{path}.also", _l("At most %(most)s groups of rows can be put together.", most=MOST_PARTS))
        also = []
    others = [_rows(each, f"{path}.also.{number}", find, errors) for number, each in enumerate(also)]
    _check_count(count, (first, *others), path, find, errors)
    return Measure(count, (first, *others))


def _check_count(count: str, parts: tuple[Rows, ...], path: str, find: Find, errors: Errors) -> None:
    if len(parts) > 1 and count != words.DISTINCT:
        errors.add(f"{path}.count", _l("Rows of several sources are put together by different values only."))
    for part in parts:
        source = find(part.source)
        if source is None:
            continue
        field = field_of(source, part.field) if part.field else None
        if count != words.ROWS and field is None:
            errors.add(f"{path}.field", _l("Choose the field whose values are counted."))
        if count == words.SUM and field is not None and field.type != "number":
            errors.add(f"{path}.field", _l("Only numbers can be summed up; «%(field)s» is none.", field=field.label))
        if count == words.DISTINCT and field is not None and field.type == "list":
            errors.add(f"{path}.field", _l("Values of a list cannot be counted."))


def _rows(value: object, path: str, find: Find, errors: Errors, depth: int = 1) -> Rows:
    if not isinstance(value, Mapping):
        errors.add(path, _l("What shall be counted? Choose a source."))
        return Rows("")
    raw = value.get("where") or []
    if not isinstance(raw, list) or len(raw) > MOST_CONDITIONS:
        errors.add(f"{path}.where", _l("At most %(most)s conditions are possible.", most=MOST_CONDITIONS))
        raw = []
    field = value.get("field")
    source = str(value.get("source") or "")
    where = tuple(
        _condition(one, f"{path}.where.{number}", find(source), find, errors, depth) for number, one in enumerate(raw)
    )
    return _check_rows(Rows(source, where, str(field) if field else None), path, find, errors)


def _check_rows(part: Rows, path: str, find: Find, errors: Errors) -> Rows:
    source = find(part.source)
    if source is None:
        message = _l("There is no source «%(source)s».", source=part.source) if part.source else _l("Choose a source.")
        errors.add(f"{path}.source", message)
    elif part.field and field_of(source, part.field) is None:
        errors.add(f"{path}.field", _no_field(source, part.field))
    return part


def _no_field(source: Source, name: str) -> object:
    return _l("«%(source)s» has no field «%(field)s».", source=source.label, field=name)


def _names_persons(field: Field) -> object:
    return _l(
        "«%(field)s»: small groups of this source are hidden, no condition may pick single rows.", field=field.label
    )


def _condition(value: object, path: str, source: Source | None, find: Find, errors: Errors, depth: int) -> Condition:
    nothing = Condition("", "exists", True)
    if not isinstance(value, Mapping) or set(value) - {"field", "operator", "value"}:
        errors.add(path, _l("A condition has a field, an operator and a value."))
        return nothing
    if source is None:
        return nothing
    name, operator = str(value.get("field") or ""), str(value.get("operator") or "eq")
    field = field_of(source, name)
    if field is None:
        errors.add(f"{path}.field", _no_field(source, name))
        return nothing
    if operator not in words.OPERATORS:
        errors.add(f"{path}.operator", _l("There is no operator «%(operator)s».", operator=operator))
        return nothing
    if operator not in words.FITS[field.type]:
        text = _l(
            "«%(operator)s» does not fit the field «%(field)s».", operator=words.OPERATORS[operator], field=field.label
        )
        errors.add(f"{path}.operator", text)
        return nothing
    if source.min_group and (field.type == "person" or name == "title"):
        errors.add(f"{path}.field", _names_persons(field))
        return nothing
    given = value.get("value")
    if isinstance(given, Mapping):
        if source.min_group:
            errors.add(f"{path}.value", _names_persons(field))
            return nothing
        return Condition(name, operator, _nested(given, operator, path, find, errors, depth))
    try:
        return Condition(name, operator, values.checked(given, operator, field))
    except ValueError as error:
        errors.add(f"{path}.value", error.args[0])
        return nothing


def _nested(given: Mapping[str, Any], operator: str, path: str, find: Find, errors: Errors, depth: int) -> Rows:
    if operator != "in":
        errors.add(f"{path}.operator", _l("Rows of another source are compared by «is one of» only."))
    if depth >= DEEPEST:
        errors.add(f"{path}.value", _l("Rows are compared with rows too many times."))
        return Rows("")
    part = _rows(given, f"{path}.value", find, errors, depth + 1)
    source = find(part.source)
    chosen = field_of(source, part.field) if source is not None and part.field else None
    if source is not None and source.min_group and chosen is not None:
        errors.add(f"{path}.value.source", _names_persons(chosen))
    if part.field is None:
        errors.add(f"{path}.value.field", _l("Choose the field whose values are compared."))
    return part


def field_of(source: Source, name: str) -> Field | None:
    """A field of a source; `organisation`, `on` and `title` are there in each."""
    return source.fields.get(name) or ALWAYS.get(name)


ALWAYS = {
    "organisation": Field("organisation", _l("Organisation of the row"), "organisation"),
    "on": Field("on", _l("Date of the row"), "date"),
    "title": Field("title", _l("Title of the row"), "text"),
}
