"""The municipal table, one municipality, and the decisions that municipalities publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.errors import NotFound
from app.web import excel, shell
from app.web.listing import Column

from ..queries import municipal
from ..queries.rounds import name_of
from ..rules import municipal as rules
from . import words
from .blueprint import blueprint


@blueprint.get("/municipal/")
def municipal_index() -> ResponseReturnValue:
    """The stages of the municipal monitoring, the newest first."""
    actor = shell.current_actor()
    municipal.demand_sight(actor)
    return shell.render("monitoring/municipal_index.html", rounds=municipal.rounds(actor))


@blueprint.get("/municipal/<int:year>/<int:month>")
def municipal_table(year: int, month: int) -> ResponseReturnValue:
    """Indicators × municipalities; the region sees all with their places, a municipality its own column."""
    table = municipal.table(shell.current_actor(), year, month)
    if request.args.get("format") == "xlsx":
        columns = [Column("indicator", _("Indicator"), lambda row: row.name, None, 60)]
        columns += [Column(code, name, _cell_of(table, code), None, 24) for code, name in table.places]
        title = _("Municipal monitoring, %(month)s %(year)s", month=words.month(table.round.month), year=year)
        return excel.download(title, columns, table.indicators)
    return shell.render("monitoring/municipal.html", table=table, directory=rules.directory())


def _cell_of(table: municipal.Table, code: str) -> Callable[[Any], object]:
    return lambda row: words.cell(table.cells.get((code, row.code)))[0]


@blueprint.get("/municipal/<int:year>/<int:month>/<code>")
def municipality(year: int, month: int, code: str) -> ResponseReturnValue:
    """What one municipality said, with links, notes, the institute's comments and points by direction."""
    table = municipal.table(shell.current_actor(), year, month)
    name = dict(table.places).get(code)
    if name is None:
        raise NotFound()
    return shell.render("monitoring/municipality.html", table=table, code=code, name=name, directory=rules.directory())


@blueprint.get("/decisions/<code>")
@shell.public
def decisions(code: str) -> ResponseReturnValue:
    """The decisions that a municipality has published: the page to which MM-14 links."""
    return shell.render("monitoring/decisions.html", records=municipal.published(code), name=name_of(code))
