"""`marshrut start | tasks | complete`: the engine from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
from flask.cli import with_appcontext

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid
from app.people.queries import actor_for

from . import operations, queries


@click.command("start")
@click.argument("process_id")
@click.option("--as", "login", required=True, help="Login of who starts it.")
@click.option("--variables", default="{}", help="JSON object.")
@with_appcontext
def start(process_id: str, login: str, variables: str) -> None:
    """Start a process; prints the key of the instance."""
    with _acting():
        click.echo(operations.start_instance(_person(login), process_id, _object(variables)))


@click.command("tasks")
@click.option("--as", "login", required=True, help="Whose tasks.")
@click.option("--limit", default=50, show_default=True)
@with_appcontext
def tasks(login: str, limit: int) -> None:
    """Open tasks of a person, first due first."""
    with _acting():
        for task in queries.tasks_for(_person(login), limit=limit).items:
            due = task.due_at.isoformat(timespec="minutes") if task.due_at else "-"
            click.echo(f"{task.key}\t{due}\t{task.process_id}\t{task.name}\t{task.title or ''}")


@click.command("complete")
@click.argument("task_key", type=int)
@click.option("--as", "login", required=True, help="Login of who completes it.")
@click.option("--values", default="{}", help="JSON object with the fields of the form.")
@click.option("--outcome", default="submit", show_default=True)
@click.option("--comment", default=None)
@with_appcontext
def complete(task_key: int, login: str, values: str, outcome: str, comment: str | None) -> None:
    """Complete a user task."""
    with _acting():
        operations.complete_user_task(_person(login), task_key, _object(values), outcome=outcome, comment=comment)
    click.echo("Done.")


@contextmanager
def _acting() -> Iterator[None]:
    """A unit of work whose refusals are one clear line each."""
    try:
        with db.unit_of_work():
            yield
    except Invalid as error:
        lines = [f"{field}: {message}" for field, messages in error.errors.items() for message in messages]
        raise click.ClickException("\n".join([str(error), *lines])) from error
    except AppError as error:
        raise click.ClickException(str(error) or error.title) from error


def _person(login: str) -> Actor:
    return replace(actor_for(login), channel="cli")


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.BadParameter("a JSON object is wanted")
    return value


commands = [start, tasks, complete]
