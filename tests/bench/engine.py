"""Actions in the engine: per model at one and four clients, beside the floor and the naive way; growth of the loop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import product
from tests.bench.floor import Floor
from tests.bench.ground import Ground
from tests.bench.measure import Goal, Row, Timing, Work, at_most, in_turns, timed
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
    # round 1 is three cold samples: it is reported, the goal is about the rounds that follow
    alone = [row for row in rows if row.name.endswith("1 client") or row.name.startswith("loop, round 10")]
    worst = max((row.timing.p50 / row.floor.p50 for row in alone if row.timing and row.floor), default=None)
    return rows, [at_most("engine action ÷ floor (small, loop)", worst, 2), loop_goal]


def _pattern(ground: Ground, name: str, variables: dict[str, object] | None = None) -> int:
    """An instance whose rows the floor copies: one completion before the one that it imitates."""
    instance = product.start(ground.actor, name, variables)
    if name != "one_task":
        task = product.open_task(instance)
        assert task is not None
        product.complete(ground.actor, task)
    return instance


@contextmanager
def _yardsticks(ground: Ground, pattern: int, clients: int, *, ends: bool = False) -> Iterator[dict[str, Work]]:
    """The floor and the naive way, a connection per client."""
    floors = [Floor(ground.dsn, pattern, ends=ends) for _ in range(clients)]
    try:
        yield {"floor": lambda client, count: floors[client].completions(count)}
    finally:
        for floor in floors:
            floor.close()


def _action(ground: Ground, name: str, clients: int, count: int) -> Row:
    """Completing a task of a model by several clients, each on instances of its own, started ahead."""
    stocks = [Stock(ground.dsn) for _ in range(clients)]
    try:
        with _yardsticks(ground, _pattern(ground, name), clients, ends=name == "one_task") as works:
            works["ours"] = lambda _, number: product.completions(ground.actor, name, number)
            works["stock"] = lambda client, number: stocks[client].completions(name, number)
            found = in_turns(works, clients, count)
    finally:
        for stock in stocks:
            stock.close()
    title = f"{name}, {clients} client{'s' if clients > 1 else ''}"
    return Row(title, found["ours"], found["floor"], found["stock"], f"{found['ours'].rate:.0f}/s")


def _start(ground: Ground, count: int) -> Row:
    calls = (lambda: product.start(ground.actor, "ten_tasks") for _ in range(count))
    return Row("ten_tasks, start an instance", timed(calls, WARM))


def _fan_out(ground: Ground, quick: bool) -> Row:
    """Completing one of many parallel tasks."""
    size = 100 if quick else 1000
    variables: dict[str, object] = {"items": list(range(size))}
    instance = product.start(ground.actor, "multi_instance", variables)
    stock = Stock(ground.dsn)
    naive = stock.start("multi_instance", variables)
    try:
        with _yardsticks(ground, _pattern(ground, "multi_instance", variables), 1) as works:
            works["ours"] = lambda _, count: product.rounds(ground.actor, instance, count)
            found = in_turns(works, 1, 60, rounds=3, warm=10)
        slow = timed((lambda: stock.complete(naive) for _ in range(8)), 2)
    finally:
        stock.close()
    return Row(f"multi_instance of {size}", found["ours"], found["floor"], slow)


def _loop(ground: Ground, quick: bool) -> tuple[list[Row], Goal]:
    """One instance, round after round: does an action cost more as the history grows?

    Three instances, whose samples around a round are put together; the floor runs between them.
    """
    last = 200 if quick else ROUNDS[-1]
    samples: list[list[float]] = []
    floor = Timing()
    with _yardsticks(ground, _pattern(ground, "loop", {"limit": 1000}), 1) as works:
        for _ in range(3):
            floor.samples += timed(works["floor"](0, 60), WARM).samples
            instance = product.start(ground.actor, "loop", {"limit": last + 50})
            samples.append(timed(product.rounds(ground.actor, instance, last + 20)).samples)
    naive = _naive_loop(ground, 230)
    rows, medians = [], {}
    for number in [r for r in ROUNDS if r <= last]:
        timing = Timing(list(itertools.chain.from_iterable(s[_near(number, len(s))] for s in samples)))
        medians[number] = timing.p50
        stock = Timing(naive[_near(number, len(naive))]) if number < len(naive) else None
        note = "" if stock else f"stock ends silently in round {failing_round()}"
        rows.append(Row(f"loop, round {number}", timing, floor, stock, note))
    ratio = medians[last] / medians[10] if last == ROUNDS[-1] else None
    return rows, at_most("loop round 1000 ÷ round 10", ratio, 1.2)


def _near(number: int, length: int) -> slice:
    """Some rounds around one, so that a median can be taken."""
    half = min(20, number // 2)
    return slice(max(number - half, 0), min(number + half + 1, length))


def _naive_loop(ground: Ground, count: int) -> list[float]:
    stock = Stock(ground.dsn)
    try:
        instance = stock.start("loop", {"limit": count + 10})
        return timed((lambda: stock.complete(instance)) for _ in range(count)).samples
    finally:
        stock.close()
