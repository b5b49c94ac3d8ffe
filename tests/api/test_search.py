"""Filters, sort and pages of a search against the database; the outbox serves as a table with nullable columns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from marshmallow import ValidationError, fields
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.api.conditions import Condition, integer_filter, key_filter, like_pattern, moment_filter, text_filter
from app.api.problems import NotOffered
from app.api.schemas import ApiSchema, query_of
from app.api.search import Page, Search
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.kernel.outbox import OutboxEntry

START = datetime(2026, 4, 6, 6, 0, tzinfo=UTC)


class EntryFilterFields(ApiSchema):
    """Filters over the outbox."""

    kind = text_filter()
    error = text_filter()
    attempts = integer_filter()
    run_at = moment_filter()
    key = key_filter()
    colour = text_filter()


class EntryFilter(EntryFilterFields):
    """With alternatives."""

    or_ = fields.List(fields.Nested(EntryFilterFields), data_key="$or")


SORTS = {
    "kind": OutboxEntry.kind,
    "error": OutboxEntry.error,
    "runAt": OutboxEntry.run_at,
}
QUERY = query_of(EntryFilter, SORTS, "Entry")()
SEARCH = Search(
    keys=(OutboxEntry.key,),
    filters={
        "kind": OutboxEntry.kind,
        "error": OutboxEntry.error,
        "attempts": OutboxEntry.attempts,
        "run_at": OutboxEntry.run_at,
        "key": OutboxEntry.key,
    },
    sorts=SORTS,
)


@pytest.fixture
def entries(connection: Connection) -> Iterator[Session]:
    """Twenty entries; every third has no error, kinds and moments repeat."""
    with db.unit_of_work() as session:
        for number in range(20):
            session.add(
                OutboxEntry(
                    key=number + 1,
                    kind=f"kind_{number % 4}",
                    payload={},
                    run_at=START + timedelta(minutes=number // 5),
                    attempts=number,
                    failed=False,
                    error=None if number % 3 == 0 else f"e%{number % 2}",
                    created_at=START,
                )
            )
        session.flush()
        yield session
        session.rollback()


def find(body: dict[str, Any]) -> Page:
    """Search as a client would."""
    return SEARCH.page_of(select(OutboxEntry.key), QUERY.load(body))


def keys(body: dict[str, Any]) -> list[int]:
    """The found keys, in order."""
    return [row.key for row in find(body).items]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "kind_1"}, [2, 6, 10, 14, 18]),
        ({"kind": {"$eq": "kind_1"}, "attempts": {"$gte": 5, "$lt": 10}}, [6, 10]),
        ({"kind": {"$in": ["kind_0", "kind_3"]}, "attempts": {"$lt": 5}}, [1, 4, 5]),
        ({"kind": {"$notIn": ["kind_0", "kind_3"]}, "attempts": {"$lt": 4}}, [2, 3]),
        ({"kind": {"$like": "*_2"}, "attempts": {"$lt": 8}}, [3, 7]),
        ({"kind": {"$like": "kind?2"}, "attempts": {"$lt": 4}}, [3]),
        ({"kind": {"$like": "kind\\?2"}}, []),
        ({"error": {"$exists": False}, "attempts": {"$lte": 6}}, [1, 4, 7]),
        ({"error": {"$neq": "e%1"}, "attempts": {"$lt": 6}}, [1, 3, 4, 5]),
        ({"error": {"$like": "e%0"}, "attempts": {"$lt": 5}}, [3, 5]),
        ({"key": "7"}, [7]),
        ({"key": {"$in": ["7", "9", "99"]}}, [7, 9]),
        ({"runAt": {"$gt": "2026-04-06T06:02:00Z"}}, [16, 17, 18, 19, 20]),
        ({"attempts": {"$lt": 3}, "$or": [{"kind": "kind_0"}, {"kind": "kind_2"}]}, [1, 3]),
        ({"$or": []}, list(range(1, 21))),
    ],
)
def test_filters(entries: Session, filters: dict[str, Any], expected: list[int]) -> None:
    assert keys({"filter": filters}) == expected


@pytest.mark.parametrize("sort", [[], ["error"], ["-error"], ["kind", "-runAt"], ["-runAt", "error"]])
@pytest.mark.parametrize("limit", [1, 3, 7, 20])
def test_walking_forward_and_back_meets_everything_once(entries: Session, sort: list[str], limit: int) -> None:
    body: dict[str, Any] = {
        "sort": [{"field": s.lstrip("-"), "order": "DESC" if s.startswith("-") else "ASC"} for s in sort]
    }
    whole = keys({**body, "page": {"limit": 100}})
    assert sorted(whole) == list(range(1, 21))
    forward: list[int] = []
    page: dict[str, Any] = {"limit": limit}
    while rows := find({**body, "page": page}):
        if not rows.items:
            break
        forward += [row.key for row in rows.items]
        page = {"limit": limit, "after": rows.page["end_cursor"]}
        last = rows
    assert forward == whole
    back = [row.key for row in last.items]
    while True:
        rows = find({**body, "page": {"limit": limit, "before": last.page["start_cursor"]}})
        if not rows.items:
            break
        back = [row.key for row in rows.items] + back
        last = rows
    assert back == whole


def test_offset_and_total(entries: Session) -> None:
    found = find({"page": {"from": 18, "limit": 5}})
    assert [row.key for row in found.items] == [19, 20]
    assert (found.page["total_items"], found.page["has_more_total_items"]) == (20, False)
    nothing = find({"filter": {"kind": "none"}})
    assert nothing.page == {
        "total_items": 0,
        "has_more_total_items": False,
        "start_cursor": None,
        "end_cursor": None,
    }


def test_a_cursor_of_another_search_is_refused(entries: Session) -> None:
    other = find({"sort": [{"field": "runAt"}], "page": {"limit": 2}}).page["end_cursor"]
    for cursor in (other, "bm90IGpzb24=", "WyJ4Il0="):
        with pytest.raises(Invalid):
            find({"page": {"after": cursor}})


def test_an_unknown_filter_is_not_ignored(entries: Session) -> None:
    with pytest.raises(ValidationError):
        find({"filter": {"nothingOfTheKind": 1}})
    with pytest.raises(NotOffered):
        find({"filter": {"colour": "red"}})


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"attempts": "many"}},
        {"filter": {"attempts": {"$like": "1*"}}},
        {"filter": {"kind": {}}},
        {"filter": {"kind": {"$in": "kind_1"}}},
        {"filter": {"key": "seven"}},
        {"filter": {"key": str(2**63)}},
        {"filter": {"runAt": "yesterday"}},
        {"sort": [{"field": "secret"}]},
        {"sort": [{"field": "kind", "order": "UP"}]},
        {"page": {"limit": 0}},
        {"page": {"limit": 10_001}},
        {"page": {"from": -1}},
        {"page": {"after": "*"}},
        {"pages": {}},
    ],
)
def test_bad_input_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QUERY.load(body)


@pytest.mark.parametrize(
    ("wildcards", "sql"),
    [("a*b?", "a%b_"), ("100%", "100\\%"), ("a_b", "a\\_b"), (r"a\*b", "a*b"), (r"a\\b", r"a\\b"), (r"\%", r"\%")],
)
def test_wildcards(wildcards: str, sql: str) -> None:
    assert like_pattern(wildcards) == sql


@pytest.mark.parametrize(
    ("operators", "value", "expected"),
    [
        ((("$like", "a*c"),), "abc", True),
        ((("$like", "a\\*c"),), "abc", False),
        ((("$like", "a\\*c"),), "a*c", True),
        ((("$like", "a?c"),), "ac", False),
        ((("$gt", 3), ("$lte", 5)), 5, True),
        ((("$exists", True),), None, False),
        ((("$notIn", [1, 2]),), 3, True),
    ],
)
def test_conditions_in_memory_agree_with_sql(operators: Any, value: Any, expected: bool) -> None:
    assert Condition(operators).holds(value) is expected


def test_cursors_are_plain_base64(entries: Session) -> None:
    import base64

    cursor = find({"sort": [{"field": "error"}], "page": {"limit": 1}}).page["end_cursor"]
    assert json.loads(base64.b64decode(cursor)) == ["e%0", 3]
