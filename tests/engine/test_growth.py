"""Work and state must not grow with rounds or with the number of iterations: counted in calls, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from tests.engine.drawing import Drawing, many
from tests.engine.running import Run
from tests.engine.test_hazards import joining


def calls(action: Callable[[], Any]) -> int:
    """How many Python functions of the runtime and of SpiffWorkflow an action calls."""
    count = 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        if event == "call" and ("/runtime/" in frame.f_code.co_filename or "SpiffWorkflow" in frame.f_code.co_filename):
            count += 1

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


def test_a_round_of_a_loop_costs_the_same_at_the_thousandth_time() -> None:
    run = Run(joining("=false"), cold=True)

    def round_() -> None:
        for name in ("a", "b", "c"):
            run.done(name)

    for _ in range(9):
        round_()
    early, size = calls(round_), run.bytes
    for _ in range(989):
        round_()
        run.journal.clear()
        run.effects.clear()
    assert calls(round_) == early
    assert run.bytes <= size + 10  # only token numbers grow


def iterating(count: int) -> int:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=many("=xs", "x", "ys", "=y"))
    drawing.chain("s", "u")
    run = Run(drawing, {"xs": list(range(count))}, cold=False)
    return calls(lambda: run.done("u", count // 2, y=1))


def test_an_iteration_costs_the_same_among_a_thousand() -> None:
    assert abs(iterating(1000) - iterating(10)) <= 5


def starting(count: int) -> int:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=many("=xs", "x"))
    drawing.chain("s", "u")
    return calls(lambda: Run(drawing, {"xs": list(range(count))}, cold=False))


def test_starting_iterations_is_linear() -> None:
    ten, hundred, thousand = starting(10), starting(100), starting(1000)
    assert (thousand - hundred) / 900 <= (hundred - ten) / 90 * 1.01
