"""«Start a process»: what the reader may start, with its start form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.engine import operations
from app.engine import queries as engine
from app.engine.views import DefinitionView, TaskFilter
from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.operations import parse_form_data, validate_submission
from app.forms.rendering import render_form, render_updates
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.web import shell

from .. import labels
from ..rules import purpose
from . import blueprint


@blueprint.get("/processes/start")
def start() -> ResponseReturnValue:
    """The processes that the reader may start."""
    actor = shell.current_actor()
    definitions = engine.startable(actor)
    elsewhere = {each.process_id: _elsewhere(actor, each) for each in definitions}
    return shell.render("inbox/start.html", definitions=definitions, elsewhere=elsewhere, purpose=purpose)


@blueprint.get("/processes/start/<process_id>")
def start_form(process_id: str) -> ResponseReturnValue:
    """What is asked before a process begins."""
    actor = shell.current_actor()
    definition = _startable(actor, process_id)
    elsewhere = _elsewhere(actor, definition)
    return redirect(elsewhere.address) if elsewhere.replaces else _page(actor, definition, token=uuid4().hex)


@blueprint.post("/processes/start/<process_id>/refresh")
def start_refresh(process_id: str) -> ResponseReturnValue:
    """The parts of the start form that change with what was entered; nothing is kept."""
    actor = shell.current_actor()
    definition = _startable(actor, process_id)
    form = _form(definition)
    if form is None:
        raise NotFound()
    values = parse_form_data(form, request.form, request.files, actor=actor)
    if not shell.is_part():
        return _page(actor, definition, token=request.form.get("token", ""), values=values)
    address = url_for("inbox.start_refresh", process_id=process_id)
    return str(render_updates(form, values, request.form, actor=actor, context={}, refresh_url=address))


@blueprint.post("/processes/start/<process_id>")
def begin(process_id: str) -> ResponseReturnValue:
    """Start. The token of the page makes a double click one process."""
    actor = shell.current_actor()
    definition = _startable(actor, process_id)
    form = _form(definition)
    values = parse_form_data(form, request.form, request.files, actor=actor) if form is not None else {}
    token = request.form.get("token", "")[:64]
    place = request.form.get("organisation", "") or None
    try:
        if place is not None and place not in dict(_places(actor, definition)):
            raise Invalid(_("Choose a place of the list."))
        once = f"start:{actor.login}:{token}" if token else None
        checked = values if form is None else validate_submission(form, values, context={}, actor=actor)
        key = operations.start_instance(actor, process_id, checked, key=once, organisation=place)
    except Invalid as error:
        return _page(actor, definition, token=token, values=values, error=error)
    return _after_start(actor, key)


def _after_start(actor: Actor, key: int) -> ResponseReturnValue:
    """On to the starter's own first task, else to the page of the process."""
    own = engine.tasks_for(actor, TaskFilter(scope="mine", instance_key=key), limit=1).items
    if own:
        return shell.go("inbox.task", key=own[0].key, message=_("The process has begun. This is your first task."))
    return shell.go("inbox.process", key=key, message=_("The process has begun."))


class Elsewhere(NamedTuple):
    """Where else a process can be begun: the page of one of the reader's roles (property `start_page`).

    Attributes:
        address: of that page; "" when there is none.
        replaces: every role of the reader that may start the process has such a page: no start form for them.
    """

    address: str
    replaces: bool


def _elsewhere(actor: Actor, definition: DefinitionView) -> Elsewhere:
    pairs = (pair.strip().partition(":") for pair in definition.properties.get("start_page", "").split(","))
    pages = {role: endpoint for role, _sign, endpoint in pairs if endpoint in current_app.view_functions}
    own = {role for role in _starters(definition) if actor.has_role(role)}
    there = sorted(own & pages.keys())
    return Elsewhere(url_for(pages[there[0]]) if there else "", bool(there) and own <= pages.keys())


def _startable(actor: Actor, process_id: str) -> DefinitionView:
    """A process that the reader may start; anything else does not exist for them."""
    for definition in engine.startable(actor):
        if definition.process_id == process_id:
            return definition
    raise NotFound()


def _form(definition: DefinitionView) -> FormDefinition | None:
    if not definition.form_id:
        return None
    try:
        return forms.form_by(definition.form_id, binding="deployment", deployment_key=definition.deployment_key)
    except NotFound:
        return forms.form_by(definition.form_id)


def _starters(definition: DefinitionView) -> set[str]:
    return {part.strip() for part in definition.properties.get("starters", "").split(",")}


def _places(actor: Actor, definition: DefinitionView) -> list[tuple[str, str]]:
    """Where the reader may start it: the places of the roles that may."""
    roles = _starters(definition)
    codes = {a.organisation for a in actor.assignments if a.role in roles}
    return sorted(((code, labels.place(code)) for code in codes), key=lambda item: item[1])


def _page(
    actor: Actor,
    definition: DefinitionView,
    *,
    token: str,
    values: Mapping[str, Any] | None = None,
    error: Invalid | None = None,
) -> ResponseReturnValue:
    form = _form(definition)
    fields: object = ""
    if form is not None:
        address = url_for("inbox.start_refresh", process_id=definition.process_id)
        errors = error.errors if error else None
        fields = render_form(form, values or {}, actor=actor, context={}, errors=errors, refresh_url=address)
    page = shell.render(
        "inbox/start_form.html",
        definition=definition,
        purpose=purpose,
        fields=fields,
        token=token,
        places=_places(actor, definition),
        place=request.form.get("organisation", ""),
        error=error,
    )
    return page, 422 if error else 200
