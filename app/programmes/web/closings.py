"""The closing report of a programme: plan and fact as they were frozen, conclusion, papers, addenda."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.web import shell

from .. import queries
from ..rules import closing as rules
from . import words
from .blueprint import blueprint
from .passports import place

_COLOURS = {
    rules.DONE: "green",
    rules.PARTLY: "yellow",
    rules.NOT_DONE: "red",
    rules.AFTER: "blue",
    rules.CANCELLED: "secondary",
}


@blueprint.get("/<code>/closing")
def closing(code: str) -> ResponseReturnValue:
    """The report that the programme was closed with; there is none before."""
    found = queries.closings.closing_of(shell.current_actor(), code)
    return shell.render(
        "programmes/closing.html",
        closing=found,
        programme=found.programme,
        tables=found.tables,
        colours=_COLOURS,
        place=place,
        states=words.STATES,
    )
