"""Starting, cancelling and correcting instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel.actor import Actor


def start_instance(
    actor: Actor,
    process_id: str,
    variables: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    definition_key: int | None = None,
    key: str | None = None,
    organisation: str | None = None,
    start_at: str | None = None,
    business_key: str | None = None,
    internal: bool = False,
) -> int:
    """Start a process and run it to its first wait states.

    Args:
        process_id: of the latest version, unless `version` or `definition_key` names another.
        key: two active instances of a process never share it; a second start returns the first instance.
        organisation: code of the place it runs at; else the most local of the header variables, else the actor's.
        start_at: element id of a message, signal or timer start event.

    Returns:
        The key of the instance.

    Raises:
        NotFound: no such process.
        Forbidden: the actor is not among its starters.
        Invalid: the start form's values are wrong.
    """
    raise NotImplementedError


def cancel_instance(actor: Actor, key: int, reason: str, *, internal: bool = False) -> None:
    """End an instance from outside: open tasks vanish, called instances stop, the history stays.

    Raises:
        Forbidden: only the process owner may.
        Invalid: no reason given.
        Conflict: it is over already.
    """
    raise NotImplementedError


def set_variables(
    actor: Actor,
    key: int,
    variables: Mapping[str, Any],
    *,
    element: int | None = None,
    local: bool = False,
    internal: bool = False,
) -> None:
    """Correct variables of a running instance (`element`: token whose scope is meant). Deadlines follow."""
    raise NotImplementedError
