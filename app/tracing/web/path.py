"""Drawing and history of one process for everybody who may see it."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.engine import queries as engine
from app.engine.drawing import without_machinery
from app.engine.narrative import narrate
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.web import shell

from .. import queries
from . import blueprint, words


@blueprint.get("/processes/<int:key>/diagram")
def drawing(key: int) -> ResponseReturnValue:
    """The drawing with the travelled path, and the same in words."""
    actor = shell.current_actor()
    found = queries.path(actor, key)
    travelled = found.travelled
    steps = narrate(
        found.drawing,
        now=found.shown(travelled.open),
        done=found.shown(travelled.completed),
        stopped=found.shown(travelled.cancelled),
    )
    return shell.render(
        "tracing/drawing.html",
        path=found,
        instance=found.instance,
        steps=steps,
        here=_here(actor),
        tabs=_tabs(actor, key),
        tab="drawing",
    )


@blueprint.get("/processes/<int:key>/diagram.bpmn")
def diagram_file(key: int) -> Response:
    """The drawing itself, without the designers' expressions."""
    actor = shell.current_actor()
    instance = engine.instance(actor, key)
    response = make_response(without_machinery(engine.xml_of(actor, instance.definition_key)))
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@blueprint.get("/processes/<int:key>/history")
def steps(key: int) -> ResponseReturnValue:
    """Who did what and when, as far as the reader may know."""
    actor = shell.current_actor()
    trail = queries.trail(actor, key)
    return shell.render(
        "tracing/steps.html",
        trail=trail,
        instance=trail.path.instance,
        tabs=_tabs(actor, key),
        tab="steps",
        **words.of(actor, trail),
    )


def _here(actor: Actor) -> str:
    """The element of the task from which the reader came."""
    task = request.args.get("task", "")
    if not task.isdecimal():
        return ""
    try:
        return engine.task_view(actor, int(task)).element_id
    except NotFound:
        return ""


def _tabs(actor: Actor, key: int) -> list[tuple[object, str, str]]:
    """(label, address, id) of the tabs beside drawing and history."""
    task = request.args.get("task", "")
    extra: dict[str, Any] = {"task": task} if task.isdecimal() else {}
    tabs: list[tuple[object, str, str]] = []
    if extra:
        tabs.append((_("Task"), url_for("inbox.task", key=int(task)), "task"))
    else:
        tabs.append((_("Overview"), url_for("inbox.process", key=key), "overview"))
    tabs.append((_("Diagram"), url_for("tracing.drawing", key=key, **extra), "drawing"))
    tabs.append((_("History"), url_for("tracing.steps", key=key, **extra), "steps"))
    return tabs
