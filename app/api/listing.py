"""Searches over lists in memory: filter, sort and page as over rows."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _

from app.api.conditions import Condition
from app.api.schemas import DEFAULT_LIMIT
from app.api.search import Page
from app.kernel.errors import Invalid

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """How the fields of a search map to attributes of the items.

    Attributes:
        key: the attribute that is unique, the last sort criterion.
        sorts: attribute per camelCase name of a sort field. Filters are named like the attributes.
    """

    key: str
    sorts: Mapping[str, str]

    def page_of(self, items: Sequence[Item], query: Mapping[str, Any]) -> Page:
        """Run a search.

        Raises:
            Invalid: a cursor of another search.
        """
        found = [item for item in items if self._satisfies(item, query.get("filter") or {})]
        found.sort(key=lambda item: getattr(item, self.key))
        for criterion in reversed(query.get("sort", ())):
            name = self.sorts[criterion["field"]]
            found.sort(key=lambda item: _rank(getattr(item, name)), reverse=criterion["order"].upper() == "DESC")
        part = self._part(found, query.get("page") or {})
        page = {
            "total_items": len(found),
            "has_more_total_items": False,
            "start_cursor": self._cursor(part[0]) if part else None,
            "end_cursor": self._cursor(part[-1]) if part else None,
        }
        return Page(part, page)

    def _satisfies(self, item: Item, filters: Mapping[str, Any]) -> bool:
        for name, wanted in filters.items():
            if name == "or_":
                if wanted and not any(self._satisfies(item, one) for one in wanted):
                    return False
                continue
            value = getattr(item, name)
            if not (wanted.holds(value) if isinstance(wanted, Condition) else value == wanted):
                return False
        return True

    def _part(self, found: list[Item], page: Mapping[str, Any]) -> list[Item]:
        limit = page.get("limit", DEFAULT_LIMIT)
        if "after" in page:
            start = self._place(found, page["after"]) + 1
            return found[start : start + limit]
        if "before" in page:
            end = self._place(found, page["before"])
            return found[max(0, end - limit) : end]
        start = page.get("from_", 0)
        return found[start : start + limit]

    def _cursor(self, item: Item) -> str:
        return base64.b64encode(json.dumps([getattr(item, self.key)]).encode()).decode()

    def _place(self, found: list[Item], cursor: str) -> int:
        try:
            keys = json.loads(base64.b64decode(cursor, validate=True))
            return next(n for n, item in enumerate(found) if [getattr(item, self.key)] == keys)
        except (ValueError, StopIteration) as error:
            message = _("The cursor belongs to another search.")
            raise Invalid(message, {"page": [message]}) from error


def _rank(value: Any) -> tuple[bool, Any]:
    """Nothing stands last when rising, first when falling, as in the database."""
    return (value is None, 0 if value is None else value)
