"""Numbers, dates and times between people and JSON: decimal comma in, plain numbers and ISO texts kept."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from flask_babel import get_locale

MAX_DIGITS = 15
"""A binary double keeps every decimal number of up to 15 digits: what was entered is what is read back."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\.\d+")


def read_number(raw: object) -> Decimal:
    """A number from what a person typed (`1 234,5`) or a client sent.

    Raises:
        ValueError: it is none, is not finite, or has more than 15 digits.
    """
    if isinstance(raw, bool):
        raise ValueError("not a number")
    text = re.sub(r"[\s\u00a0\u202f']", "", str(raw)).replace("\u2212", "-").replace(",", ".")
    if isinstance(raw, float):
        text = format(Decimal(repr(raw)), "f")
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise ValueError("not a number")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not isinstance(raw, float) and len(value.normalize().as_tuple().digits) > MAX_DIGITS:
        raise ValueError("too many digits")
    return value


def decimals(value: Decimal) -> int:
    """How many decimal places the number needs."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain_number(value: Decimal) -> int | float:
    """The number as JSON holds it."""
    return int(value) if value == value.to_integral_value() else float(value)


def comma() -> str:
    """The decimal sign of the reader."""
    locale = get_locale()
    return "." if locale is not None and locale.language == "en" else ","


def show_number(value: object, *, digits: int | None = None, truncate: bool = False) -> str:
    """A number for reading or for an input: the reader's decimal sign, no grouping.

    Args:
        value: a number; a text is given back as it is (what somebody typed and that is not yet right).
        digits: round half up to so many decimals.
        truncate: cut to one decimal instead («94,96» is shown «94,9»: forms.md «Scores»).
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return "" if value is None else str(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        return ""
    if truncate:
        number = number.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    elif digits is not None:
        number = number.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP")
    text = format(number, "f")
    if not truncate and digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", comma())


def read_date(raw: object) -> str:
    """An ISO date from a native input, from `06.04.2026`, or from the date part of a datetime.

    Raises:
        ValueError: it is none.
    """
    text = raw.isoformat() if isinstance(raw, date) else str(raw).strip()
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    value = date.fromisoformat(text[:10] if re.match(r"\d{4}-\d\d-\d\dT", text) else text)
    if not 1900 <= value.year <= 2200:
        raise ValueError("a year out of range")
    return value.isoformat()


def read_time(raw: object) -> str:
    """A time `09:30`.

    Raises:
        ValueError: it is none.
    """
    value = raw if isinstance(raw, time) else time.fromisoformat(str(raw).strip()[:8])
    return value.strftime("%H:%M")


def read_moment(raw: object, zone: str, form: str | None = None) -> str:
    """A datetime with its offset, as `2026-04-06T09:30:00+03:00`.

    Args:
        raw: what an input sent (local time), or an ISO datetime.
        zone: the zone of local times.
        form: form-js's `timeSerializingFormat`: `utc_offset` (default), `utc_normalized`, `no_timezone`.

    Raises:
        ValueError: it is none.
    """
    text = raw.isoformat() if isinstance(raw, datetime) else str(raw).strip()
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[ T,]+(\d{1,2}:\d\d)", text):
        text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}T{match[4]:0>5}"
    value = datetime.fromisoformat(text)
    if not 1900 <= value.year <= 2200:
        raise ValueError("a year out of range")
    if form == "no_timezone":
        return value.replace(tzinfo=None).isoformat()
    value = value.replace(tzinfo=ZoneInfo(zone)) if value.tzinfo is None else value
    if form == "utc_normalized":
        return value.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()


def local_input(value: object, zone: str) -> str:
    """A kept datetime as `datetime-local` inputs want it (`2026-04-06T09:30`); other text stays as it is."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return "" if value is None else str(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment.isoformat(timespec="minutes")


def show_date(value: object) -> str:
    """`06.04.2026` for an ISO date; anything else as it is."""
    try:
        return date.fromisoformat(str(value)[:10]).strftime("%d.%m.%Y")
    except ValueError:
        return "" if value is None else str(value)


def show_moment(value: object, zone: str) -> str:
    """`06.04.2026 09:30` in a zone for an ISO datetime; anything else as it is."""
    text = local_input(value, zone)
    return f"{show_date(text)} {text[11:16]}" if len(text) >= 16 and text[10] == "T" else text
