"""The shell's own addresses: start page and choice of language."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from . import shell
from .i18n import LOCALES
from .security import public, safe_next

blueprint = Blueprint("web", __name__)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """Open the reader's start page."""
    return redirect(url_for(shell.start_page_of(shell.current_actor())))


@blueprint.post("/language")
@public
def language() -> ResponseReturnValue:
    """Choose the language of the pages; kept in the session, and in the account of a signed-in person."""
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        abort(400)
    session["locale"] = chosen
    if g.get("actor") is not None:
        shell.language_chosen(g.actor, chosen)
    response = redirect(safe_next(request.form.get("next")) or url_for("web.start"), 303)
    response.set_cookie("locale", chosen, max_age=31536000, samesite="Lax", httponly=True)
    return response
