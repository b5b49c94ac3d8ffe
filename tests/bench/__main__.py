"""`python -m tests.bench [--quick] [--only engine,web,…]`: measure, print, write bench.json."""

from __future__ import annotations

import argparse
import sys
import time

from tests.bench import (
    answers,
    banks,
    cockpit,
    course,
    designer,
    engine,
    footprint,
    inbox,
    migration,
    report,
    statements,
    timers,
    web,
)
from tests.bench.ground import ROOT, ground
from tests.bench.measure import Goal, Row

SECTIONS = {
    "engine": engine.measure,
    "web": web.measure,
    "answers": answers.measure,
    "statements": statements.measure,
    "timers": timers.measure,
    "footprint": footprint.measure,
    "course": course.measure,
    "banks": banks.measure,
    "cockpit": cockpit.measure,
    "migration": migration.measure,
    "designer": designer.measure,
    "inbox": inbox.measure,
}
"""In this order: the inbox fills the database with a million tasks."""


def main() -> int:
    """Run the bench. Returns the exit code: 0, also when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Marshrut.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no million tasks (a minute)")
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"sections, of {', '.join(SECTIONS)}")
    arguments = parser.parse_args()
    wanted = [name for name in SECTIONS if name in arguments.only.split(",")]
    rows: list[Row] = []
    goals: list[Goal] = []
    with ground() as installation:
        for name in wanted:
            begun = time.perf_counter()
            found, met = SECTIONS[name](installation, arguments.quick)
            rows += found
            goals += met
            print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    print(report.table(rows), report.goals_table(goals), sep="\n\n")
    if wanted == list(SECTIONS):
        report.write(ROOT / "bench.json", rows, goals, arguments.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
