"""What the product does in the bench: starting instances and completing tasks as an API call would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from app.engine import operations
from app.engine.models import UserTask
from app.kernel.actor import Actor
from app.kernel.db import db

Call = Callable[[], object]


def start(actor: Actor, name: str, variables: dict[str, Any] | None = None) -> int:
    """Start an instance. Returns its key."""
    with db.unit_of_work():
        return operations.start_instance(actor, name, variables or {}, internal=True)


def open_task(instance: int) -> int | None:
    """The key of one open task of an instance; None when it has none."""
    with db.unit_of_work() as session:
        query = select(UserTask.key).where(UserTask.instance_key == instance, UserTask.state == "open").limit(1)
        key: int | None = session.scalar(query)
        return key


def complete(actor: Actor, task: int, values: dict[str, Any] | None = None) -> None:
    """Complete a task in a transaction of its own: one action as a request does it."""
    with db.unit_of_work():
        operations.complete_user_task(actor, task, values or {}, raw=True)


class Completion:
    """Completes the open task of an instance; looking it up is not timed (`measure.timed` calls `prepare`)."""

    def __init__(self, actor: Actor, instance: int, values: dict[str, Any] | None = None) -> None:
        self.actor, self.instance, self.values = actor, instance, values
        self.task: int | None = None

    def prepare(self) -> None:
        """Look the task up."""
        self.task = open_task(self.instance)

    def __call__(self) -> None:
        if self.task is None:
            raise RuntimeError(f"instance {self.instance} has no open task")
        complete(self.actor, self.task, self.values)


def completions(actor: Actor, name: str, count: int) -> Iterator[Call]:
    """Calls that complete one task each, of instances started on the way."""
    each = 10 if name == "ten_tasks" else 1
    for _ in range(0, count, each):
        instance = start(actor, name)
        for _ in range(each):
            yield Completion(actor, instance)


def rounds(actor: Actor, instance: int, count: int) -> Iterator[Call]:
    """Calls that complete the tasks of one instance one after another."""
    return (Completion(actor, instance) for _ in range(count))
