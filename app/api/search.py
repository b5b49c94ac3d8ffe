"""Searches: filter, sort and page over a query that already holds the caller's scope."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import QueryableAttribute

from app.api.conditions import Column, Condition, Criterion
from app.api.problems import NotOffered
from app.api.schemas import DEFAULT_LIMIT
from app.kernel.db import db
from app.kernel.errors import Invalid

COUNT_LIMIT = 10_000
Statement = Select[*tuple[Any, ...]]
Rule = Column | Callable[[Any], Criterion]


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found.

    Attributes:
        items: rows of the statement, or what the caller made of them.
        page: the answer's `page` member, as `PageResponse` writes it.
    """

    items: Sequence[Any]
    page: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """How the fields of a search map to the database.

    Attributes:
        keys: columns that are unique together, the last sort criteria; an index in their order keeps pages cheap.
        filters: per Python name of a filter field: a column, or a function from its value to a criterion.
        sorts: per camelCase name of a sort field: a column.
    """

    keys: tuple[Column, ...]
    filters: Mapping[str, Rule]
    sorts: Mapping[str, Column]

    def page_of(self, statement: Statement, query: Mapping[str, Any]) -> Page:
        """Run a search.

        Args:
            statement: selects what the caller may see.
            query: a loaded body (`schemas.query_of`).

        Raises:
            Invalid: a cursor of another search. NotOffered: a filter that this server does not know.
        """
        wanted = statement.where(self.criterion(query.get("filter") or {}))
        order = [(self.sorts[s["field"]], s["order"].upper() == "DESC") for s in query.get("sort", ())]
        order += [(key, False) for key in self.keys]
        return _page(wanted, order, query.get("page") or {})

    def criterion(self, filters: Mapping[str, Any]) -> Criterion:
        """All filters as one criterion; `or_` holds alternatives."""
        parts = []
        for name, value in filters.items():
            if name == "or_":
                parts.append(or_(false(), *(self.criterion(one) for one in value)) if value else true())
            else:
                parts.append(self._one(name, value))
        return and_(true(), *parts)

    def _one(self, name: str, value: Any) -> Criterion:
        rule = self.filters.get(name)
        if rule is None:
            raise NotOffered(f"the filter '{name}'")
        if isinstance(rule, (ColumnElement, QueryableAttribute)):
            return value.on(rule) if isinstance(value, Condition) else rule == value
        return rule(value)


def _page(wanted: Statement, order: list[tuple[Column, bool]], page: Mapping[str, Any]) -> Page:
    if len({"from_", "after", "before"} & page.keys()) > 1:
        message = _("Give one of from, after, before.")
        raise Invalid(message, {"page": [message]})
    backwards = "before" in page
    cursor = page.get("before") or page.get("after")
    columns = [column.label(f"_sort{n}") for n, (column, _) in enumerate(order)]
    statement = wanted.add_columns(*columns)
    if backwards:
        order = [(column, not falling) for column, falling in order]
    if cursor:
        statement = statement.where(_beyond(order, _decode(cursor, [column for column, _ in order])))
    statement = statement.order_by(*(c.desc().nulls_first() if d else c.asc().nulls_last() for c, d in order))
    statement = statement.limit(page.get("limit", DEFAULT_LIMIT)).offset(page.get("from_", 0))
    rows = list(db.session.execute(statement))
    if backwards:
        rows.reverse()
    return Page(rows, {**_total(wanted), **_cursors(rows, len(order))})


def _total(wanted: Statement) -> dict[str, Any]:
    """How many match; counting stops at `COUNT_LIMIT`."""
    inner = (
        wanted.order_by(None)
        .with_only_columns(true().label("one"), maintain_column_froms=True)
        .limit(COUNT_LIMIT + 1)
        .subquery()
    )
    found = db.session.execute(select(func.count()).select_from(inner)).scalar_one()
    return {"total_items": min(found, COUNT_LIMIT), "has_more_total_items": found > COUNT_LIMIT}


def _cursors(rows: list[Row[Any]], width: int) -> dict[str, str | None]:
    if not rows:
        return {"start_cursor": None, "end_cursor": None}
    return {"start_cursor": _encode(tuple(rows[0])[-width:]), "end_cursor": _encode(tuple(rows[-1])[-width:])}


def _beyond(order: list[tuple[Column, bool]], values: list[Any]) -> Criterion:
    """Rows after `values` in this order; nulls stand last when rising, first when falling."""
    alternatives: list[Criterion] = []
    same: list[Criterion] = []
    for (column, falling), value in zip(order, values, strict=True):
        alternatives.append(and_(*same, _after(column, falling, value)))
        same.append(column.is_(None) if value is None else column == value)
    return or_(*alternatives)


def _after(column: Column, falling: bool, value: Any) -> Criterion:
    if value is None:
        return column.is_not(None) if falling else false()
    return column < value if falling else or_(column > value, column.is_(None))


def _encode(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, (date, datetime)) else value for value in values]
    return base64.b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode()


def _decode(cursor: str, columns: list[Column]) -> list[Any]:
    try:
        values = json.loads(base64.b64decode(cursor, validate=True))
        if not isinstance(values, list) or len(values) != len(columns):
            raise ValueError
        return [_read(value, column.type.python_type) for value, column in zip(values, columns, strict=True)]
    except (ValueError, binascii.Error, TypeError) as error:
        message = _("The cursor belongs to another search.")
        raise Invalid(message, {"page": [message]}) from error


def _read(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError
    return value
