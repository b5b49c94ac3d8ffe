"""The bench runs, and the goals that do not depend on the machine hold."""

from __future__ import annotations

import subprocess
import sys

from tests.bench.ground import ROOT
from tests.bench.measure import Goal, Row, Timing, at_most
from tests.bench.report import goals_table, table


def test_a_completion_costs_few_statements_and_one_commit() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick", "--only", "statements"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    [line] = [line for line in done.stdout.splitlines() if line.startswith("| SQL statements per completion")]
    assert line.endswith("| met |"), line


def test_the_tables_tell_ratios_and_misses() -> None:
    rows = [Row("a", Timing([2.0, 4.0, 4.0]), Timing([2.0]), Timing([12.0]), "note"), Row("b", note="3 s")]
    assert table(rows).splitlines()[2].split("|")[2:9] == [
        " 4.00   ",
        " 4.00   ",
        " 2.00     ",
        " 2.0     ",
        " 12.00    ",
        " 3.0     ",
        " note ",
    ]
    goals = [at_most("x", 1.26, 1.2), at_most("y", None, 2), Goal("z", "reported", 5.0, True)]
    assert [line.split("|")[3:5] for line in goals_table(goals).splitlines()[2:]] == [
        [" 1.26 ", " MISSED "],
        [" not built ", " — "],
        [" 5 ", " met "],
    ]
