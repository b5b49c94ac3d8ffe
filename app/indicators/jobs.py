"""Work after the commit: the night's recalculation, and «Пересчитать» of everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.jobs import kinds
from app.jobs.run import Run
from app.kernel import outbox, recurring
from app.kernel.errors import AppError

from . import feeds
from .operations import recalculating

__all__ = ["compute", "feeds", "recalculate_all"]

recurring.look(recalculating.put_down_night)


@outbox.handler(recalculating.RECALCULATE, lane=outbox.FIGURES)
def compute(payload: dict[str, Any]) -> None:
    """Compute one indicator for all its organisations."""
    recalculating.recalculate(str(payload["code"]))


@kinds.handler(recalculating.RECALCULATE, label=_l("Indicators computed anew"))
def recalculate_all(run: Run) -> Iterator[None]:
    """One indicator a step."""
    codes = list(run.payload["codes"])
    run.total = len(codes)
    changed = int(run.checkpoint.get("changed", 0))
    while run.done < len(codes):
        code = codes[run.done]
        try:
            changed += recalculating.recalculate(code, int(run.payload["year"]))
        except AppError as error:
            run.note(code, error)
        run.done += 1
        run.checkpoint["changed"] = changed
        yield
    run.message = ngettext("%(num)s value changed.", "%(num)s values changed.", changed)
