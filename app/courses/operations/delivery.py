"""Passes a result from outside to the listener's process (workflows/SERVICES.md, «Results of tests that come …»)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.engine import operations as engine
from app.engine import queries as instances
from app.kernel.actor import PLATFORM, Actor

from ..models import Listener
from ..rules import words
from ..rules.scores import json_number


def pass_result_on(
    actor: Actor, listener: Listener, kind: str, points: Decimal, maximum: Decimal, items: Sequence[Any]
) -> None:
    """Set the variables on which the process goes on; an incident about an impossible value is tried again.

    Without a process (a course from before this installation) nothing happens.
    """
    entry = kind == words.ENTRY
    key = listener.listener_instance if entry else listener.remediation_instance
    if key is None:
        return
    prefix = "entry" if entry else "retest"
    variables = {
        f"{prefix}_points": json_number(points),
        f"{prefix}_max": json_number(maximum),
        f"{prefix}_items": list(items),
    }
    engine.set_variables(actor, key, variables, internal=True)
    for incident in instances.incidents(PLATFORM, instance_key=key).items:
        engine.resolve_incident(PLATFORM, incident.key)
