"""Timers: many due at once, and how late they fire at a steady rate with the real clock process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from app.engine import operations
from app.kernel.ids import next_key
from tests.bench import product
from tests.bench.ground import ROOT, Ground
from tests.bench.measure import Goal, Row, at_most
from tests.bench.web import environment

MODEL = "gateway_script_timer"
PER_SECOND = 20
FIRE = b"""
WITH inst AS (
    UPDATE process_instance SET version = version + 1, state_key = %(event_key)s, state = NULL, status = 'completed',
        ended_at = %(now)s, hash = hash, variables = variables WHERE key = %(instance)s RETURNING key, hash, version),
event AS (
    INSERT INTO history_event (instance_key, seq, key, at, actor, channel, verb, details, entries, prev_hash, hash)
    SELECT key, version, %(event_key)s, %(now)s, '', 'worker', 'timer', '{}', %(entries)s, hash, hash FROM inst),
gone AS (DELETE FROM timer t USING inst WHERE t.instance_key = inst.key)
SELECT key FROM inst"""


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Both figures."""
    rows, goals = _burst(ground, 500 if quick else 10_000)
    more_rows, more_goals = _steady(ground, 5 if quick else 30)
    return rows + more_rows, goals + more_goals


def _burst(ground: Ground, size: int) -> tuple[list[Row], list[Goal]]:
    """All due at the same moment: how many a second one process fires, beside plain SQL for the same rows."""
    instances = [product.start(ground.actor, MODEL) for _ in range(size)]
    _all_due(ground)
    begun = time.perf_counter()
    left = size
    while left > 0:
        fired = operations.fire_due(500)
        if not fired:
            break
        left -= fired
    rate = (size - max(left, 0)) / (time.perf_counter() - begun)
    with psycopg.connect(ground.dsn) as connection:
        open_ones = connection.execute(
            "SELECT count(*) FROM process_instance WHERE key = ANY(%s) AND status = 'active'", (instances,)
        ).fetchone()
    assert open_ones is not None
    note = f"{rate:.0f} timers/s; floor {_floor(ground, min(size, 1000)):.0f}/s; {open_ones[0]} left"
    name = f"{size:,} timers due at once"
    return [Row(name, note=note)], [
        Goal("10,000 timers due at once, timers/s", "reported beside the floor", rate, None)
    ]


def _all_due(ground: Ground) -> None:
    with psycopg.connect(ground.dsn) as connection:
        connection.execute("UPDATE timer SET due_at = now() - interval '1 second'")


def _floor(ground: Ground, size: int) -> float:
    instances = [product.start(ground.actor, MODEL) for _ in range(size)]
    with psycopg.connect(ground.dsn) as connection:
        row = connection.execute(
            "SELECT entries::text FROM history_event WHERE instance_key = %s LIMIT 1", (instances[0],)
        ).fetchone()
        assert row is not None
        begun = time.perf_counter()
        for instance in instances:
            values: dict[str, Any] = {"instance": instance, "event_key": next_key(), "entries": row[0]}
            connection.execute(FIRE, {**values, "now": datetime.now(UTC)}, prepare=True)
            connection.commit()
        return size / (time.perf_counter() - begun)


def _steady(ground: Ground, seconds: int) -> tuple[list[Row], list[Goal]]:
    """Twenty timers a second for a while, fired by the clock and worker processes as they run in production."""
    settings = {**os.environ, **environment(ground)}
    processes = [
        subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=settings)
        for module in ("worker.clock", "worker.runner")
    ]
    try:
        _until_fired(ground, product.start(ground.actor, MODEL))
        instances = []
        begun = time.perf_counter()
        for number in range(seconds * PER_SECOND):
            time.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            instances.append(product.start(ground.actor, MODEL))
        late = sorted(_until_fired(ground, instance) for instance in instances)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(20)
    p95 = late[int(len(late) * 0.95)]
    note = f"late by {late[len(late) // 2]:.2f} s (p50), {p95:.2f} s (p95), {late[-1]:.2f} s at most"
    return [Row(f"{PER_SECOND} timers/s, clock process", note=note)], [
        at_most("timer lateness p95 at 20 timers/s", p95, 2, " s")
    ]


def _until_fired(ground: Ground, instance: int, seconds: float = 60) -> float:
    """Wait until an instance has ended. Returns how late its one-second timer fired, in seconds.

    Raises:
        RuntimeError: it has not ended within `seconds`.
    """
    until = time.perf_counter() + seconds
    with psycopg.connect(ground.dsn, autocommit=True) as connection:
        while time.perf_counter() < until:
            row = connection.execute(
                "SELECT extract(epoch FROM ended_at - started_at) - 1 FROM process_instance "
                "WHERE key = %s AND ended_at IS NOT NULL",
                (instance,),
            ).fetchone()
            if row is not None:
                return float(row[0])
            time.sleep(0.05)
    raise RuntimeError(f"the timer of instance {instance} has not fired within {seconds:g} s")
