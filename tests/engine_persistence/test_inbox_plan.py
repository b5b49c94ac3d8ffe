"""The first page of the inbox reads the covering index alone, whatever the number of open tasks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.engine import queries
from app.engine.queries import tasks
from app.kernel.db import db

from .conftest import person

OPEN = 200_000
FILL = """
INSERT INTO task_candidate (candidate, due_sort, task_key, role)
SELECT 'teacher@s' || (n % 2000), timestamptz '2026-01-01' + (n % 5000) * interval '1 hour', n, 'teacher'
FROM generate_series(1, :count) n
"""


@pytest.fixture
def crowd(committed: None) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET synchronous_commit = on"))  # else VACUUM cannot mark the pages yet
        connection.execute(text(FILL), {"count": OPEN})
        connection.execute(text("VACUUM ANALYZE task_candidate"))


def plan(statement: str, **parameters: Any) -> str:
    with db.unit_of_work() as session:
        found = session.execute(text(f"EXPLAIN (COSTS OFF, TIMING OFF, ANALYZE, SUMMARY OFF) {statement}"), parameters)
        return "\n".join(row[0] for row in found)


def test_the_first_page_and_the_counts_need_the_index_only(crowd: None) -> None:
    actor = person("t", "teacher@s1", "teacher@s7")
    with db.unit_of_work():
        strings = list(tasks._strings(actor))
    first = plan(tasks._FIRST.text, strings=strings, role=None, after=None, last=None, limit=51)
    counts = plan(tasks._COUNTS.text, strings=strings, cap=1000)
    for found in (first, counts):
        assert "Index Only Scan using uq_task_candidate" in found, found
        assert "Seq Scan on task_candidate" not in found
    with db.unit_of_work():
        assert queries.task_counts(actor) == {"teacher": 200}


def test_a_page_goes_on_where_the_last_one_ended(crowd: None) -> None:
    actor = person("t", "teacher@s1", "teacher@s7")
    with db.unit_of_work() as session:
        strings, seen = list(tasks._strings(actor)), []
        after, last = None, None
        while True:
            parameters = {"strings": strings, "role": None, "after": after, "last": last, "limit": 60}
            page = session.execute(tasks._FIRST, parameters).all()
            if not page:
                break
            seen += [row.task_key for row in page]
            after, last = page[-1].due_sort, page[-1].task_key
    assert len(seen) == len(set(seen)) == 200
