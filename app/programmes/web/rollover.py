"""The next year: clone the cycle, carry over, compare."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.errors import Conflict, Invalid
from app.web import shell

from .. import operations, policies, queries
from ..queries.comparing import compare
from .blueprint import blueprint
from .passports import place


@blueprint.get("/<code>/next")
def next_year(code: str) -> ResponseReturnValue:
    """What would go into the next year."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    plan = queries.roadmap_of(found.key)
    rows = [] if plan is None else queries.measures.measures_of(plan.key)
    open_rows = [row for row in rows if row.state != "done"]
    year = found.period_from.year + 1
    return shell.render("programmes/next.html", programme=found, year=year, total=len(rows), open_rows=open_rows)


@blueprint.post("/<code>/next")
def clone(code: str) -> ResponseReturnValue:
    """Clone the cycle."""
    text = request.form.get("year", "")
    try:
        year = int(text) if text.isdecimal() and len(text) == 4 else 0
        found = operations.clone_programme(shell.current_actor(), code, year)
    except (Invalid, Conflict) as refusal:
        text = str(refusal.message or _("There is such a programme already."))
        return shell.go("programmes.next_year", code=code, message=text, kind="danger")
    return shell.go("programmes.programme", code=found.code, message=_("The programme of the next year is a draft."))


@blueprint.get("/<code>/compare/<other>")
def compare_years(code: str, other: str) -> ResponseReturnValue:
    """Two years of a cycle side by side."""
    actor = shell.current_actor()
    first, second = queries.programme(actor, code), queries.programme(actor, other)
    rows = compare(actor, first, second)
    return shell.render("programmes/compare.html", first=first, second=second, rows=rows, place=place)
