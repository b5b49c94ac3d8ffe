"""People, deployments and a driver for the tests of the engine on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, text

from app.engine import live, operations, passing, services
from app.engine.models import UserTask
from app.engine.views import Deployed, Resource
from app.kernel.actor import PLATFORM, Actor, Assignment, Substitution
from app.kernel.db import db

from . import models as m


def person(login: str, *roles: str, path: tuple[str, ...] = ("reg",), **more: Any) -> Actor:
    """An actor; roles are `role@organisation`."""
    held = tuple(Assignment(role.partition("@")[0], role.partition("@")[2] or "reg", path=path) for role in roles)
    groups = frozenset(role.partition("@")[0] for role in roles) | frozenset(role for role in roles if "@" in role)
    return Actor(login, login.title(), assignments=held, groups=groups, **more)


def substitute(login: str, *roles: str, instead_of: str, acting_head: bool = False) -> Actor:
    """An actor who stands in for somebody."""
    other = Substitution(instead_of, instead_of.title(), roles, acting_head)
    return Actor(login, login.title(), substitutions=(other,), groups=frozenset())


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """What a process remembers belongs to the database of the test before."""
    db.forget()
    yield
    live.forget_all()


@pytest.fixture
def deploy() -> Callable[..., Deployed]:
    """Deploy files by name: `deploy(approve=b"…")` or `deploy(**{"a.dmn": b"…"})`."""

    def run(**files: bytes) -> Deployed:
        resources = [Resource(name if "." in name else f"{name}.bpmn", data) for name, data in files.items()]
        with db.unit_of_work():
            return operations.deploy(PLATFORM, resources)

    return run


@pytest.fixture
def types() -> Iterator[None]:
    """Types that a test registers are gone after it."""
    before = dict(services._types)
    yield
    services._types.clear()
    services._types.update(before)


def one_service(deploy: Callable[..., Any], type: str, *inputs: tuple[str, str]) -> None:
    """Deploy `p`: a task, the service task `work`, a task."""
    deploy(
        p=m.process(
            "p",
            m.start(),
            m.user("before", "teacher"),
            m.service("work", type, inputs),
            m.user("after", "teacher"),
            m.end(),
        )
    )


def start(process: str, variables: dict[str, Any] | None = None, actor: Actor = PLATFORM, **more: Any) -> int:
    """Start an instance in a unit of work of its own."""
    with db.unit_of_work():
        key = operations.start_instance(actor, process, variables, internal=True, **more)
    settle()
    return key


def open_tasks(instance: int | None = None) -> dict[str, int]:
    """Element id -> key of the open tasks."""
    with db.unit_of_work() as session:
        query = select(UserTask.element_id, UserTask.key).where(UserTask.state == "open").order_by(UserTask.key)
        if instance is not None:
            query = query.where(UserTask.instance_key == instance)
        return {row.element_id: row.key for row in session.execute(query)}


def complete(task: int, values: dict[str, Any] | None = None, actor: Actor = PLATFORM, **more: Any) -> None:
    """Complete a task in a unit of work of its own."""
    with db.unit_of_work():
        operations.complete_user_task(actor, task, values or {}, **more)
    settle()


def settle() -> None:
    """Do what a slow machine has left to the worker after the half second that a person waits."""
    while passing.work_off(1000):
        pass


def rows(statement: str, **parameters: Any) -> list[Any]:
    """Rows of a statement."""
    with db.unit_of_work() as session:
        return list(session.execute(text(statement), parameters).all())


def one(statement: str, **parameters: Any) -> Any:
    """The only value of a statement."""
    found = rows(statement, **parameters)
    assert len(found) == 1, found
    return found[0][0]
