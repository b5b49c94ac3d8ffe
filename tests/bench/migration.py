"""Moving running instances to another version of their process: one after the other, and a hundred as one piece of
background work."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.engine import operations, queries
from app.engine.definitions import latest_key
from app.engine.views import Resource
from app.jobs import working
from app.kernel.db import db
from app.people.queries import actor_for
from tests.bench import product
from tests.bench.ground import LOGIN, ROOT, Ground
from tests.bench.measure import Goal, Row, timed

MODEL = ROOT / "tests" / "bench" / "models" / "ten_tasks.bpmn"
BATCH = 100
WARM = 20


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Both rows; there is no goal for them."""
    count = 50 if quick else 300
    old = _newest()
    instances = [product.start(ground.actor, "ten_tasks") for _ in range(count + WARM)]
    others = [product.start(ground.actor, "ten_tasks") for _ in range(BATCH)]
    new = _another_version(ground)
    alone = timed((_move(ground, key, new) for key in instances), WARM)
    begun = time.perf_counter()
    with db.unit_of_work():
        designer = actor_for(LOGIN)
        operations.migrate_many(designer, queries.running(designer, old), old, new, {})
    working.work_off()
    rate = len(others) / (time.perf_counter() - begun)
    return [
        Row("ten_tasks, moved to another version", alone, note=f"{alone.rate:.0f}/s"),
        Row(f"ten_tasks, {BATCH} moved by a worker", note=f"{rate:.0f}/s"),
    ], []


def _move(ground: Ground, key: int, target: int) -> Callable[[], object]:
    def call() -> None:
        with db.unit_of_work():
            operations.migrate_instance(ground.actor, key, target, internal=True)

    return call


def _newest() -> int:
    with db.unit_of_work():
        key = latest_key("ten_tasks")
        assert key is not None
        return key


def _another_version(ground: Ground) -> int:
    """The same model once more with other words: a new version."""
    content = MODEL.read_bytes().replace(b"</bpmn:definitions>", b"<!-- again --></bpmn:definitions>")
    with db.unit_of_work():
        operations.deploy(ground.actor, [Resource(MODEL.name, content)], internal=True)
    return _newest()
