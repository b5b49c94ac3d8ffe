"""Columns that sources have in common: days of moments, and typed values out of JSON that may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, Numeric, SQLColumnExpression, Text, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

ZONE = "Europe/Moscow"
_DAY = r"^\d{4}-\d{2}-\d{2}"


def day(moment: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """The day of a moment."""
    return cast(func.timezone(ZONE, moment), Date)


def text_key(key: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A key as text, as sources hold it."""
    return cast(key, Text)


def link(path: str, key: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """The path of a row's page."""
    return literal(path, Text) + cast(key, Text)


def from_json(data: SQLColumnExpression[Any], name: str, type_: str) -> ColumnElement[Any]:
    """A value of a JSON object by the type of its field; null where it is of another type (dates stay ISO texts)."""
    value = cast(data, JSONB)[name]
    text = value.astext
    typed: Mapping[str, ColumnElement[Any]] = {
        "number": case((func.jsonb_typeof(value) == "number", cast(text, Numeric))),
        "boolean": case((func.jsonb_typeof(value) == "boolean", text == "true")),
        "date": case((text.op("~")(_DAY), func.left(text, 10))),
        "list": case((func.jsonb_typeof(value) == "array", texts(value))),
    }
    found: ColumnElement[Any] = typed.get(type_, text)
    return found.label(name)


def texts(value: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """A JSON array as an array of texts."""
    elements = func.jsonb_array_elements_text(value).table_valued("value")
    return func.array(select(elements.c.value).scalar_subquery())
