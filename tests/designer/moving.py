"""A process in two versions with running instances, for the tests of moving them."""

from __future__ import annotations

from app.engine import operations
from app.engine.definitions import latest_key
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from tests.engine_persistence import models as m

PROCESS = "perenos"


def first() -> bytes:
    """Version 1: a task, a message that some wait for, the end."""
    return m.process(PROCESS, m.start(), m.user("collect", "teacher"), m.user("check", "school_head"), m.end())


def second() -> bytes:
    """Version 2: the first task is called otherwise and has a deadline, the second one is gone."""
    return m.process(PROCESS, m.start(), m.user("gather", "teacher", due="P5D"), m.user("sign", "school_head"), m.end())


def deploy(content: bytes) -> int:
    """Deploy the process as the designer; the key of the version."""
    operations.deploy(actor_for("designer"), [Resource(f"{PROCESS}.bpmn", content)])
    key = latest_key(PROCESS)
    assert key is not None
    return key


def start(count: int) -> list[int]:
    """Start instances of the newest version."""
    given = {"organisation": "lebedyan-1", "internal": True}
    return [operations.start_instance(PLATFORM, PROCESS, {}, **given) for _ in range(count)]  # type: ignore[arg-type]
