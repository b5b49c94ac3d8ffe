"""Low-quality zones: the table and one school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.schools.queries import results
from app.web import excel, shell
from app.web.listing import Column

from ..queries import persons, quality
from .blueprint import blueprint


@blueprint.get("/quality")
def quality_page() -> ResponseReturnValue:
    """Subject × school with counts of zones."""
    actor = shell.current_actor()
    year = request.args.get("year", "")
    table = quality.table(actor, int(year) if year.isdecimal() else None)
    if request.args.get("format") == "xlsx":
        columns = [Column("school", _("School"), lambda row: row.name, None, 36)]
        columns += [Column(name, name, _count_of(name), None, 16) for name in table.subjects]
        return excel.download(_("Low-quality zones"), columns, table.rows)
    return shell.render(
        "courses/quality.html",
        table=table,
        runs=results.imports(actor),
        may_import=results.may_import(actor),
        place=persons.organisation_name,
    )


def _count_of(subject: str) -> Callable[[Any], object]:
    return lambda row: row.by_subject.get(subject)


@blueprint.get("/quality/<int:year>/<school>")
def quality_school(year: int, school: str) -> ResponseReturnValue:
    """The zones of one school with the typical difficulties."""
    actor = shell.current_actor()
    zones = quality.zones_of(actor, school, year)
    return shell.render("courses/quality_school.html", zones=zones, year=year, name=persons.organisation_name(school))
