"""Outbox handlers of the feature."""

from __future__ import annotations

from typing import Any

from app.kernel import outbox

from .operations import attempts, ending


@outbox.handler(ending.FINISH)
def finish_due(payload: dict[str, Any]) -> None:
    """End an attempt whose time is over; it may run twice, the attempt ends once."""
    attempts.finish_due(int(payload["window"]))
