"""Administration: the catalogue of roles, assigning and ending them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.web import excel, shell
from app.web.forms import load
from app.web.listing import Column, Listing

from .. import operations
from ..catalogue import Role, kinds, roles
from ..models import Account, RoleAssignment
from ..policies import demand_accounts, demand_sight_of_administration
from ..queries.cards import any_person
from ..queries.directory import in_force
from ..schemas import RoleFields
from .admin_people import edit_page
from .blueprint import blueprint

SCOPES = {
    "R": _l("whole region"),
    "M": _l("own municipality"),
    "S": _l("own school"),
    "A": _l("assigned objects"),
    "O": _l("own data"),
    "U": _l("users and organisations"),
}
COLUMNS = (
    Column("name", _l("Role"), lambda row: str(row[0]), None, 48),
    Column("id", _l("Name in models"), lambda row: row[0].id, None, 30),
    Column("scope", _l("Sees"), lambda row: str(SCOPES[row[0].scope]), None, 24),
    Column("kinds", _l("Held in"), lambda row: held_in(row[0]), None, 60),
    Column("holders", _l("People"), lambda row: row[1], None, 10),
)


@blueprint.get("/admin/roles")
def admin_roles() -> ResponseReturnValue:
    """All roles, with how many people hold each."""
    demand_sight_of_administration(shell.current_actor())
    listing = Listing.of_request(COLUMNS)
    counts: dict[str, int] = dict(
        db.session.execute(
            select(RoleAssignment.role, func.count(RoleAssignment.person_id.distinct()))
            .join(Account, Account.person_id == RoleAssignment.person_id)
            .where(in_force(), Account.active)
            .group_by(RoleAssignment.role)
        ).all()
    )
    rows = [(role, counts.get(role.id, 0)) for role in roles().values() if _matches(role, listing.q)]
    if listing.wants_excel:
        return excel.download(_("Roles"), COLUMNS, rows)
    return shell.render(
        "people/admin/roles.html", listing=listing, rows=rows, columns=COLUMNS, scopes=SCOPES, held_in=held_in
    )


@blueprint.post("/admin/people/<login>/roles")
def assign_role(login: str) -> ResponseReturnValue:
    """Give a person a role."""
    actor = shell.current_actor()
    any_person(actor, login)  # 404 before anything else
    demand_accounts(actor)
    data, state = load(RoleFields(), request.form)
    if not state.errors:
        role, organisation = data.pop("role"), data.pop("organisation")
        data["object_kind"], data["object_key"] = data["object_kind"] or None, data["object_key"] or None
        try:
            operations.assign_role(actor, login, role, organisation, **data)
            return shell.go("people.admin_person", login=login, message=_("The role is assigned."))
        except Forbidden as error:
            state.general.append(error.message)
        except Invalid as error:
            state.refuse(error)
    return edit_page(login, state), 422


@blueprint.post("/admin/people/<login>/roles/<int:assignment_id>/end")
def end_role(login: str, assignment_id: int) -> ResponseReturnValue:
    """Take a role away."""
    actor = shell.current_actor()
    any_person(actor, login)  # 404 before anything else
    try:
        operations.end_role(actor, assignment_id)
    except Conflict as error:
        return shell.go("people.admin_person", login=login, message=error.message, kind="danger")
    return shell.go("people.admin_person", login=login, message=_("The role is ended."))


def held_in(role: Role) -> str:
    """The kinds of organisations in which a role is held."""
    return ", ".join(str(kinds()[kind]) for kind in role.kinds) or _("anywhere")


def _matches(role: Role, q: str) -> bool:
    return q.casefold() in f"{role.id} {role.ru} {role.en}".casefold()
