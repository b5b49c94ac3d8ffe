"""Administration: letting people in: invitations by letter or link, printed cards with one-time passwords."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.jobs import batching
from app.kernel.errors import Conflict, Invalid
from app.web import shell

from .. import operations
from ..operations.cards import MOST_CARDS, print_cards
from ..policies import demand_accounts
from ..queries.cards import any_person, newcomers
from .blueprint import blueprint
from .forms import organisation_options


@blueprint.post("/admin/people/<login>/invitation")
def send_invitation(login: str) -> ResponseReturnValue:
    """Make a link, send it, and show it this once (for who has no mail)."""
    actor = shell.current_actor()
    person = any_person(actor, login)
    try:
        path, sent = operations.invite(actor, login)
    except Invalid as error:
        return shell.go("people.admin_person", login=login, message=error.message, kind="danger")
    link = request.url_root.rstrip("/") + path
    return shell.render("people/admin/invitation.html", person=person, link=link, sent=sent)


@blueprint.get("/admin/people/access")
def access() -> ResponseReturnValue:
    """People of an organisation who have never signed in, to choose whom to let in and how."""
    demand_accounts(shell.current_actor())
    return _page(request.args.get("organisation", ""))


def _page(chosen: str) -> str:
    actor = shell.current_actor()
    people = newcomers(actor, chosen, MOST_CARDS + 1)
    return shell.render(
        "people/admin/access.html",
        people=people[:MOST_CARDS],
        more=len(people) > MOST_CARDS,
        chosen=chosen,
        organisation_options=organisation_options(actor),
    )


@blueprint.post("/admin/people/access")
def admit() -> ResponseReturnValue:
    """Letters to the chosen people, or cards to print."""
    actor = shell.current_actor()
    demand_accounts(actor)
    chosen, place = request.form.getlist("login"), request.form.get("organisation", "")
    if not chosen:
        return shell.go("people.access", organisation=place, message=_("Choose at least one person."), kind="warning")
    try:
        if request.form.get("how") == "letter":
            return _letters(chosen, place)
        cards = print_cards(actor, chosen)
    except Conflict as error:
        shell.flash(str(error.message), "danger")
        return _page(place), error.status
    return shell.render("people/admin/cards.html", cards=cards, address=request.url_root, place=place)


def _letters(chosen: list[str], place: str) -> ResponseReturnValue:
    actor, sent = shell.current_actor(), 0
    with batching.together(actor, title=_("Invitations"), link=url_for("people.access", organisation=place)):
        for login in chosen[:MOST_CARDS]:
            _path, left = operations.invite(actor, login)
            sent += left
    message = ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", sent)
    without = len(chosen) - sent
    if without:
        message += " " + ngettext(
            "%(num)s person has no address: print a card.", "%(num)s people have no address: print cards.", without
        )
    return shell.go("people.access", organisation=place, message=message)
