"""Timing: samples in milliseconds, percentiles, rows of the table."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Timing:
    """Samples of one thing, in milliseconds.

    Attributes:
        seconds: how long all of it took, for the rate.
    """

    samples: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p50(self) -> float:
        """Median."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """95th percentile."""
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]

    @property
    def rate(self) -> float:
        """Operations per second."""
        return len(self.samples) / self.seconds if self.seconds else 0.0


def timed(calls: Iterable[Callable[[], object]], warm: int = 0) -> Timing:
    """Run calls one after another; the first `warm` do not count, nor does a call's `prepare`."""
    timing = Timing()
    gc.collect()
    begun = time.perf_counter()
    for number, call in enumerate(calls):
        prepare = getattr(call, "prepare", None)
        if prepare is not None:
            prepare()
        start = time.perf_counter()
        call()
        end = time.perf_counter()
        if number >= warm:
            timing.samples.append((end - start) * 1000)
        else:
            begun = end
    timing.seconds = time.perf_counter() - begun
    return timing


def together(clients: int, work: Callable[[int], Iterable[Callable[[], object]]], warm: int = 0) -> Timing:
    """Run the calls of several clients at once, each in its own thread.

    Args:
        work: per client number, its calls (built inside its thread, before the common start).

    Raises:
        RuntimeError: one of them failed.
    """
    parts: list[Timing] = []
    errors: list[BaseException] = []
    gate = threading.Barrier(clients)

    def client(number: int) -> None:
        try:
            calls = list(work(number))
            gate.wait(60)
            parts.append(timed(calls, warm))
        except BaseException as error:
            errors.append(error)
            gate.abort()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise RuntimeError(f"a client of the bench failed: {errors[0]!r}") from errors[0]
    merged = Timing(seconds=max(part.seconds for part in parts))
    for part in parts:
        merged.samples += part.samples
    return merged


Work = Callable[[int, int], Iterable[Callable[[], object]]]
"""Per client number and how many: its calls."""


def in_turns(works: Mapping[str, Work], clients: int, count: int, rounds: int = 5, warm: int = 20) -> dict[str, Timing]:
    """Measure several things in turns, so that a noisy neighbour disturbs all of them alike.

    Args:
        works: what is measured, by name.
        count: calls of each, over all clients and rounds; the first round is preceded by `warm` calls per client.

    Returns:
        The timing of each.
    """
    found = {name: Timing() for name in works}
    each = max(1, count // clients // rounds)
    for number in range(rounds):
        for name, work in works.items():
            ahead = warm if number == 0 else 3
            part = together(clients, lambda client: work(client, each + ahead), ahead)  # noqa: B023
            found[name].samples += part.samples
            found[name].seconds += part.seconds
    return found


@dataclass
class Row:
    """One line of the table; ratios are against the floor and of the naive way against us."""

    name: str
    timing: Timing | None = None
    floor: Timing | None = None
    naive: Timing | None = None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """One goal of the quality page. `met` is None where the part is not built or was not measured."""

    name: str
    goal: str
    value: float | None
    met: bool | None

    def as_json(self) -> dict[str, object]:
        """For bench.json."""
        value = None if self.value is None else round(self.value, 3)
        return {"name": self.name, "value": value, "goal": self.goal, "met": self.met}


def at_most(name: str, value: float | None, limit: float, unit: str = "") -> Goal:
    """A goal of the form `≤ limit`."""
    return Goal(name, f"≤ {limit:g}{unit}", value, None if value is None else value <= limit)
