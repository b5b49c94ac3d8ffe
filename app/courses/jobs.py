"""Work after the commit; pickers and document scopes are registered with it, so that the worker knows them too."""

from __future__ import annotations

from typing import Any

from app.kernel import outbox

from . import calendar, sources
from .operations import moving

__all__ = ["calendar", "set_variables", "sources"]


@outbox.handler(moving.SET_VARIABLES)
def set_variables(payload: dict[str, Any]) -> None:
    """Move dates in one process instance."""
    moving.set_dates(payload)
