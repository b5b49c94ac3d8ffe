"""Pages of the courses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web import shell

from . import (  # noqa: F401
    applying,
    attestation,
    catalogue,
    course,
    frdo,
    groups,
    handover,
    listeners,
    quality,
    registers,
    results,
    testing,
    words,
)
from .blueprint import blueprint

__all__ = ["blueprint"]

shell.nav_item(_l("Courses"), "courses.index", group=shell.Menu.LEARNING, order=30, paths=("/courses/",))
shell.nav_item(
    _l("Attestation base"),
    "courses.base",
    visible=lambda actor: actor.has_role("cmoko_attestation"),
    group=shell.Menu.LEARNING,
    order=20,
    paths=("/courses/base",),
)
shell.start_page("courses.base", visible=lambda actor: actor.roles == {"cmoko_attestation"}, order=60)
