"""Pages of the monitoring."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import answering, municipal, panels, rounds, words  # noqa: F401
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(
    _l("Monitoring"),
    "monitoring.index",
    visible=policies.may_open,
    group=shell.Menu.SCHOOLS,
    order=30,
    paths=("/monitoring/",),
)
shell.nav_item(
    _l("Monitoring of municipalities"),
    "monitoring.municipal_index",
    visible=policies.may_open_municipal,
    group=shell.Menu.SCHOOLS,
    order=31,
    paths=("/monitoring/municipal/",),
)
