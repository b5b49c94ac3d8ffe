"""Administration: which columns the export for the federal register has, in which order and under which titles."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Conflict, Forbidden, Invalid
from app.web import shell
from app.web.forms import FormState

from .. import policies
from ..operations import frdo
from .blueprint import blueprint

SPARE = 3
"""Empty rows for new columns."""
shell.admin_item(_l("Federal register"), "courses.frdo_columns", visible=policies.may_see_frdo, order=47)
Row = dict[str, Any]


@blueprint.get("/frdo/columns")
def frdo_columns() -> ResponseReturnValue:
    """The columns in force."""
    if not policies.may_see_frdo(shell.current_actor()):
        raise Forbidden(_("Only administrators and coordinators of the institute set these columns."))
    version, found = frdo.layout()
    return _page(version, [asdict(one) for one in found], FormState())


@blueprint.post("/frdo/columns")
def set_frdo_columns() -> ResponseReturnValue:
    """Set the columns, or with `reset` go back to the ones of the program."""
    actor, seen = shell.current_actor(), request.form.get("version", 0, type=int)
    rows, state = _entered(), FormState(values=request.form)
    wanted = frdo.DEFAULT if request.form.get("reset") else [frdo.FrdoColumn(**row) for row in rows]
    try:
        frdo.set_layout(actor, seen, wanted)
    except Invalid as error:
        return _page(seen, rows, state.refuse(error)), 422
    except Conflict as error:
        state.general.append(error.message)
        return _page(seen, rows, state), 409
    return shell.go("courses.frdo_columns", message=_("The columns are saved."))


def _entered() -> list[Row]:
    """What was entered, in the order of the numbers given; rows without a title are left out."""
    names = ("title", "source", "value")
    lists = {name: request.form.getlist(name) for name in (*names, "place")}
    count = min(map(len, lists.values()))
    rows = [({name: lists[name][at].strip() for name in names}, lists["place"][at]) for at in range(count)]
    kept = [(row, place) for row, place in rows if row["title"] or row["value"]]
    return [row for row, _place in sorted(kept, key=lambda item: _number(item[1]))]


def _number(place: str) -> float:
    """Where a row goes: half numbers put it between two others, no number at the end."""
    try:
        return float(place.replace(",", "."))
    except ValueError:
        return 1e9


def _page(version: int, rows: list[Row], state: FormState) -> str:
    spare = [{"title": "", "source": "", "value": ""}] * SPARE
    return shell.render(
        "courses/frdo_columns.html",
        version=version,
        rows=[*rows, *spare],
        sources=[(name, source.label) for name, source in frdo.SOURCES.items()],
        may_set=policies.may_set_frdo(shell.current_actor()),
        state=state,
    )
