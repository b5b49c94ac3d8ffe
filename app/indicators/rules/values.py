"""Values of conditions, checked against the type of their field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l

from ..sources import Field
from . import definition as words

MOST = 200
"""Values of one list."""
LONGEST = 500
_YES, _NO = ("true", "да", "yes", "1"), ("false", "нет", "no", "0")


def plain(value: object) -> Any:
    """A value as JSON holds it: dates as ISO texts."""
    return value.isoformat() if isinstance(value, date) else value


def checked(value: object, operator: str, field: Field) -> Any:
    """The value as a definition keeps it.

    Raises:
        ValueError: with what is wrong, in the reader's words.
    """
    if operator == "exists":
        return _flag(value, field)
    if isinstance(value, str) and value.startswith("@"):
        return _context(value, operator, field)
    if operator == "in":
        listed = value if isinstance(value, list) else [part.strip() for part in str(value or "").split(";")]
        found = [_one(each, field) for each in listed if each not in (None, "")]
        if not found or len(found) > MOST:
            raise ValueError(_l("Name 1 to %(most)s values, parted by semicolons.", most=MOST))
        return found
    return _one(value, field)


def _context(value: str, operator: str, field: Field) -> str:
    if value.startswith(words.GROUP) and value != words.GROUP:
        if field.type != "organisation" or operator != "in":
            raise ValueError(_l("A group of schools fits a field with schools and the operator «is one of»."))
        return value
    if value not in words.CONTEXT:
        raise ValueError(_l("There is no word «%(word)s».", word=value))
    fits = words.CONTEXT[value]
    if operator in ("in", "contains") or (fits != field.type and not (value == "@year" and field.type == "text")):
        raise ValueError(_l("«%(word)s» does not fit the field «%(field)s».", word=value, field=field.label))
    return value


def _one(value: object, field: Field) -> Any:
    if value is None or value == "" or isinstance(value, list | dict):
        raise ValueError(_l("A value is missing for «%(field)s».", field=field.label))
    if field.type == "number":
        return _number(value, field)
    if field.type == "boolean":
        return _flag(value, field)
    if field.type == "date":
        return _date(value, field)
    text = str(value).replace("\0", "")
    if len(text) > LONGEST:
        raise ValueError(_l("Too long: at most %(most)s characters.", most=LONGEST))
    return text


def _number(value: object, field: Field) -> int | float:
    try:
        number = Decimal(str(value).replace(",", ".").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueError(_l("«%(field)s» is compared with a number.", field=field.label))
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(value: object, field: Field) -> bool:
    word = str("true" if value in (None, "") else value).strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(_l("«%(field)s» is compared with «да» or «нет».", field=field.label))


def _date(value: object, field: Field) -> str:
    try:
        return date.fromisoformat(str(plain(value)).strip()).isoformat()
    except ValueError:
        raise ValueError(_l("«%(field)s» is compared with a date, as 2026-04-01.", field=field.label)) from None
