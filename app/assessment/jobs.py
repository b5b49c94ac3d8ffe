"""Work after the commit: ends of attempts that are due, long files of items."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.jobs import kinds
from app.kernel import outbox

from .operations import attempts, ending, loading

kinds.handler(loading.CHECK, label=_l("Check of a file of questions"), at_once=2)(loading.check_file)
kinds.handler(loading.TAKE, label=_l("Import of questions"), at_once=2)(loading.take_file)


@outbox.handler(ending.FINISH)
def finish_due(payload: dict[str, Any]) -> None:
    """End an attempt whose time is over; it may run twice, the attempt ends once."""
    attempts.finish_due(int(payload["window"]))
