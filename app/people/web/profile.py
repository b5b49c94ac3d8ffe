"""One's own profile: contacts, password, tokens, sessions."""

from __future__ import annotations

from functools import partial

from flask import request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.web import shell
from app.web.forms import FormState, load

from .. import operations
from ..models import LoginSession, Person, PersonalToken
from ..operations.changes import ChangedMeanwhile
from ..operations.sessions import COOKIE_KEY, Attempt, TooManyAttempts, demand_patience, record_attempt
from ..queries.cards import own_person, roles_of
from ..schemas import Contacts, PasswordFields, TokenFields
from .blueprint import blueprint
from .forms import shown_version


@blueprint.get("/profile")
def profile() -> ResponseReturnValue:
    """Who I am here."""
    person = own_person(shell.current_actor())
    return _profile(person, FormState(values=vars(person)))


@blueprint.post("/profile")
def change_contacts() -> ResponseReturnValue:
    """Change e-mail and telephone."""
    actor = shell.current_actor()
    data, state = load(Contacts(), request.form)
    person = own_person(actor)
    if state.errors:
        return _profile(person, state), 422
    try:
        operations.change_own_contacts(actor, **data, version=shown_version())
    except ChangedMeanwhile as error:
        state.general.append(error.message)
        return _profile(own_person(actor), state), 409
    return shell.go("people.profile", message=_("Saved."))


@blueprint.route("/profile/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change the password; the session goes on, all others end."""
    actor = shell.current_actor()
    if request.method == "GET":
        return shell.render("people/password.html", state=FormState())
    data, state = load(PasswordFields(), request.form)
    if not state.errors and data["new"] != data["again"]:
        state.errors["again"] = _("The two new passwords differ.")
    if not state.errors:
        try:
            demand_patience(actor.login, request.remote_addr or "")
            operations.change_password(actor, data["old"], data["new"])
            return _fresh_session()
        except TooManyAttempts as error:
            state.general.append(error.message)
        except Invalid as error:
            state.refuse(error)
            if "old" in state.errors:
                shell.afterwards(partial(record_attempt, Attempt(actor.login, request.remote_addr or "", None)))
    return shell.render("people/password.html", state=state), 422


@blueprint.get("/profile/tokens")
def tokens() -> ResponseReturnValue:
    """My API tokens."""
    return _tokens(FormState(values={"scope": "read", "days": "90"}))


@blueprint.post("/profile/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    data, state = load(TokenFields(), request.form)
    if not state.errors:
        scopes = ("read",) if data["scope"] == "read" else ("read", "write")
        try:
            token = operations.create_token(shell.current_actor(), data["name"], scopes=scopes, days=int(data["days"]))
            return _tokens(FormState(values={"scope": "read", "days": "90"}), token=token)
        except Invalid as error:
            state.refuse(error)
    return _tokens(state), 422


@blueprint.post("/profile/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token."""
    operations.revoke_token(shell.current_actor(), token_id)
    return shell.go("people.tokens", message=_("The token is revoked."))


@blueprint.post("/profile/sessions/end")
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    operations.end_other_sessions(shell.current_actor(), session[COOKIE_KEY])
    return shell.go("people.profile", message=_("You are signed out everywhere else."))


def _profile(person: Person, state: FormState) -> str:
    actor = shell.current_actor()
    running = select(func.count()).where(
        LoginSession.account_id == actor.account_id,
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > clock.now(),
    )
    return shell.render(
        "people/profile.html",
        person=person,
        state=state,
        roles=roles_of(person.id),
        sessions=db.session.scalar(running) or 0,
    )


def _tokens(state: FormState, token: str = "") -> str:
    rows = db.session.scalars(
        select(PersonalToken)
        .where(PersonalToken.account_id == shell.current_actor().account_id, PersonalToken.revoked_at.is_(None))
        .order_by(PersonalToken.created_at.desc())
    ).all()
    return shell.render("people/tokens.html", state=state, tokens=rows, token=token, now=clock.now())


def _fresh_session() -> ResponseReturnValue:
    """After a change of password the old sessions are gone, this one too: open a new one."""
    from ..models import Account

    account = db.session.get_one(Account, shell.current_actor().account_id)
    session.clear()
    session[COOKIE_KEY] = operations.start_session(account, request.remote_addr, request.headers.get("User-Agent", ""))
    session.permanent = True
    return shell.go("people.profile", message=_("The password is changed."))
