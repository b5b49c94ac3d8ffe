"""Long work of people: taking the good rows of a checked file."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.jobs import kinds
from app.jobs.run import Run

from .operations import sweeping
from .operations.importing import JOB, finish, take_rows
from .queries.actors import actor_for
from .queries.cards import import_run

__all__ = ["import_people", "sweeping"]
kinds.actor_source(actor_for)
_AT_ONCE = 200
"""Rows that are committed together."""


@kinds.handler(JOB, label=_l("People from Excel"))
def import_people(run: Run) -> Iterator[None]:
    """Take the rows in steps; each step is committed with its progress."""
    key = int(run.payload["import"])
    rows = list(import_run(run.actor, key).rows)
    run.total = len(rows)
    refused = int(run.checkpoint.get("refused", 0))
    while run.done < len(rows):
        for row, reason in take_rows(run.actor, rows[run.done : run.done + _AT_ONCE]):
            refused += 1
            run.note(_("Sheet «%(sheet)s», row %(row)s", sheet=row["sheet"], row=row["row"]), reason)
        run.done = min(run.done + _AT_ONCE, len(rows))
        run.checkpoint["refused"] = refused
        yield
    finish(run.actor, key)
    taken = len(rows) - refused
    run.message = ngettext("%(num)s row was taken over.", "%(num)s rows were taken over.", taken)
