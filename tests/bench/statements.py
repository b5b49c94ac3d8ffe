"""How many SQL statements and commits a completion costs: counted at the driver, in the engine and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from flask.testing import FlaskClient

from app.engine import live
from app.people import memory
from tests.bench import product
from tests.bench.client import csrf_token
from tests.bench.ground import LOGIN, PASSWORD, Ground
from tests.bench.measure import Goal, Row


@dataclass
class Counted:
    """What the driver was asked for."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counting() -> Iterator[Counted]:
    """Count every statement and commit of psycopg in this process."""
    counted = Counted()
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def counting_execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        counted.statements.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(self, query, *args, **kwargs)

    def counting_commit(self: Any) -> None:
        counted.commits += 1
        commit(self)

    psycopg.Cursor.execute = counting_execute  # type: ignore[method-assign,assignment]
    psycopg.Connection.commit = counting_commit  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
        psycopg.Connection.commit = commit  # type: ignore[method-assign]


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Statements and commits of a completion in the middle of a process."""
    from app.main import create_app

    app = create_app(ground.settings)
    client = app.test_client()
    token = sign_in(client)
    headers = {"X-CSRFToken": token}

    def by_http(task: int) -> None:
        answer = client.post(f"/v2/user-tasks/{task}/completion", json={"variables": {}}, headers=headers)
        if answer.status_code != 204:
            raise RuntimeError(f"completion answered {answer.status_code}: {answer.text[:300]}")

    rows, found = [], []
    for name, act in (("engine", lambda task: product.complete(ground.actor, task)), ("HTTP", by_http)):
        for cold in (False, True):
            counted = _one(ground, act, cold)
            found.append(counted)
            how = f"{name}, nothing remembered" if cold else name
            rows.append(
                Row(f"completion, {how}", note=f"{len(counted.statements)} statements, {counted.commits} commit")
            )
    most, commits = max(len(each.statements) for each in found), max(each.commits for each in found)
    return rows, [Goal("SQL statements per completion, commits", "≤ 12, 1", most, most <= 12 and commits == 1)]


def _one(ground: Ground, act: Callable[[int], object], cold: bool) -> Counted:
    """Count the fourth completion of an instance; `cold`: as a process does it that has just met the instance."""
    instance = product.start(ground.actor, "ten_tasks")
    for number in range(4):
        task = product.open_task(instance)
        assert task is not None
        if number < 3:
            act(task)
    if cold:
        live.forget_all()
        memory.forget()
    with counting() as counted:
        act(task)
    return counted


def sign_in(client: FlaskClient) -> str:
    """Sign in by the login page. Returns the CSRF token."""
    token = csrf_token(client.get("/login").data)
    client.post("/login", data={"csrf_token": token, "login": LOGIN, "password": PASSWORD})
    return csrf_token(client.get("/profile").data)
