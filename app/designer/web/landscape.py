"""The process map: a drawing for large screens, the same as a list for phones and screen readers."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.designer import queries
from app.designer.queries.landscape import CALL, MESSAGE, ROW, START
from app.designer.rules import layering
from app.people.catalogue import role_name, roles
from app.web import shell

from . import blueprint

_LINE = 25
"""Characters of a name that fit into one line of a box."""
_FITS = 1000
"""Width of a drawing, px, that any screen shows in its full size."""


@blueprint.get("/map", endpoint="map")
def process_map() -> ResponseReturnValue:
    """All processes and what connects them, or the part that was asked for; `?size=large` shows it unshrunk."""
    whole = queries.landscape.landscape(shell.current_actor())
    role, around = request.args.get("role", ""), request.args.get("around", "")
    found = queries.landscape.part(whole, role=role, around=around)
    placed = layering.place(
        [each.process_id for each in found.processes], [(link.source, link.target) for link in found.links]
    )
    return shell.render(
        "designer/map.html",
        found=found,
        whole=whole,
        placed=placed,
        first=min(placed.boxes, key=lambda name: placed.boxes[name], default=""),
        large=request.args.get("size") == "large",
        fits=_FITS,
        box=(layering.WIDTH, layering.HEIGHT),
        lines=_lines,
        role=role,
        around=around,
        roles=[(each.id, role_name(each.id)) for each in roles().values() if each.assignable],
        choices=[(each.process_id, each.name) for each in whole.processes],
        role_name=role_name,
        kinds=_kinds(),
    )


def _kinds() -> dict[str, tuple[str, str, str]]:
    """(what a line means, what it does to the other process, what is done to this one) by kind."""
    return {
        CALL: (_("calls and waits for the end"), _("calls"), _("is called by")),
        START: (_("starts and does not wait"), _("starts"), _("is started by")),
        MESSAGE: (_("informs by a message"), _("informs"), _("waits for word from")),
        ROW: (_("starts by a row of a roadmap"), _("starts by rows of roadmaps"), _("by rows of roadmaps")),
    }


def _lines(name: str) -> list[str]:
    """A name in at most three lines of a box."""
    found: list[str] = []
    for word in name.split():
        if found and len(found[-1]) + 1 + len(word) <= _LINE:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found if len(found) <= 3 else [*found[:2], found[2] + "…"]
