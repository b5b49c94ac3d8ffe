"""Lists on pages: search, sorting and paging read from the address, and links that keep the reader's place.

One description of the columns serves the page and the Excel file::

    COLUMNS = (Column("name", _l("Name"), value=lambda row: row.name, sort=Person.last_name), …)
    listing = Listing.of_request(COLUMNS, default_sort="name")
    if listing.wants_excel:
        return excel.download(_("People"), COLUMNS, listing.everything(statement))
    page = listing.page(statement)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from app.kernel.db import db

SIZE = 50
EXCEL_LIMIT = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        key: name in addresses (`?sort=name`).
        label: lazy text of its head.
        value: plain value of a row, for the Excel file.
        sort: SQL expression(s) to order by, None when it cannot be sorted by.
        width: of the Excel column, in characters.
        on_page: False for what stands in the Excel file only.
    """

    key: str
    label: object
    value: Callable[[Any], object]
    sort: Any = None
    width: int = 24
    on_page: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `first` and `last` are positions in the whole, from 1."""

    rows: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Position of the first row shown."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Position of the last row shown."""
        return min(self.number * self.size, self.total)

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to link to; None stands for a gap."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        shown = sorted(n for n in near if 1 <= n <= self.pages)
        result: list[int | None] = []
        for n in shown:
            if result and n - (result[-1] or 0) > 1:
                result.append(None)
            result.append(n)
        return result


@dataclass(frozen=True, slots=True)
class Listing:
    """What the reader asks of a list."""

    columns: Sequence[Column]
    q: str = ""
    sort: str = ""
    descending: bool = False
    number: int = 1
    size: int = SIZE
    wants_excel: bool = False
    arguments: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls, columns: Sequence[Column], *, default_sort: str = "", size: int = SIZE) -> Listing:
        """Read `q`, `sort` (`-name` turns around), `page` and `format` of the request; nonsense is ignored."""
        arguments = request.args.to_dict()
        wanted = arguments.get("sort") or default_sort
        key = wanted.removeprefix("-")
        known = {column.key for column in columns if column.sort is not None}
        if key not in known:
            wanted, key = default_sort, default_sort.removeprefix("-")
        page = arguments.get("page", "1")
        return cls(
            columns=columns,
            q=arguments.get("q", "").strip()[:100],
            sort=key,
            descending=wanted.startswith("-"),
            number=min(int(page), 10**6) if page.isdecimal() and int(page) else 1,
            size=size,
            wants_excel=arguments.get("format") == "xlsx",
            arguments=arguments,
        )

    def argument(self, name: str) -> str:
        """A filter of the address, trimmed; empty when absent."""
        return self.arguments.get(name, "").strip()[:100]

    @property
    def sort_argument(self) -> str:
        """The `sort` of the address, if any."""
        return self.arguments.get("sort", "")

    def sorted_by(self, key: str) -> str:
        """`up` or `down` when the list is sorted by this column, else empty."""
        return "" if key != self.sort else "down" if self.descending else "up"

    def sort_address(self, key: str) -> str:
        """This list sorted by a column (turned around when it already is)."""
        turn = key == self.sort and not self.descending
        return self.address(sort=f"-{key}" if turn else key, page=None)

    def address(self, **changes: object) -> str:
        """This list's address with some arguments changed; None takes one away."""
        values: dict[str, Any] = {**(request.view_args or {}), **self.arguments, **changes}
        values.pop("format", None)
        if changes.get("format"):
            values["format"] = changes["format"]
        return url_for(request.endpoint or "", **{k: v for k, v in values.items() if v not in (None, "")})

    def ordered(self, statement: Select[Any]) -> Select[Any]:
        """The statement in the wanted order (columns of the default order follow as tie-breakers)."""
        column = next((c for c in self.columns if c.key == self.sort and c.sort is not None), None)
        if column is None:
            return statement
        keys = column.sort if isinstance(column.sort, tuple) else (column.sort,)
        wanted = [key.desc().nulls_last() if self.descending else key.asc().nulls_last() for key in keys]
        existing = list(statement._order_by_clauses)
        return statement.order_by(None).order_by(*wanted, *existing)

    def page(self, statement: Select[Any], *, scalars: bool = True) -> Page:
        """Run the statement for the wanted page (the last one when the number is beyond it)."""
        total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
        number = min(self.number, max(1, -(-total // self.size)))
        rows = db.session.execute(self.ordered(statement).limit(self.size).offset((number - 1) * self.size))
        return Page(list(rows.scalars() if scalars else rows), number, self.size, total)

    def everything(self, statement: Select[Any], *, scalars: bool = True) -> Iterator[Any]:
        """All rows for the Excel file, up to its limit, read in pieces."""
        rows = db.session.execute(self.ordered(statement).limit(EXCEL_LIMIT), execution_options={"yield_per": 1000})
        return iter(rows.scalars() if scalars else rows)
