"""Pages of indicators."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import board, editing, freezing, importing, words  # noqa: F401
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(
    _l("Indicators"),
    "indicators.index",
    visible=policies.may_read,
    group=shell.Menu.OBSERVATION,
    order=20,
    paths=("/indicators/",),
)
