"""Work after the commit."""

from __future__ import annotations

from typing import Any

from app.kernel import outbox

from .operations import moving


@outbox.handler(moving.SET_VARIABLES)
def set_variables(payload: dict[str, Any]) -> None:
    """Move dates in one process instance."""
    moving.set_dates(payload)
