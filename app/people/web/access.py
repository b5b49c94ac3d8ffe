"""Getting in without the present password: a forgotten one, an invitation."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.forms import FormState

from .. import operations
from ..operations.sessions import TooManyAttempts
from .blueprint import blueprint
from .login import open_session


@blueprint.route("/forgotten", methods=["GET", "POST"])
@shell.public
def forgotten() -> ResponseReturnValue:
    """Ask for a letter with a link. The answer is the same whether anybody has this login or e-mail."""
    if request.method == "GET":
        return shell.render("people/forgotten.html", state=FormState(), asked=False)
    subject = request.form.get("subject", "").strip()
    state = FormState(values=MultiDict({"subject": subject}))
    if not subject:
        state.errors["subject"] = _("Enter your login or e-mail.")
        return shell.render("people/forgotten.html", state=state, asked=False), 422
    try:
        operations.ask_for_reset(subject, request.remote_addr)
    except TooManyAttempts as error:
        state.general.append(error.message)
        return shell.render("people/forgotten.html", state=state, asked=False), error.status
    return shell.render("people/forgotten.html", state=state, asked=True)


@blueprint.get("/welcome/<token>")
@shell.public
def welcome(token: str) -> ResponseReturnValue:
    """Choose a password with the link of a letter. Opening it changes nothing (mail servers open links too)."""
    try:
        whom = operations.welcome(token)
    except NotFound as error:
        return _void(error)
    return shell.render("people/welcome.html", whom=whom, token=token, state=FormState())


@blueprint.post("/welcome/<token>")
@shell.public
def choose_password(token: str) -> ResponseReturnValue:
    """Take the chosen password and sign in."""
    state = FormState()
    try:
        whom = operations.welcome(token)
        if request.form.get("new", "") != request.form.get("again", ""):
            state.errors["again"] = _("The two entries differ.")
        else:
            open_session(operations.redeem(token, request.form.get("new", ""), request.remote_addr))
            return redirect(url_for("web.start"), 303)
    except NotFound as error:
        return _void(error)
    except Invalid as error:
        state.refuse(error)
    return shell.render("people/welcome.html", whom=whom, token=token, state=state), 422


def _void(error: NotFound) -> ResponseReturnValue:
    return shell.render("people/welcome.html", whom=None, message=error.message), 404
