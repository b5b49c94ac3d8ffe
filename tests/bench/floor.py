"""The floor: the rows that one completion leaves, written by psycopg in one prepared statement, and nothing else.

The rows are copies of what the product wrote for a completion of the same model, so that the floor writes as much.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.kernel.ids import next_key

COMPLETE = """
WITH inst AS (
    UPDATE process_instance SET version = version + 1, state_key = %(event_key)s, state = %(state)s, hash = %(hash)s,
        status = 'active', incidents = 0, variables = %(variables)s
    WHERE key = %(instance)s AND version = %(version)s RETURNING key),
event AS (
    INSERT INTO history_event (instance_key, seq, key, at, actor, channel, verb, element_id, task_key, details,
        entries, prev_hash, hash)
    SELECT key, %(version)s + 1, %(event_key)s, %(now)s, 'floor', 'api', 'completed', %(element)s, %(task)s,
        %(details)s, %(entries)s, %(hash)s, %(hash)s FROM inst),
done AS (
    UPDATE user_task t SET state = 'completed', ended_at = %(now)s, completed_by = 'floor', outcome = 'submit',
        inbox = '{}' FROM inst WHERE t.key = %(task)s),
unlisted AS (
    DELETE FROM task_candidate c USING inst
    WHERE c.candidate = %(candidate)s AND c.due_sort = %(due_sort)s AND c.task_key = %(task)s)"""
NEXT = """,
opened AS (
    INSERT INTO user_task (key, instance_key, token, element_id, name, process_id, definition_key, organisation, state,
        role, candidate_groups, candidate_users, candidates, inbox, not_by, due_sort, priority, created_at, overdue)
    SELECT %(next)s, key, %(token)s, %(element)s, %(name)s, %(process_id)s, %(definition)s, %(organisation)s, 'open',
        %(role)s, %(groups)s, '{}', %(groups)s, %(groups)s, '{}', %(due_sort)s, 50, %(now)s, FALSE FROM inst),
listed AS (
    INSERT INTO task_candidate (candidate, due_sort, task_key, role)
    SELECT %(candidate)s, %(due_sort)s, %(next)s, %(role)s FROM inst),
announced AS (
    INSERT INTO outbox (key, kind, payload, run_at, attempts, failed, created_at)
    SELECT %(notice)s, 'floor', '{"by": "floor", "tasks": [2251799813685249]}', %(now)s, 0, FALSE, %(now)s FROM inst)"""
END = "\nSELECT key FROM inst"
STATEMENT, ENDING = (COMPLETE + NEXT + END).encode(), (COMPLETE + END).encode()


@dataclass
class Copy:
    """An instance of the floor's own with one open task."""

    instance: int
    version: int
    task: int


class Floor:
    """Copies of one instance, whose tasks are completed by plain SQL."""

    def __init__(self, dsn: str, instance_key: int, copies: int = 20, *, ends: bool = False) -> None:
        """Take the rows of an instance with an open task as the pattern.

        Args:
            instance_key: an instance that has just had a task completed by the product, or was started.
            ends: the completion ends the instance, so that no next task is written.
        """
        self.connection = psycopg.connect(dsn, row_factory=dict_row)
        self.pattern = self._pattern(instance_key)
        self.instance_key = instance_key
        self.statement = ENDING if ends else STATEMENT
        self.ends = ends
        self.copies = [self._copy(instance_key) for _ in range(copies)]

    def _one(self, query: str, *parameters: Any) -> dict[str, Any]:
        row = self.connection.execute(query, parameters).fetchone()
        assert row is not None
        return row

    def _pattern(self, key: int) -> dict[str, Any]:
        instance = self._one("SELECT * FROM process_instance WHERE key = %s", key)
        event = self._one("SELECT * FROM history_event WHERE instance_key = %s ORDER BY seq DESC LIMIT 1", key)
        task = self._one("SELECT * FROM user_task WHERE instance_key = %s AND state = 'open' LIMIT 1", key)
        return {
            "state": instance["state"],
            "hash": instance["hash"],
            "variables": json.dumps(instance["variables"]),
            "details": json.dumps(event["details"]),
            "entries": json.dumps(event["entries"], ensure_ascii=False),
            "element": task["element_id"],
            "candidate": task["inbox"][0],
            "groups": task["inbox"],
            "due_sort": task["due_sort"],
            "token": task["token"],
            "name": task["name"],
            "process_id": task["process_id"],
            "definition": task["definition_key"],
            "organisation": task["organisation"],
            "role": task["role"],
        }

    def _copy(self, key: int) -> Copy:
        """A copy of the pattern's instance with one open task."""
        instance, task = next_key(), next_key()
        names = [c.name for c in self._columns("process_instance") if c.name not in ("key", "root_key", "start_key")]
        columns = ", ".join(names)
        with self.connection.transaction():
            self.connection.execute(
                f"INSERT INTO process_instance (key, root_key, {columns}) "
                f"SELECT %s, %s, {columns} FROM process_instance WHERE key = %s",
                (instance, instance, key),
            )
            version = self._one("SELECT version FROM process_instance WHERE key = %s", instance)["version"]
            names = [c.name for c in self._columns("user_task") if c.name not in ("key", "instance_key")]
            columns = ", ".join(f'"{name}"' for name in names)
            self.connection.execute(
                f"INSERT INTO user_task (key, instance_key, {columns}) SELECT %s, %s, {columns} "
                f"FROM user_task WHERE instance_key = %s AND state = 'open' LIMIT 1",
                (task, instance, key),
            )
            self.connection.execute(
                "INSERT INTO task_candidate (candidate, due_sort, task_key, role) VALUES (%s, %s, %s, %s)",
                (self.pattern["candidate"], self.pattern["due_sort"], task, self.pattern["role"]),
            )
        return Copy(instance, version, task)

    def _columns(self, table: str) -> Any:
        return self.connection.execute(f"SELECT * FROM {table} LIMIT 0").description

    def complete(self, copy: Copy) -> None:
        """Write one completion and commit."""
        following = next_key()
        parameters = {
            **self.pattern,
            "instance": copy.instance,
            "version": copy.version,
            "event_key": next_key(),
            "now": datetime.now(UTC),
            "task": copy.task,
            "next": following,
            "notice": next_key(),
        }
        with self.connection.cursor() as cursor:
            cursor.execute(self.statement, parameters, prepare=True)
            if not cursor.fetchall():
                raise RuntimeError("the floor wrote nothing")
        self.connection.commit()
        copy.version += 1
        copy.task = following

    def completions(self, count: int) -> Iterator[Writing]:
        """Calls that write one completion each, instance by instance."""
        return (Writing(self, number) for number in range(count))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class Writing:
    """Writes one completion; a fresh instance for one that ends is copied before, not timed."""

    def __init__(self, floor: Floor, number: int) -> None:
        self.floor, self.number = floor, number

    def prepare(self) -> None:
        """Have an instance with an open task."""
        if self.floor.ends:
            self.copy = self.floor._copy(self.floor.instance_key)
        else:
            self.copy = self.floor.copies[self.number % len(self.floor.copies)]

    def __call__(self) -> None:
        self.floor.complete(self.copy)
