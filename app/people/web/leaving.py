"""Closing an account and moving a person: what hangs on the person is named before it is confirmed."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import shell

from .. import operations
from ..duties import duties_of
from ..operations.authority import demand_authority
from ..queries import organisation
from ..queries.cards import any_person
from .blueprint import blueprint


@blueprint.get("/admin/people/<login>/close")
def closing(login: str) -> ResponseReturnValue:
    """Ask before an account is closed."""
    actor = shell.current_actor()
    person = any_person(actor, login)
    demand_authority(actor, login)
    return shell.render("people/admin/closing.html", person=person, held=duties_of(actor, login))


@blueprint.post("/admin/people/<login>/close")
def close_account(login: str) -> ResponseReturnValue:
    """Close the account."""
    try:
        operations.close_account(shell.current_actor(), login)
    except Conflict as error:
        return shell.go("people.admin_person", login=login, message=error.message, kind="danger")
    return shell.go("people.admin_person", login=login, message=_("The account is closed."))


@blueprint.get("/admin/people/<login>/transfer")
def moving(login: str) -> ResponseReturnValue:
    """Ask before a person is moved to another organisation."""
    actor = shell.current_actor()
    person = any_person(actor, login)
    demand_authority(actor, login)
    code, position = _wanted(request.args.get("organisation", ""), request.args.get("position", ""))
    try:
        place = organisation(code)
    except NotFound:
        return shell.go("people.admin_person", login=login, message=_("Choose the new organisation."), kind="danger")
    return shell.render(
        "people/admin/moving.html", person=person, place=place, position=position, held=duties_of(actor, login)
    )


@blueprint.post("/admin/people/<login>/transfer")
def transfer(login: str) -> ResponseReturnValue:
    """Move a person to another organisation; roles and running courses go along."""
    actor = shell.current_actor()
    any_person(actor, login)  # 404 before anything else
    code, position = _wanted(request.form.get("organisation", ""), request.form.get("position", ""))
    try:
        count = operations.transfer_person(actor, login, code, position=position)
    except Invalid as error:
        reason = next(iter(error.errors.values()))[0]
        return shell.go("people.admin_person", login=login, message=reason, kind="danger")
    message = _("Moved.")
    if count:
        message += " " + ngettext("%(num)s process goes on there.", "%(num)s processes go on there.", count)
    return shell.go("people.admin_people", q=login, message=message)


def _wanted(code: str, position: str) -> tuple[str, str]:
    return code.strip(), position.strip()[:200]
