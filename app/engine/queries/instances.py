"""Running and finished instances."""

from __future__ import annotations

from typing import Any

from app.engine.views import (
    InstanceFilter,
    InstanceView,
    Page,
    Waiting,
)
from app.kernel.actor import Actor


def instances(
    actor: Actor,
    filters: InstanceFilter | None = None,
    *,
    sort: str = "-started",
    cursor: str | None = None,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[InstanceView]:
    """Instances that the actor may see. `sort`: `started`, `ended`, `process`, `title`, with `-` descending."""
    raise NotImplementedError


def instance(actor: Actor, key: int) -> InstanceView:
    """One instance. NotFound outside the scope of the actor."""
    raise NotImplementedError


def scopes(actor: Actor, key: int) -> list[dict[str, Any]]:
    """All variables by scope: `{"token", "element", "loop", "variables"}`; the root scope has token None."""
    raise NotImplementedError


def waiting_on(actor: Actor, key: int) -> list[Waiting]:
    """What the instance and the instances it calls wait for now: whom to ask."""
    raise NotImplementedError
