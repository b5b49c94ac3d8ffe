"""Actions in the engine: per model at one and four clients, beside the floor and the naive way; growth of the loop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.bench import product
from tests.bench.floor import Floor
from tests.bench.ground import Ground
from tests.bench.measure import Goal, Row, Timing, at_most, timed, together
from tests.bench.stock import Stock, failing_round

ROUNDS = (1, 10, 100, 1000)
WARM = 20


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """All rows of the engine."""
    count = 100 if quick else 500
    rows = [_action(ground, name, clients, count) for name in ("one_task", "ten_tasks") for clients in (1, 4)]
    rows += [_start(ground, count), _fan_out(ground, quick)]
    loop, loop_goal = _loop(ground, quick)
    rows += loop
    small = [row for row in rows if row.name.startswith(("ten_tasks", "loop"))]
    worst = max((r.timing.p50 / r.floor.p50 for r in small if r.timing and r.floor), default=None)
    return rows, [at_most("engine action ÷ floor (small, loop)", worst, 2), loop_goal]


def _floor(ground: Ground, name: str, clients: int, count: int, variables: dict[str, object] | None = None) -> Timing:
    pattern = product.start(ground.actor, name, variables)
    if name != "one_task":
        task = product.open_task(pattern)
        assert task is not None
        product.complete(ground.actor, task)
    floors = [Floor(ground.dsn, pattern) for _ in range(clients)]
    try:
        return together(clients, lambda number: floors[number].completions(count // clients + WARM), WARM)
    finally:
        for floor in floors:
            floor.close()


def _naive(ground: Ground, name: str, clients: int, count: int) -> Timing:
    stocks = [Stock(ground.dsn) for _ in range(clients)]
    try:
        return together(clients, lambda number: stocks[number].completions(name, count // clients + WARM), WARM)
    finally:
        for stock in stocks:
            stock.close()


def _action(ground: Ground, name: str, clients: int, count: int) -> Row:
    """Completing a task of a model by several clients, each on instances of its own.

    `together` builds each client's list first, so instances are started ahead, not timed.
    """

    def work(_: int) -> Iterator[product.Call]:
        return product.completions(ground.actor, name, count // clients + WARM)

    return Row(
        f"{name}, {clients} client{'s' if clients > 1 else ''}",
        together(clients, work, WARM),
        _floor(ground, name, clients, count),
        _naive(ground, name, clients, min(count, 200)),
    )


def _start(ground: Ground, count: int) -> Row:
    calls = (lambda: product.start(ground.actor, "ten_tasks") for _ in range(count))
    return Row("ten_tasks, start an instance", timed(calls, WARM))


def _fan_out(ground: Ground, quick: bool) -> Row:
    """Completing one of many parallel tasks."""
    size = 100 if quick else 1000
    instance = product.start(ground.actor, "multi_instance", {"items": list(range(size))})
    stock = Stock(ground.dsn)
    naive = stock.start("multi_instance", {"items": list(range(size))})
    try:
        return Row(
            f"multi_instance of {size}",
            timed(product.rounds(ground.actor, instance, 60), 10),
            _floor(ground, "multi_instance", 1, 60, {"items": list(range(size))}),
            timed((lambda: stock.complete(naive) for _ in range(8)), 2),
        )
    finally:
        stock.close()


def _loop(ground: Ground, quick: bool) -> tuple[list[Row], Goal]:
    """One instance, round after round: does an action cost more as the history grows?"""
    last = 200 if quick else ROUNDS[-1]
    samples: list[list[float]] = []
    for _ in range(3):
        instance = product.start(ground.actor, "loop", {"limit": last + 50})
        samples.append(timed(product.rounds(ground.actor, instance, last + 20)).samples)
    floor = _floor(ground, "loop", 1, 100, {"limit": 1000})
    naive = _naive_loop(ground, 230)
    rows = []
    medians = {}
    for number in [r for r in ROUNDS if r <= last]:
        around = list(itertools.chain.from_iterable(s[_near(number, len(s))] for s in samples))
        timing = Timing(around)
        medians[number] = timing.p50
        stock = Timing(naive[_near(number, len(naive))]) if number < len(naive) else None
        note = "" if stock else f"stock ends silently in round {failing_round()}"
        rows.append(Row(f"loop, round {number}", timing, floor, stock, note))
    ratio = medians[last] / medians[10] if last in medians else None
    return rows, at_most("loop round 1000 ÷ round 10", ratio, 1.2)


def _near(number: int, length: int) -> slice:
    """Some rounds around one, so that a median can be taken."""
    half = min(10, number // 2)
    return slice(max(number - half, 0), min(number + half + 1, length))


def _naive_loop(ground: Ground, count: int) -> list[float]:
    stock = Stock(ground.dsn)
    try:
        instance = stock.start("loop", {"limit": count + 10})
        return timed((lambda: stock.complete(instance)) for _ in range(count)).samples
    finally:
        stock.close()
