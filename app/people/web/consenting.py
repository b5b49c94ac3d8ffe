"""The consent to the processing of personal data: asked at the first login and with every new version of its text."""

from __future__ import annotations

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.web import shell

from .. import consent as consents
from .. import operations
from .blueprint import blueprint


@blueprint.route("/consent", methods=["GET", "POST"])
def consent() -> ResponseReturnValue:
    """Read the text and agree; who has agreed may read it again and take the consent back."""
    target = shell.safe_next(request.values.get("next")) or url_for("web.start")
    if request.method == "POST":
        operations.confirm_consent(shell.current_actor())
        return redirect(target, 303)
    text = consents.present()
    account = g.get("account")
    given = account is not None and account.consent == text.version
    earlier = account is not None and bool(account.consent) and not given
    return shell.render("people/consent.html", next=target, text=text, given=given, earlier=earlier)


@blueprint.post("/consent/refuse")
def refuse_consent() -> ResponseReturnValue:
    """Do not agree (any more): what that means is said kindly, the browser is signed out, the account stays."""
    operations.refuse_consent(shell.current_actor())
    session.clear()
    return redirect(url_for("people.without_consent"), 303)


@blueprint.get("/consent/refused")
@shell.public
def without_consent() -> ResponseReturnValue:
    """What happens without the consent, and what to do."""
    return shell.render("people/without_consent.html")
