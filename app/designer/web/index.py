"""The list of what is deployed and what is being changed."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.designer import operations, policies, queries
from app.engine import queries as engine
from app.kernel.errors import Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from . import blueprint
from .labels import STAGES


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Processes, decisions, forms and drafts."""
    return _index(FormState())


@blueprint.post("/drafts")
def create() -> ResponseReturnValue:
    """A new, empty draft."""
    state = FormState(values=request.form)
    try:
        key = operations.drafts.create(shell.current_actor(), request.form.get("title", ""))
        return shell.go("designer.draft", key=key)
    except Invalid as error:
        state.refuse(error)
    return _index(state), 422


@blueprint.post("/open")
def open_from() -> ResponseReturnValue:
    """A draft of something deployed."""
    form = request.form
    key = operations.drafts.open_from(shell.current_actor(), form.get("kind", ""), form.get("id", ""))
    return shell.go("designer.draft", key=key)


def _index(state: FormState) -> str:
    actor = shell.current_actor()
    policies.demand_reading(actor)
    drafts = queries.drafts.drafts(actor)
    return shell.render(
        "designer/index.html",
        state=state,
        processes=engine.definitions(actor),
        drafts=drafts,
        names=people.person_names(draft.author for draft in drafts),
        stages=STAGES,
        may_design=policies.may_design(actor),
    )
