"""Pages of what happened. The blueprint first; its views register themselves on import."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from app.web import shell

from .. import policies

blueprint = Blueprint("tracing", __name__, template_folder="../templates")

from . import audit, incidents, path  # noqa: E402, F401

shell.nav_item(_l("Processes"), "tracing.index", visible=policies.may_audit, order=20)
shell.nav_item(_l("Access log"), "tracing.access", visible=policies.may_audit, group=shell.Menu.OBSERVATION, order=80)
shell.nav_item(
    _l("Incidents"),
    "tracing.incidents_page",
    visible=policies.may_operate,
    group=shell.Menu.OBSERVATION,
    order=90,
)
shell.start_page("tracing.index", visible=policies.may_audit, order=20)
shell.start_page("tracing.incidents_page", visible=policies.may_operate, order=40)
