"""What people do with their tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.kernel.actor import Actor


def complete_user_task(
    actor: Actor,
    task_key: int,
    values: Mapping[str, Any],
    *,
    outcome: str = "submit",
    comment: str | None = None,
    password: str | None = None,
    on_behalf_of: str | None = None,
    raw: bool = False,
) -> None:
    """Complete a task: policy, form, comment, signature, then run to the next wait states.

    Args:
        values: the form's values by field key.
        password: demanded again where the task has `signoff`.
        on_behalf_of: login of the substituted person; found by itself where only one fits.
        raw: the values are variables as a client of the API sends them: those that the form does not know stay.

    Raises:
        NotFound: no such task in the actor's scope.
        Forbidden: the actor may see it but not complete it.
        Conflict: it was completed or cancelled already.
        Invalid: values, outcome, comment or password are wrong; `errors` by field.
    """
    raise NotImplementedError


def claim_task(actor: Actor, task_key: int) -> None:
    """Take a task from the queue. Conflict when somebody else has it (BPM-04)."""
    raise NotImplementedError


def release_task(actor: Actor, task_key: int) -> None:
    """Give a task back to the queue."""
    raise NotImplementedError


def assign_task(actor: Actor, task_key: int, login: str, *, override: bool = True, internal: bool = False) -> None:
    """Give a task to a person (process owner). Conflict when it is assigned and not `override`."""
    raise NotImplementedError


def delegate_task(actor: Actor, task_key: int, login: str, comment: str) -> None:
    """Hand one's own task on to another person; a head's signature is never delegated."""
    raise NotImplementedError


def update_task(
    actor: Actor,
    task_key: int,
    *,
    due: datetime | None = None,
    follow_up: datetime | None = None,
    priority: int | None = None,
    candidate_groups: Sequence[str] | None = None,
    candidate_users: Sequence[str] | None = None,
    clear: Sequence[str] = (),
) -> None:
    """Change a task's attributes (process owner). `clear` names those to empty (`due`, `follow_up`)."""
    raise NotImplementedError


def save_draft(actor: Actor, task_key: int, values: Mapping[str, Any]) -> datetime:
    """Keep what has been entered so far. Returns when it was saved."""
    raise NotImplementedError
