"""Processes in two versions for the tests of moving running instances."""

from __future__ import annotations

from typing import Any

from app.engine import operations
from app.engine.definitions import latest_key
from app.kernel.actor import PLATFORM
from app.kernel.db import db

from . import models as m
from .conftest import rows


def flow(*elements: str, outside: str = "") -> bytes:
    """A process `p` of these elements; `outside` stands beside it (messages)."""
    return m.process("p", m.start(), *elements, m.end(), outside=outside, named={"title": "=name"})


def version(number: int) -> int:
    """Key of a version of `p`."""
    with db.unit_of_work():
        key = latest_key("p", number)
        assert key is not None
        return key


def migrate(instance: int, number: int, mapping: dict[str, str] | None = None) -> int:
    """Move an instance to a version, in a unit of work of its own."""
    target = version(number)
    with db.unit_of_work():
        return operations.migrate_instance(PLATFORM, instance, target, mapping)


def undo(instance: int) -> None:
    """Take the last migration back."""
    with db.unit_of_work():
        operations.undo_migration(PLATFORM, instance)


_TABLES = {
    "process_instance": "key, definition_key, status, title, incidents, variables, owner_group",
    "user_task": "key, token, element_id, name, state, role, assignee, candidates, inbox, form_id, form_key, not_by, "
    "due_at, due_sort, definition_key, priority, overdue",
    "timer": "token, element_id, due_at",
    "event_subscription": "token, element_id, kind, name, correlation_key",
    "job": "key, token, element_id, type, headers, state, definition_key",
    "incident": "key, token, element_id, message, resolved_at",
}


def picture(instance: int) -> dict[str, Any]:
    """All rows of an instance but its history, to compare."""
    found: dict[str, Any] = {}
    for table, columns in _TABLES.items():
        key = "key" if table == "process_instance" else "instance_key"
        found[table] = sorted(
            (tuple(row) for row in rows(f"SELECT {columns} FROM {table} WHERE {key} = :key", key=instance)), key=str
        )
    found["lists"] = sorted(
        tuple(row)
        for row in rows(
            "SELECT c.candidate, c.due_sort, c.task_key, c.role FROM task_candidate c "
            "JOIN user_task t ON t.key = c.task_key WHERE t.instance_key = :key",
            key=instance,
        )
    )
    return found
