"""Tasks of people."""

from __future__ import annotations

from app.engine.views import (
    Page,
    TaskDetail,
    TaskFilter,
    TaskView,
)
from app.kernel.actor import Actor


def tasks_for(
    actor: Actor,
    filters: TaskFilter | None = None,
    *,
    sort: str = "due",
    cursor: str | None = None,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[TaskView]:
    """Tasks of the actor.

    Args:
        sort: `due`, `created`, `name`, `priority`, `follow_up`, `ended`; with a leading `-` the other way round.
        cursor: of the page before.
        count: also count all, up to `CAP`.
    """
    raise NotImplementedError


def task(actor: Actor, key: int) -> TaskDetail:
    """One task with all that its page needs.

    Raises:
        NotFound: none, or outside the scope of the actor.
    """
    raise NotImplementedError


def task_view(actor: Actor, key: int) -> TaskView:
    """One task as lists show it. NotFound outside the scope of the actor."""
    raise NotImplementedError


def task_counts(actor: Actor) -> dict[str, int]:
    """How many open tasks the actor has per role, up to `CAP` each; key `""` holds those without a role."""
    raise NotImplementedError
