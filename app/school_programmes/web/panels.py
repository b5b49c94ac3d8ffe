"""What a school's page shows of its programmes."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.kernel.actor import Actor
from app.schools import panels
from app.schools.panels import Panel

from .. import policies, queries


@panels.register("school_programmes", order=40)
def programmes(actor: Actor, school: str) -> Panel | None:
    """The programmes of a school for who may read them."""
    if not policies.may_see(actor):
        return None
    rows = queries.of_school(actor, school)
    link = (url_for("school_programmes.index", school=school), _l("All programmes"))
    return Panel(_l("Programmes of the school"), "school_programmes/_school_panel.html", {"rows": rows}, link)
