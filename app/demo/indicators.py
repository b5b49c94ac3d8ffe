"""The indicators of the demo: the program's own definitions, computed, and frozen once for a report."""

from __future__ import annotations

import click

from app.indicators import operations, queries
from app.indicators.operations import loading
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people


def load_indicators() -> None:
    """Take the definitions whose sources are there, compute them, freeze the region's values."""
    with db.unit_of_work():
        taken, refused = loading.load_own()
        codes = [found.row.code for found in queries.indicators(PLATFORM)]
    click.echo(f"  {taken} indicators; {len(refused)} wait for their sources: {', '.join(sorted(refused))}")
    for code in codes:
        with db.unit_of_work():
            operations.recalculate(code)
    with db.unit_of_work():
        operations.freeze(
            people.actor_for("region_coordinator"),
            "region",
            clock.today().year,
            reason="Отчёт для рабочей группы",
            programme="LIP-2018",
            publish=True,
        )
