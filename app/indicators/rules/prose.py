"""A definition in words: what is counted, and how two versions differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import gettext as _

from ..sources import Field, Source
from . import definition as words
from . import periods
from .definition import Condition, Definition, Measure, Rows
from .reading import field_of

Find = Callable[[str], Source | None]
Name = Callable[[str, str], str]
"""(type of field, or source and name of a text field as `processes.state`; value) → how people call it."""


def measure(found: Measure, find: Find, name: Name) -> list[str]:
    """What is counted, a sentence for each group of rows."""
    return [_part(part, found.count, find, name) for part in found.parts]


def _part(part: Rows, count: str, find: Find, name: Name) -> str:
    source = find(part.source)
    label = str(source.label) if source else part.source
    if count == words.ROWS:
        head = _("Rows of «%(source)s»", source=label)
    elif count == words.SUM:
        head = _("Sum of «%(field)s» in «%(source)s»", field=_field(part.field, source), source=label)
    else:
        head = _("Different «%(field)s» in «%(source)s»", field=_field(part.field, source), source=label)
    return f"{head}{_where(part, source, find, name)}"


def _where(part: Rows, source: Source | None, find: Find, name: Name) -> str:
    if not part.where:
        return ""
    return ": " + "; ".join(_condition(one, source, find, name) for one in part.where)


def _condition(one: Condition, source: Source | None, find: Find, name: Name) -> str:
    label = _field(one.field, source)
    field = field_of(source, one.field) if source else None
    if one.operator == "exists":
        return str(_("%(field)s is filled in", field=label) if one.value else _("%(field)s is empty", field=label))
    return f"{label} {words.OPERATORS[one.operator]} {_value(one.value, _sort(source, field), find, name)}"


def _sort(source: Source | None, field: Field | None) -> str:
    if field is None or source is None:
        return ""
    return f"{source.code}.{field.name}" if field.type in ("text", "list") else field.type


def _value(value: Any, type_: str, find: Find, name: Name) -> str:
    if isinstance(value, Rows):
        inner = find(value.source)
        label = inner.label if inner else value.source
        text = _("«%(field)s» of «%(source)s»", field=_field(value.field, inner), source=label)
        return f"{text} ({_where(value, inner, find, name).removeprefix(': ')})" if value.where else str(text)
    if isinstance(value, list):
        return ", ".join(_value(each, type_, find, name) for each in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, str) and value.startswith(words.GROUP):
        return str(_("schools of the group «%(group)s»", group=name("group", value.removeprefix(words.GROUP))))
    if isinstance(value, str) and value in words.CONTEXT:
        return str(context_titles()[value])
    return f"«{name(type_, str(value))}»"


def context_titles() -> dict[str, str]:
    """What the words of the context are called."""
    return {
        "@organisation": _("the organisation itself"),
        "@year": _("the year"),
        "@from": _("the first day of the period"),
        "@to": _("the last day of the period"),
    }


def _field(name: str | None, source: Source | None) -> str:
    field = field_of(source, name) if source and name else None
    return str(field.label) if field else str(name or "")


def period(rule: Any) -> str:
    """The rule for periods in words."""
    kind = rule.get("kind", periods.YEAR)
    if kind in (periods.MONTHS, periods.DATES):
        return periods.title(periods.period(rule, 2024).code).replace(" 2024", "")
    return str(periods.KINDS[kind])


def differences(before: Definition | None, after: Definition, find: Find, name: Name) -> list[tuple[str, str, str]]:
    """What a version changed: name of the property, before, after."""
    old = dict(_lines(before, find, name)) if before else {}
    return [(label, old.get(label, ""), text) for label, text in _lines(after, find, name) if old.get(label) != text]


def _lines(found: Definition, find: Find, name: Name) -> Iterator[tuple[str, str]]:
    yield _("Title"), found.title
    yield _("Unit"), found.unit
    yield _("Counted"), "\n".join(measure(found.numerator, find, name))
    below = measure(found.denominator, find, name) if found.denominator else []
    yield _("Out of how many"), "\n".join(below)
    yield _("Target"), "" if found.target is None else f"≥ {found.target.normalize():f}".replace(".", ",")
    yield _("Nearly reached from"), f"{(found.amber_share * 100).normalize():f} %"
    yield _("Reporting period"), period(found.period)
    yield _("Whose indicator"), name("organisation", found.organisation) if found.organisation else _("everybody's")
    yield _("Programme"), found.programme
    yield _("Where it comes from"), found.origin
    yield _("Note"), found.note
