"""What is deployed."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.views import (
    DefinitionView,
    Deployed,
)
from app.kernel.actor import Actor


def definitions(
    actor: Actor,
    *,
    process_id: str | None = None,
    latest: bool = True,
    keys: Sequence[int] = (),
) -> list[DefinitionView]:
    """Processes with their versions, by name; only the latest of each unless `latest` is False."""
    raise NotImplementedError


def definition(actor: Actor, key: int) -> DefinitionView:
    """One version of a process. NotFound when there is none."""
    raise NotImplementedError


def startable(actor: Actor) -> list[DefinitionView]:
    """The processes that the actor may start («Начать процесс»)."""
    raise NotImplementedError


def xml_of(actor: Actor, definition_key: int) -> str:
    """The diagram of a process definition."""
    raise NotImplementedError


def deployment(actor: Actor, key: int) -> Deployed:
    """What was deployed together."""
    raise NotImplementedError
