"""Pages of the register of schools."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import groups, lists, registry, results  # noqa: F401
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(
    _l("Schools"),
    "schools.index",
    visible=policies.may_see_schools,
    group=shell.Menu.SCHOOLS,
    order=10,
    paths=("/schools/",),
)
shell.nav_item(
    _l("Lists of schools"),
    "schools.lists_page",
    visible=policies.may_see_lists,
    group=shell.Menu.SCHOOLS,
    order=15,
    paths=("/schools/lists",),
)
