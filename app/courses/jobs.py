"""Work after the commit; pickers and document scopes are registered with it, so that the worker knows them too."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.jobs import kinds
from app.kernel import outbox

from . import calendar, indicator_sources, sources
from .operations import moving, taking, transferring

__all__ = ["calendar", "indicator_sources", "set_variables", "sources", "transferring"]

kinds.handler(taking.KIND, label=_l("Import of test results"), at_once=2)(taking.take_rows)


@outbox.handler(moving.SET_VARIABLES)
def set_variables(payload: dict[str, Any]) -> None:
    """Move dates in one process instance."""
    moving.set_dates(payload)
