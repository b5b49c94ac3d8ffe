"""Ordinary page forms: marshmallow schemas with messages in the reader's language, and what was entered kept.

(Forms of processes are form-js files and belong to `app.forms`.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid

REQUIRED = _l("Please fill this in.")


class PageSchema(Schema):
    """Parent of page form schemas: unknown fields are dropped, empty strings count as absent."""

    class Meta:
        unknown = EXCLUDE


def text(*, required: bool = False, longest: int = 200, pattern: str = "", hint: Any = "") -> fields.String:
    """A line of text. `pattern` must match the whole; `hint` is the message when it does not."""
    checks: list[Any] = [validate.Length(max=longest, error=_l("Too long: at most %(most)s characters.", most=longest))]
    if pattern:
        checks.append(validate.Regexp(rf"(?:{pattern})\Z", error=hint))
    return fields.String(validate=checks, error_messages=_messages(), **_presence(required, ""))


def choice(options: Any, *, required: bool = False) -> fields.String:
    """One of the keys of `options` (anything with `in`)."""

    def known(value: str) -> None:
        if value and value not in options:
            raise ValidationError(str(_l("Choose one of the list.")))

    return fields.String(validate=known, error_messages=_messages(), **_presence(required, ""))


def choices(options: Any) -> fields.List[Any]:
    """Any number of the keys of `options`."""
    return fields.List(choice(options), load_default=list)


def email(*, required: bool = False) -> fields.String:
    """An e-mail address."""
    check = validate.Email(error=_l("This is not an e-mail address."))
    return fields.String(validate=check, error_messages=_messages(), **_presence(required, ""))


def day(*, required: bool = False) -> fields.Date:
    """A date as browsers send it."""
    return fields.Date(allow_none=not required, error_messages=_messages(), **_presence(required, None))


def flag() -> fields.Boolean:
    """A checkbox."""
    return fields.Boolean(load_default=False)


def _presence(required: bool, default: object) -> dict[str, Any]:
    return {"required": True} if required else {"load_default": default}


def _messages() -> dict[str, Any]:
    return {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid": _l("This value does not fit here."),
        "invalid_utf8": _l("This value does not fit here."),
    }


@dataclass
class FormState:
    """What a form shows: values (of the object, or as they were entered) and errors.

    Attributes:
        values: field name → value or list of values.
        errors: field name → message.
        general: messages about the form as a whole.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, object] = field(default_factory=dict)
    general: list[object] = field(default_factory=list)

    def value(self, name: str) -> object:
        """What to show in a field."""
        found = self.values.get(name)
        if isinstance(found, datetime | date):
            return found.isoformat()
        return "" if found is None else found

    def values_of(self, name: str) -> list[str]:
        """What is ticked of several."""
        if isinstance(self.values, MultiDict):
            return self.values.getlist(name)
        return [str(item) for item in self.values.get(name) or ()]

    def error(self, name: str) -> object:
        """The message of a field; empty when it is right."""
        return self.errors.get(name, "")

    def refuse(self, error: Invalid) -> FormState:
        """Take an operation's refusal over: field messages to their fields, the rest above the form."""
        for name, messages in error.errors.items():
            self.errors[name] = messages[0]
        if error.message and not error.errors:
            self.general.append(error.message)
        return self


def load(schema: Schema, form: MultiDict[str, str]) -> tuple[dict[str, Any], FormState]:
    """Check a submitted form.

    Returns:
        The clean data (empty when something is wrong) and the state that shows the form again as it was entered.
    """
    state = FormState(values=form)
    raw: dict[str, Any] = {}
    for name, kind in schema.load_fields.items():
        given = [part.strip() if isinstance(part, str) else part for part in form.getlist(name)]
        if isinstance(kind, fields.List):
            raw[name] = [part for part in given if part]
        elif given and given[0] != "":
            raw[name] = given[0]
    try:
        data: dict[str, Any] = schema.load(raw)
        return data, state
    except ValidationError as error:
        for name, messages in error.normalized_messages().items():  # type: ignore[no-untyped-call]
            state.errors[name] = _first(messages)
        return {}, state


def _first(messages: Any) -> object:
    while isinstance(messages, dict | list):
        messages = next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
    return messages
