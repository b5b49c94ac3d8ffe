"""A marshmallow schema for a form's state: one field per visible, editable component, made from its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as ma
from marshmallow import validate as mv

from app.feel import FeelError
from app.forms.conversion import Unreadable, convert
from app.forms.definition import Component
from app.forms.evaluation import matches
from app.forms.formats import local_input, read_number, show_date, show_moment, show_number
from app.forms.nodes import Limits, Node, Option
from app.forms.values import dotted, is_empty

REQUIRED = _l("Please fill this in.")
CHOOSE = _l("Please choose.")
TICK = _l("Please tick this to go on.")
ATTACH = _l("Please attach a file.")
_PHONE = re.compile(r"\+?[\d\s().-]{6,24}")


class FormField(ma.Field[Any]):
    """One component: reads what was entered, then applies its limits."""

    def __init__(self, component: Component, options: tuple[Option, ...], zone: str, **options_of_field: Any) -> None:
        self.component, self.options, self.zone = component, options, zone
        super().__init__(**options_of_field)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """The typed value; what is required must be there and not empty.

        Raises:
            ValidationError: with messages in the reader's language.
        """
        if isinstance(value, Mapping):  # no field is entered as a context; a signature is made here, never sent in
            raise ValidationError([_l("This value does not fit here.")])
        try:
            typed = convert(self.component, value, self.options, self.zone)
        except Unreadable as error:
            raise ValidationError([error.message]) from None
        if is_empty(typed) and (typed is not False or self.component.type == "checkbox"):  # a radio may offer «нет»
            if self.required:
                raise ValidationError([_required_message(self.component)])
            return typed
        self._validate(typed)
        return typed


def _required_message(component: Component) -> object:
    if component.type == "checkbox":
        return TICK
    if component.type == "filepicker":
        return ATTACH
    return REQUIRED if component.type in ("textfield", "textarea", "number", "datetime") else CHOOSE


def schema_for(nodes: Sequence[Node], zone: str) -> Schema:
    """The schema of these nodes; data and errors are keyed by dotted paths.

    Args:
        nodes: visible, editable components with a value.
        zone: zone of local times.
    """
    return _schema(tuple(_Signature(node) for node in nodes), zone)


class _Signature:
    """What decides a field: equal signatures share one schema, so that most submissions build none."""

    __slots__ = ("component", "key", "limits", "name", "options", "required")

    def __init__(self, node: Node) -> None:
        self.name, self.component = dotted(node.path), node.component
        self.required, self.limits, self.options = node.required, node.limits, node.options
        self.key = (self.name, id(node.component), node.required, node.limits, node.options)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Signature) and self.key == other.key


@lru_cache(maxsize=256)
def _schema(signatures: tuple[_Signature, ...], zone: str) -> Schema:
    fields: dict[str, Any] = {
        one.name: FormField(
            one.component,
            one.options,
            zone,
            required=one.required,
            allow_none=True,
            validate=list(_validators(one.component, one.limits, zone)),
        )
        for one in signatures
    }
    return Schema.from_dict(fields)(unknown=EXCLUDE)


def _validators(component: Component, limits: Limits, zone: str) -> Sequence[Any]:
    if component.type in ("textfield", "textarea"):
        return _text_validators(component, limits)
    if component.type == "number":
        return _number_validators(limits)
    if component.type == "datetime":
        return _moment_validators(component, limits, zone)
    return ()


def _text_validators(component: Component, limits: Limits) -> list[Any]:
    found: list[Any] = []
    if limits.shortest:
        message = _l("Too short: at least %(count)s characters.", count=limits.shortest)
        found.append(mv.Length(min=limits.shortest, error=message))
    if limits.longest is not None:
        message = _l("Too long: at most %(count)s characters.", count=limits.longest)
        found.append(mv.Length(max=limits.longest, error=message))
    kind = component.validate.get("validationType")
    if kind == "email":
        found.append(mv.Email(error=_l("This is not an e-mail address.")))
    if kind == "phone":
        found.append(_is_phone)
    if limits.pattern:
        found.append(_pattern(limits.pattern, component.validate.get("patternErrorMessage")))
    return found


def _pattern(pattern: str, message: object) -> Any:
    def check(value: str) -> None:
        try:
            found = matches(pattern, value)
        except FeelError:
            found = False
        if not found:
            raise ValidationError([message or _l("This value does not have the right form.")])

    return check


def _is_phone(value: str) -> None:
    if not _PHONE.fullmatch(value) or not 6 <= sum(char.isdigit() for char in value) <= 15:
        raise ValidationError([_l("This is not a telephone number.")])


def _number_validators(limits: Limits) -> list[Any]:
    def check(value: Any) -> None:
        number = read_number(value)
        if limits.low is not None and number < limits.low:
            raise ValidationError([_l("Not less than %(limit)s.", limit=show_number(limits.low))])
        if limits.high is not None and number > limits.high:
            raise ValidationError([_l("Not more than %(limit)s.", limit=show_number(limits.high))])

    return [check]


def _moment_validators(component: Component, limits: Limits, zone: str) -> list[Any]:
    subtype = component.spec.get("subtype", "date")
    length = {"date": 10, "time": 5, "datetime": 16}[subtype]

    def comparable(value: str) -> str:
        whole_moment = subtype == "datetime" and len(value) > 10
        return (local_input(value, zone) if whole_moment else value)[:length]

    def shown(value: str) -> str:
        if subtype == "time":
            return value
        return show_moment(value, zone) if subtype == "datetime" and len(value) > 10 else show_date(value)

    def check(value: str) -> None:
        mine = comparable(value)
        if limits.low and mine < comparable(limits.low):
            raise ValidationError([_l("Not earlier than %(limit)s.", limit=shown(limits.low))])
        if limits.high and mine > _end(comparable(limits.high), mine):
            raise ValidationError([_l("Not later than %(limit)s.", limit=shown(limits.high))])

    return [check]


def _end(limit: str, mine: str) -> str:
    """A limit that is a date only includes its whole day."""
    return limit + mine[len(limit) :] if mine.startswith(limit) else limit


def load(nodes: Sequence[Node], zone: str) -> tuple[dict[str, Any], dict[str, list[object]]]:
    """Check the nodes' entries.

    Returns:
        Typed values by dotted path, and messages by dotted path.
    """
    raw = {dotted(node.path): node.raw for node in nodes}
    try:
        values: Mapping[str, Any] = schema_for(nodes, zone).load(raw)
        return dict(values), {}
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        return dict(error.valid_data or {}), {path: list(found) for path, found in messages.items()}
