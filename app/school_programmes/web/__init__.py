"""Pages of school programmes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import panels, register, words  # noqa: F401
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(
    _l("Programmes of schools"),
    "school_programmes.index",
    visible=policies.may_see,
    group=shell.Menu.SCHOOLS,
    order=40,
    paths=("/school-programmes",),
)
