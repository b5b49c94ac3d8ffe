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
from tests.bench.copies import INSTANCE, ITEM, KEYS, copy_rows
from tests.bench.ground import ROOT, Ground
from tests.bench.measure import Goal, Row, at_most
from tests.bench.web import environment

MODEL = "gateway_script_timer"
PER_SECOND = 20
FROM = 10**9
"""Numbers of the copies: others than those of the inbox."""
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
    with psycopg.connect(ground.dsn) as connection:
        _waiting(connection, product.start(ground.actor, MODEL), range(FROM, FROM + size))
    begun = time.perf_counter()
    fired = 0
    while some := operations.fire_due(500):
        fired += some
    rate = fired / (time.perf_counter() - begun)
    if fired < size:
        raise RuntimeError(f"{fired} of {size} timers fired")
    floor = _floor(ground, range(FROM + size, FROM + size + min(size, 1000)))
    name = f"{size:,} timers due at once"
    row = Row(name, note=f"{rate:.0f} timers/s; floor {floor:.0f}/s")
    return [row], [Goal("10,000 timers due at once, timers/s", f"reported; floor {floor:.0f}/s", rate, True)]


def _waiting(connection: psycopg.Connection[Any], pattern: int, numbers: range) -> None:
    """Copies of an instance whose timers are all due."""
    due = {**ITEM, "due_at": "now() - interval '1 second'"}
    copy_rows(connection, "process_instance", f"t.key = {pattern}", INSTANCE, numbers)
    copy_rows(connection, "timer", f"t.instance_key = {pattern}", due, numbers)
    connection.execute("DELETE FROM timer WHERE instance_key = %s", (pattern,))
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE timer, process_instance")
    connection.autocommit = False


def _floor(ground: Ground, numbers: range) -> float:
    """Timers per second by plain SQL: the instance's row, its history, the timer's row, a commit."""
    pattern = product.start(ground.actor, MODEL)
    with psycopg.connect(ground.dsn) as connection:
        _waiting(connection, pattern, numbers)
        row = connection.execute(
            "SELECT entries::text FROM history_event WHERE instance_key = %s LIMIT 1", (pattern,)
        ).fetchone()
        assert row is not None
        begun = time.perf_counter()
        for number in numbers:
            values: dict[str, Any] = {"instance": KEYS + 2 * number, "event_key": next_key(), "entries": row[0]}
            connection.execute(FIRE, {**values, "now": datetime.now(UTC)}, prepare=True)
            connection.commit()
        return len(numbers) / (time.perf_counter() - begun)


def _steady(ground: Ground, seconds: int) -> tuple[list[Row], list[Goal]]:
    """Twenty timers a second for a while, fired by the clock and worker processes as they run in production."""
    settings = {**os.environ, **environment(ground)}
    with psycopg.connect(ground.dsn) as connection:
        connection.execute("DELETE FROM outbox WHERE kind = 'floor'")  # rows of the floor, which nobody works off
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
