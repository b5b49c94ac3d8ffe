"""The public page of a municipal programme: what MM-01 of the municipal monitoring links to."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from app.web import shell

from .. import queries
from .blueprint import blueprint
from .passports import place


@blueprint.get("/<code>/published")
@shell.public
def published(code: str) -> ResponseReturnValue:
    """Goal, tasks, target indicators, schools and plan of a programme that an order put in force; without persons."""
    found = queries.published(code)
    roadmap = queries.roadmap_of(found.key)
    return shell.render(
        "programmes/published.html",
        programme=found,
        place=place,
        participants=[place(code) for code in found.participants],
        measures=queries.measures.measures_of(roadmap.key) if roadmap is not None else [],
    )
