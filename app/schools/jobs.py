"""Long work of the register of schools: recording the good rows of a checked file of results."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.jobs import kinds
from app.jobs.run import Run

from .operations import results

_AT_ONCE = 200
"""Rows that are committed together."""


@kinds.handler(results.JOB, label=_l("Results of assessment procedures"))
def take_results(run: Run) -> Iterator[None]:
    """Record the rows in steps; what was recorded stays when it is cancelled, and counts for nothing the next time."""
    key = int(run.payload["import"])
    rows = results.rows_to_take(run.actor, key)
    run.total, recorded = len(rows), int(run.checkpoint.get("recorded", 0))
    while run.done < len(rows):
        recorded += results.take_some(key, rows[run.done : run.done + _AT_ONCE])
        run.done = min(run.done + _AT_ONCE, len(rows))
        run.checkpoint["recorded"] = recorded
        yield
    results.finish(run.actor, key, recorded)
    run.message = ngettext("%(num)s result is recorded.", "%(num)s results are recorded.", recorded)
