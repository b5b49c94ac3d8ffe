"""Pages of the support programmes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies
from . import (  # noqa: F401
    bodies,
    calendars,
    closings,
    concepts,
    importing,
    measures,
    passports,
    published,
    roadmaps,
    rollover,
    words,
)
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(
    _l("Support programmes"),
    "programmes.index",
    visible=policies.may_see_programmes,
    group=shell.Menu.PROGRAMMES,
    order=10,
    paths=("/programmes/",),
)
shell.nav_item(
    _l("Bodies and sites"),
    "programmes.bodies",
    visible=policies.may_see_programmes,
    group=shell.Menu.PROGRAMMES,
    order=40,
    paths=("/programmes/bodies",),
)
shell.nav_item(
    _l("Concept documents"),
    "programmes.documents",
    visible=policies.may_see_programmes,
    group=shell.Menu.PROGRAMMES,
    order=45,
    paths=("/programmes/documents",),
)
