"""One step of a process for many organisations: how far they are; the owner reminds or goes on without one (BPM-10)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.engine import operations
from app.engine import queries as engine
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.web import shell
from app.web.forms import FormState

from . import blueprint


@blueprint.get("/processes/<int:key>/steps/<element_id>")
def fan(key: int, element_id: str) -> ResponseReturnValue:
    """Who has done the step, and who is waited for."""
    return _page(shell.current_actor(), key, element_id, FormState())


@blueprint.post("/processes/<int:key>/steps/<element_id>/remind")
def remind_open(key: int, element_id: str) -> ResponseReturnValue:
    """Remind one organisation, or all that are waited for."""
    told = operations.remind_open(shell.current_actor(), key, element_id, _tokens())
    text = ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", told)
    return shell.go("inbox.fan", key=key, element_id=element_id, message=text)


@blueprint.post("/processes/<int:key>/steps/<element_id>/go-on")
def go_on_without(key: int, element_id: str) -> ResponseReturnValue:
    """Go on without one organisation, with a reason."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    try:
        operations.go_on_without(actor, key, next(iter(_tokens()), 0), request.form.get("reason", ""))
    except Invalid as error:
        state.refuse(error)
        return _page(actor, key, element_id, state), 422
    message = _("The process goes on without this organisation.")
    waits = any(each.element_id == element_id for each in engine.fans(actor, key))
    if waits:
        return shell.go("inbox.fan", key=key, element_id=element_id, message=message)
    return shell.go("inbox.process", key=key, message=message)


def _tokens() -> list[int]:
    return [int(text) for text in request.form.getlist("branch") if text.isdecimal()]


def _page(actor: Actor, key: int, element_id: str, state: FormState) -> str:
    page: str = shell.render(
        "inbox/fan.html",
        instance=engine.instance(actor, key),
        fan=engine.fan(actor, key, element_id),
        state=state,
    )
    return page
