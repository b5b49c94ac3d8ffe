"""Incidents."""

from __future__ import annotations

from app.kernel.actor import Actor


def resolve_incident(actor: Actor, incident_key: int) -> None:
    """Try the failed element again. It may fail again: then a new incident stands there."""
    raise NotImplementedError
