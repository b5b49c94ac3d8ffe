"""The first page of the inbox with a thousand, a hundred thousand and a million open tasks."""

from __future__ import annotations

from typing import Any

import psycopg
from flask.testing import FlaskClient

from app.engine import queries
from app.engine.views import TaskFilter
from app.kernel.db import db
from app.main import create_app
from tests.bench import product
from tests.bench.copies import INSTANCE, ITEM, KEYS, copy_rows
from tests.bench.ground import LOGIN, REGION, ROLE, Ground
from tests.bench.measure import Goal, Row, at_most, timed
from tests.bench.statements import sign_in

SIZES = (1_000, 100_000, 1_000_000)
GROUPS = (ROLE, f"{ROLE}@{REGION}", f"user:{LOGIN}", "somebody_else")
"""Three of four tasks stand in the actor's list."""
PAGE = 50
DUE = "now() + ((n * 7919) % 5184000 - 2592000) * interval '1 second'"
"""Deadlines a month back and forth."""


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """The same page at growing numbers of open tasks."""
    pattern = product.start(ground.actor, "one_task")
    client = create_app(ground.settings).test_client()
    sign_in(client)
    sizes = SIZES[:2] if quick else SIZES
    rows, medians, filled = [], {}, 0
    for size in sizes:
        with psycopg.connect(ground.dsn) as connection:
            _fill(connection, pattern, filled, size)
        filled = size
        timing = timed((lambda: _first_page(ground) for _ in range(60)), 10)
        medians[size] = timing.p50
        rows.append(Row(f"inbox first page, {size:,} open", timing))
        counts = timed((lambda: _counts(ground) for _ in range(40)), 5)
        page = timed((lambda: _whole_page(client) for _ in range(40)), 5)
        rows.append(Row(f"inbox counts per role, {size:,} open", counts))
        rows.append(Row(f"inbox as a page, {size:,} open", page))
    ratio = medians[SIZES[-1]] / medians[SIZES[0]] if SIZES[-1] in medians else None
    return rows, [at_most("inbox first page, 1,000,000 open ÷ 1,000 open", ratio, 1.5)]


def _fill(connection: psycopg.Connection[Any], pattern: int, low: int, high: int) -> None:
    """Bring the number of open tasks from `low` to `high`."""
    numbers = range(low, high)
    copy_rows(connection, "process_instance", f"t.key = {pattern}", INSTANCE, numbers)
    groups = ", ".join(f"'{group}'" for group in GROUPS)
    lateral = f", LATERAL (SELECT (ARRAY[{groups}])[1 + n % 4]::varchar AS g, {DUE} AS d) x"
    computed = {
        **ITEM,
        "inbox": "ARRAY[x.g]",
        "candidates": "ARRAY[x.g]",
        "due_sort": "x.d",
        "due_at": "x.d",
        "created_at": "now() - n * interval '1 second'",
    }
    mine = f"t.instance_key = {pattern} AND t.state = 'open'"
    copy_rows(connection, "user_task", mine, computed, numbers, lateral)
    connection.execute(
        "INSERT INTO task_candidate (candidate, due_sort, task_key, role) "
        "SELECT inbox[1], due_sort, key, role FROM user_task WHERE key BETWEEN %s AND %s",
        (KEYS + 2 * low, KEYS + 2 * high),
    )
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE user_task, task_candidate, process_instance")


def _first_page(ground: Ground) -> None:
    with db.unit_of_work():
        page = queries.tasks_for(ground.actor, TaskFilter(), limit=PAGE)
    if len(page.items) != PAGE:
        raise RuntimeError(f"the inbox shows {len(page.items)} tasks")


def _whole_page(client: FlaskClient) -> None:
    """What the browser gets: session, list, counts, filters, layout."""
    answer = client.get("/tasks")
    if answer.status_code != 200:
        raise RuntimeError(f"the inbox answered {answer.status_code}")


def _counts(ground: Ground) -> None:
    with db.unit_of_work():
        queries.task_counts(ground.actor)
