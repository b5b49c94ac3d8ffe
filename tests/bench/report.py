"""The table, and bench.json."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measure import Goal, Row, Timing

HEAD = ("what", "p50 ms", "p95 ms", "floor ms", "÷ floor", "stock ms", "stock ÷", "note")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    written = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    written.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(written)


def _cells(row: Row) -> tuple[str, ...]:
    ours, floor, naive = row.timing, row.floor, row.naive
    return (
        row.name,
        _ms(ours.p50 if ours else None),
        _ms(ours.p95 if ours else None),
        _ms(floor.p50 if floor else None),
        _ratio(ours, floor),
        _ms(naive.p50 if naive else None),
        _ratio(naive, ours),
        row.note,
    )


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _ratio(above: Timing | None, below: Timing | None) -> str:
    return f"{above.p50 / below.p50:.1f}" if above and below else ""


def goals_table(goals: Sequence[Goal]) -> str:
    """The goals as a Markdown table."""
    words = {True: "met", False: "MISSED", None: "—"}
    lines = ["| goal | wanted | measured | |", "|---|---|---|---|"]
    for goal in goals:
        value = "not built" if goal.value is None else f"{goal.value:.2f}".rstrip("0").rstrip(".")
        lines.append(f"| {goal.name} | {goal.goal} | {value} | {words[goal.met]} |")
    return "\n".join(lines)


def write(path: Path, rows: Sequence[Row], goals: Sequence[Goal], quick: bool) -> None:
    """Write bench.json."""
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "goals": [goal.as_json() for goal in goals],
        "rows": [_row(row) for row in rows],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _row(row: Row) -> dict[str, object]:
    timings = {"": row.timing, "floor_": row.floor, "stock_": row.naive}
    figures = {
        f"{prefix}{name}_ms": round(getattr(timing, name), 3)
        for prefix, timing in timings.items()
        if timing is not None and timing.samples
        for name in ("p50", "p95")
    }
    return {"name": row.name, **figures, "note": row.note}
