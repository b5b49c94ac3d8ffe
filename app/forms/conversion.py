"""From what a person entered to a typed value, per component type. Knows no limits: those are `fields`' business."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.definition import Component
from app.forms.formats import decimals, plain_number, read_date, read_moment, read_number, read_time
from app.forms.nodes import Option
from app.forms.values import texts

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(ValueError):
    """What was entered is no value of this type; `message` says so in the reader's language."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


def convert(component: Component, raw: Any, options: Sequence[Option], zone: str) -> Any:
    """The typed value of an entry; None for an empty one.

    Args:
        raw: text or texts of a browser, or JSON data of a client.
        options: what can be chosen, for components with choices.
        zone: zone of local times.

    Raises:
        Unreadable: it is no value of this type.
    """
    kind = component.type
    if kind in ("checklist", "taglist"):
        return _several(raw, options, component)
    if kind == "filepicker":
        return raw if isinstance(raw, list) else texts(raw)
    if kind == "checkbox":
        return _flag(raw, component)
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
        return None
    if kind == "expression":
        return raw
    if isinstance(raw, list | dict):
        raise Unreadable(_l("This value does not fit here."))
    return _READERS[kind](component, raw, options, zone)


def clean_text(raw: object) -> str:
    """Text without control characters (PostgreSQL keeps no NUL), with plain line ends."""
    return _CONTROL.sub("", str(raw).replace("\r\n", "\n").replace("\r", "\n"))


def _text(component: Component, raw: Any, options: Sequence[Option], zone: str) -> str | None:
    text = clean_text(raw).rstrip() if component.type == "textarea" else clean_text(raw).replace("\n", " ").strip()
    return text or None


def _number(component: Component, raw: Any, options: Sequence[Option], zone: str) -> int | float | str:
    try:
        value = read_number(raw)
    except ValueError:
        raise Unreadable(_l("Enter a number.")) from None
    digits = component.spec.get("decimalDigits")
    if isinstance(digits, int) and decimals(value) > digits and not isinstance(raw, float):
        if digits == 0:
            raise Unreadable(_l("Enter a whole number."))
        raise Unreadable(_l("At most %(digits)s digits after the comma.", digits=digits))
    if component.spec.get("serializeToString"):
        return format(value, "f")
    return plain_number(value)


def _choice(component: Component, raw: Any, options: Sequence[Option], zone: str) -> Any:
    if component.properties.get("source"):
        return clean_text(raw)[:500]
    for option in options:
        if option.value == raw or str(option.value) == str(raw):
            return option.value
    raise Unreadable(_l("Choose one of the list."))


def _several(raw: Any, options: Sequence[Option], component: Component) -> list[Any]:
    chosen = texts(raw)
    if component.properties.get("source"):
        return list(dict.fromkeys(clean_text(text)[:500] for text in chosen))
    known = {str(option.value): option.value for option in options}
    if any(text not in known for text in chosen):
        raise Unreadable(_l("Choose from the list."))
    wanted = set(chosen)
    return [value for text, value in known.items() if text in wanted]


def _flag(raw: Any, component: Component) -> Any:
    if component.has("signoff") and isinstance(raw, Mapping):
        return raw
    found = texts(raw)
    if len(found) > 1 or (found and found[0].lower() not in _FLAGS):
        raise Unreadable(_l("This value does not fit here."))
    return bool(found) and _FLAGS[found[0].lower()]


_FLAGS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


def _moment(component: Component, raw: Any, options: Sequence[Option], zone: str) -> str:
    subtype = component.spec.get("subtype", "date")
    try:
        if subtype == "time":
            return read_time(raw)
        if subtype == "datetime":
            return read_moment(raw, zone, component.spec.get("timeSerializingFormat"))
        return read_date(raw)
    except ValueError:
        raise Unreadable(_WRONG_TIME[str(subtype)]) from None


_WRONG_TIME: dict[str, object] = {
    "date": _l("Enter a date as DD.MM.YYYY."),
    "time": _l("Enter a time as HH:MM."),
    "datetime": _l("Enter date and time."),
}
_Reader = Callable[[Component, Any, Sequence[Option], str], Any]
_READERS: dict[str, _Reader] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "radio": _choice,
    "select": _choice,
    "datetime": _moment,
}
