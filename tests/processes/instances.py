"""Instances of a process of one task, for rows that a process works on."""

from __future__ import annotations

from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from tests.engine_persistence import models as m


def begun(process: str = "left") -> int:
    """An instance that waits for somebody."""
    model = m.process(process, m.start(), m.user("a", "teacher"), m.end())
    engine.deploy(PLATFORM, [Resource("left.bpmn", model)], internal=True)
    return engine.start_instance(PLATFORM, process, internal=True)


def cancel(key: int) -> None:
    """Somebody ends it from outside."""
    engine.cancel_instance(PLATFORM, key, "Начнём заново", internal=True)
