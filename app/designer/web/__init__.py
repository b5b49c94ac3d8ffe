"""Pages of the designer and the calls of its islands. The blueprint first; its views register themselves on import."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.designer import policies
from app.web import shell

blueprint = Blueprint("designer", __name__, template_folder="../templates", url_prefix="/designer")

from . import (  # noqa: E402, F401
    beginning,
    changes,
    checking,
    decisions,
    descriptions,
    drafts,
    editing,
    files,
    index,
    landscape,
    migrating,
    previews,
    publishing,
    recording,
    scenarios,
    versions,
)

shell.nav_item(
    _l("Designer"),
    "designer.index",
    visible=policies.may_read,
    group=shell.Menu.MANAGEMENT,
    order=10,
    paths=("/designer",),
)
shell.start_page("designer.index", visible=policies.may_design, order=20)

record_words.register(
    subjects={"model_draft": _l("draft of processes, decisions and forms")},
    verbs={
        "submit": _l("given for review"),
        "return": _l("given back"),
        "withdraw": _l("taken back"),
        "abandon": _l("draft put aside"),
        "resume": _l("taken up again"),
        "publish": _l("published"),
    },
)
