"""Start-up time, memory of a process, memory and disk of an instance."""

from __future__ import annotations

import gc
import time
import tracemalloc

import psycopg

from tests.bench import product
from tests.bench.client import Client
from tests.bench.ground import LOGIN, PASSWORD, Ground
from tests.bench.gunicorn import memory_mb, serving
from tests.bench.measure import Goal, Row
from tests.bench.web import environment

TABLES = ("process_instance", "user_task", "task_candidate", "history_event")


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """All of them; there are no goals, the figures are there to be watched."""
    begun = time.perf_counter()
    with serving("app.wsgi:create()", environment(ground), "/healthz") as (port, workers):
        ready = time.perf_counter() - begun
        fresh = [memory_mb(pid) for pid in workers]
        client = Client(port)
        client.sign_in(LOGIN, PASSWORD)
        for _ in range(200):
            client.post("/v2/user-tasks/search", {"page": {"limit": 20}})
        used = [memory_mb(pid) for pid in workers]
        client.close()
    rows = [
        Row("start-up of the web process", note=f"{ready:.1f} s to the first answer"),
        Row("memory of a web process", note=f"{max(fresh):.0f} MB fresh, {max(used):.0f} MB after 200 requests"),
    ]
    return rows + _instances(ground, 500 if quick else 2000), []


def _instances(ground: Ground, count: int) -> list[Row]:
    """Ten-task instances that wait at their first task, kept live by this process."""
    for _ in range(20):
        product.start(ground.actor, "ten_tasks")
    gc.collect()
    disk = _disk(ground)
    tracemalloc.start()
    for _ in range(count):
        product.start(ground.actor, "ten_tasks")
    gc.collect()
    live = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    stored = (_disk(ground) - disk) / count
    note = f"{live / 1024:.1f} KB live in memory, {stored / 1024:.1f} KB on disk"
    return [Row("memory and disk of an instance", note=note)]


def _disk(ground: Ground) -> int:
    with psycopg.connect(ground.dsn) as connection:
        sizes = [connection.execute("SELECT pg_total_relation_size(%s)", (table,)).fetchone() for table in TABLES]
    return sum(row[0] for row in sizes if row is not None)
