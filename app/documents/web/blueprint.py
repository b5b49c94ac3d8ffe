"""The blueprint of documents and their entry in the main menu."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from app.web import shell

blueprint = Blueprint(
    "documents",
    __name__,
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/documents/static",
)
shell.nav_item(_l("Documents"), "documents.index", group=shell.Menu.MANAGEMENT, order=60)
