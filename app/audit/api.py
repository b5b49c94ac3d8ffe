"""No calls of its own: keeps what the API refuses."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from app.api import Refusal, on_refusal

from .operations import record_access


def register(app: Flask) -> None:
    """Nothing to add; importing registers the recorder."""


@on_refusal
def keep_refusal(refusal: Refusal) -> None:
    """Record a 403 or 404 of a caller."""
    actor = replace(refusal.actor, address=refusal.address)
    record_access(actor, refusal.action, "path", refusal.path, outcome=refusal.outcome, request_id=refusal.request_id)
