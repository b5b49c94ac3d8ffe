"""The monitoring on a school's page."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.schools import panels
from app.schools.panels import Panel

from ..queries import rounds


@panels.register("monitoring", order=60)
def monitoring(actor: Actor, school: str) -> Panel | None:
    """The school's last rounds."""
    found = rounds.rounds_of_school(actor, school)
    if not found:
        return None
    link = (url_for("monitoring.index"), _l("All rounds"))
    return Panel(_l("Monitoring of schools"), "monitoring/_school_panel.html", {"rows": found}, link)
