"""Open and resolved incidents."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.views import (
    IncidentView,
    Page,
)
from app.kernel.actor import Actor


def incidents(
    actor: Actor,
    *,
    instance_key: int | None = None,
    process_id: str | None = None,
    keys: Sequence[int] = (),
    resolved: bool | None = False,
    limit: int = 50,
    offset: int = 0,
    count: bool = False,
) -> Page[IncidentView]:
    """Incidents: those of instances the actor may see; all of them for who operates the engine."""
    raise NotImplementedError
