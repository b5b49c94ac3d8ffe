"""Advanced filters of a search: `{"$in": […]}`, `{"$like": "a*"}`, as SQL criteria.

A filter field deserialises to a `Condition`; `Condition.on(column)` is its criterion. A plain value means `$eq`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import QueryableAttribute

from app.api.schemas import Key, Moment

LONGEST_LIST = 1000
EQUALITY = ("$eq", "$neq", "$exists", "$in", "$notIn")
TEXT = (*EQUALITY, "$like")
ORDER = ("$eq", "$neq", "$exists", "$gt", "$gte", "$lt", "$lte", "$in")
STATES = ("$eq", "$neq", "$exists", "$in", "$notIn", "$like")
Criterion = ColumnElement[bool]
Column = ColumnElement[Any] | QueryableAttribute[Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value must satisfy: all of the operators hold."""

    operators: tuple[tuple[str, Any], ...]

    def on(self, column: Column) -> Criterion:
        """The criterion for a column."""
        return and_(*(_SQL[operator](column, value) for operator, value in self.operators))

    def on_any(self, elements: Any) -> Criterion:
        """The criterion for a column of several values (an array): one of them satisfies it.

        Args:
            elements: the array as a set-returning function, `func.unnest(column)`.
        """
        absent = [value for operator, value in self.operators if operator == "$exists"]
        rest = Condition(tuple(pair for pair in self.operators if pair[0] != "$exists"))
        one = elements.table_valued("value").render_derived(name="one")
        some: list[Criterion] = (
            [exists(select(1).select_from(one).where(rest.on(one.c.value)))] if rest.operators else []
        )
        for wanted in absent:
            found = exists(select(1).select_from(elements.table_valued("value").render_derived(name="any_one")))
            some.append(found if wanted else ~found)
        return and_(*some)

    def holds(self, value: Any) -> bool:
        """Whether a value in memory satisfies it, as `on` would in SQL."""
        return all(_MEMORY[operator](value, wanted) for operator, wanted in self.operators)

    def exact(self) -> Any | None:
        """The value when the condition is a single `$eq`, for whoever can use an index then."""
        return self.operators[0][1] if len(self.operators) == 1 and self.operators[0][0] == "$eq" else None

    def map(self, change: Callable[[Any], Any]) -> Condition:
        """The same condition with other values (`$exists` keeps its own)."""
        return Condition(
            tuple(
                (
                    op,
                    value
                    if op in ("$exists", "$like")
                    else [change(v) for v in value]
                    if isinstance(value, list)
                    else change(value),
                )
                for op, value in self.operators
            )
        )


def like_pattern(wildcards: str) -> str:
    r"""`*` and `?` as SQL's `%` and `_`; a backslash takes the meaning away."""
    out, escaped = [], False
    for char in wildcards:
        if escaped:
            out.append("\\" + char if char in "%_\\" else char)
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            out.append({"*": "%", "?": "_", "%": "\\%", "_": "\\_"}.get(char, char))
    return "".join(out) + ("\\\\" if escaped else "")


_SQL: Mapping[str, Callable[[Any, Any], Criterion]] = {
    "$eq": lambda column, value: column == value,
    "$neq": lambda column, value: column.is_distinct_from(value),
    "$exists": lambda column, value: column.is_not(None) if value else column.is_(None),
    "$gt": lambda column, value: column > value,
    "$gte": lambda column, value: column >= value,
    "$lt": lambda column, value: column < value,
    "$lte": lambda column, value: column <= value,
    "$in": lambda column, value: column.in_(value),
    "$notIn": lambda column, value: column.is_(None) | column.not_in(value),
    "$like": lambda column, value: column.like(like_pattern(value), escape="\\"),
}


class Filter(fields.Field[Condition]):
    """A filter on one field: a plain value, or an object of operators.

    Args:
        value: the field that reads one value.
        operators: which operators the clients may send.
    """

    def __init__(self, value: fields.Field[Any], operators: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value, self.operators = value, operators

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Condition:
        if not isinstance(value, dict):
            return Condition((("$eq", self._one("$eq", value)),))
        unknown = [name for name in value if name not in self.operators]
        if unknown or not value:
            raise ValidationError(f"Use one of {', '.join(self.operators)}.")
        return Condition(tuple((name, self._one(name, inner)) for name, inner in value.items()))

    def _one(self, operator: str, value: Any) -> Any:
        if operator == "$exists":
            return fields.Boolean().deserialize(value)
        if operator == "$like":
            return fields.String().deserialize(value)
        if operator in ("$in", "$notIn"):
            if not isinstance(value, list) or len(value) > LONGEST_LIST:
                raise ValidationError(f"{operator} takes a list of at most {LONGEST_LIST} values.")
            return [self.value.deserialize(item) for item in value]
        return self.value.deserialize(value)


def text_filter(**kwargs: Any) -> Filter:
    """A filter on text."""
    return Filter(fields.String(), TEXT, **kwargs)


def key_filter(**kwargs: Any) -> Filter:
    """A filter on a key."""
    return Filter(Key(), EQUALITY, **kwargs)


def integer_filter(**kwargs: Any) -> Filter:
    """A filter on a whole number."""
    return Filter(fields.Integer(strict=True), ORDER, **kwargs)


def moment_filter(**kwargs: Any) -> Filter:
    """A filter on a moment."""
    return Filter(Moment(), ORDER, **kwargs)


def state_filter(states: tuple[str, ...], **kwargs: Any) -> Filter:
    """A filter on one of some states."""
    from marshmallow import validate

    return Filter(fields.String(validate=validate.OneOf(states)), STATES, **kwargs)


def wildcard_matches(wildcards: str, text: str) -> bool:
    """Whether a text matches a `$like` value, for lists that are filtered in memory."""
    pattern = "".join(
        {"%": ".*", "_": "."}.get(p, re.escape(p[-1])) for p in re.findall(r"\\.|.", like_pattern(wildcards))
    )
    return re.fullmatch(pattern, text, re.DOTALL) is not None


_MEMORY: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda value, wanted: value == wanted,
    "$neq": lambda value, wanted: value != wanted,
    "$exists": lambda value, wanted: (value is not None) == wanted,
    "$gt": lambda value, wanted: value is not None and value > wanted,
    "$gte": lambda value, wanted: value is not None and value >= wanted,
    "$lt": lambda value, wanted: value is not None and value < wanted,
    "$lte": lambda value, wanted: value is not None and value <= wanted,
    "$in": lambda value, wanted: value in wanted,
    "$notIn": lambda value, wanted: value not in wanted,
    "$like": lambda value, wanted: value is not None and wildcard_matches(wanted, value),
}
