"""Signing in and out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.kernel.actor import Actor
from app.web import shell
from app.web.forms import FormState

from .. import consent, operations
from ..models import Account
from ..operations.sessions import COOKIE_KEY, TooManyAttempts, record_attempt, token_hash
from ..queries import actor_of_session
from .blueprint import blueprint

_ALWAYS = frozenset(
    {
        "people.password",
        "people.logout",
        "people.consent",
        "people.refuse_consent",
        "people.without_consent",
        "web.language",
    }
)
"""What works before the first things are done."""


@shell.authenticator
def from_session() -> Actor | None:
    """The person whose session token the signed cookie holds."""
    token = session.get(COOKIE_KEY)
    if not isinstance(token, str):
        return None
    known = actor_of_session(token_hash(token))
    if known is None:
        session.pop(COOKIE_KEY)
        return None
    g.account = known
    return replace(known.actor, address=request.remote_addr)


@shell.gate
def first_things(actor: Actor) -> ResponseReturnValue | None:
    """A given password must be changed, and the consent given, before anything else."""
    if request.endpoint in _ALWAYS or "account" not in g:
        return None
    if g.account.must_change_password:
        return redirect(url_for("people.password"))
    if g.account.consent != consent.present().version:
        return redirect(url_for("people.consent", next=request.full_path.rstrip("?")))
    return None


@shell.on_language
def keep_language(actor: Actor, locale: str) -> None:
    """Keep the chosen language in the account."""
    operations.choose_locale(actor, locale)


@blueprint.get("/login")
@shell.public
def login() -> ResponseReturnValue:
    """The login page."""
    if g.get("actor") is not None:
        return redirect(shell.safe_next(request.args.get("next")) or url_for("web.start"))
    return _form(FormState())


@blueprint.post("/login")
@shell.public
def sign_in() -> ResponseReturnValue:
    """Check login and password, start a fresh session."""
    state = FormState(values=MultiDict({"login": request.form.get("login", "")}))
    name, password = request.form.get("login", "").strip(), request.form.get("password", "")
    if not name or not password:
        state.general.append(_("Enter login and password."))
        return _form(state), 422
    try:
        attempt = operations.sign_in(name, password, request.remote_addr)
    except TooManyAttempts as error:
        state.general.append(error.message)
        return _form(state), error.status
    shell.afterwards(partial(record_attempt, attempt))
    if attempt.account is None:
        state.general.append(_("Login or password is wrong."))
        return _form(state), 422
    target = shell.safe_next(request.form.get("next")) or url_for("web.start")
    open_session(attempt.account)
    return redirect(target, 303)


def open_session(account: Account) -> None:
    """Sign this browser in."""
    session.clear()
    session[COOKIE_KEY] = operations.start_session(account, request.remote_addr, request.headers.get("User-Agent", ""))
    session.permanent = True


@blueprint.post("/logout")
@shell.public
def logout() -> ResponseReturnValue:
    """End the session on the server and forget the cookie."""
    token = session.get(COOKIE_KEY)
    if isinstance(token, str):
        operations.end_session(token)
    session.clear()
    return redirect(url_for("people.login"), 303)


def _form(state: FormState) -> str:
    demo = not current_app.extensions["marshrut"].production
    return shell.render("people/login.html", state=state, next=shell.safe_next(request.values.get("next")), demo=demo)
