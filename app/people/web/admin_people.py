"""Administration: people and their accounts."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.web import excel, shell
from app.web.forms import FormState, load
from app.web.listing import Column, Listing

from .. import operations
from ..catalogue import role_name
from ..models import Account, Organisation, Person, RoleAssignment
from ..operations.authority import demand_authority, may_look_after
from ..operations.changes import ChangedMeanwhile
from ..policies import demand_accounts, demand_sight_of_accounts, keeps_accounts, may_see_administration
from ..queries.cards import all_people, any_person, changes_of, roles_by_person, roles_of, substitutions_of
from ..schemas import NewPerson, PersonFields
from .blueprint import blueprint
from .forms import organisation_options, role_options, shown_version

COLUMNS = (
    Column("name", _l("Full name"), lambda row: row[0].name, (Person.last_name, Person.first_name), 36),
    Column("login", _l("Login"), lambda row: row[0].account.login, None, 20, on_page=False),
    Column("position", _l("Position"), lambda row: row[0].position, Person.position, 32),
    Column("organisation", _l("Organisation"), lambda row: _place(row[0]), Organisation.short_name, 32),
    Column("roles", _l("Roles"), lambda row: [_role(each) for each in row[1]], None, 60),
    Column("email", _l("E-mail"), lambda row: row[0].email, None, 28, on_page=False),
    Column("last_login", _l("Last login"), lambda row: row[0].account.last_login_at, Account.last_login_at, 20),
    Column("state", _l("State"), lambda row: _("in use") if row[0].account.active else _("closed"), Account.active, 12),
)


@blueprint.get("/admin")
def admin() -> ResponseReturnValue:
    """The first page of the administration."""
    demand_sight_of_accounts(shell.current_actor())
    return redirect(url_for("people.admin_people"))


@blueprint.get("/admin/people")
def admin_people() -> ResponseReturnValue:
    """Everybody."""
    actor = shell.current_actor()
    listing = Listing.of_request(COLUMNS, default_sort="name")
    filters = {name: listing.argument(name) for name in ("role", "organisation", "state")}
    statement = all_people(actor, listing.q, **filters)
    if listing.wants_excel:
        record_access(actor, "export", "people")
        return excel.download(_("People"), COLUMNS, _with_roles(list(listing.everything(statement))))
    page = listing.page(statement)
    return shell.render(
        "people/admin/people.html",
        listing=listing,
        page=page,
        columns=COLUMNS,
        roles=roles_by_person(person.id for person in page.rows),
        filters=filters,
        role_options=role_options(actor),
        organisation_options=organisation_options(actor),
        may_change=keeps_accounts(actor),
    )


@blueprint.route("/admin/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    """Add a person with an account; the one-time password is shown once."""
    actor = shell.current_actor()
    demand_accounts(actor)
    if request.method == "GET":
        return _new(FormState(values=request.args))
    data, state = load(NewPerson(), request.form)
    if not state.errors:
        role, place = data.pop("role"), data.pop("role_organisation")
        login, work = data.pop("login").lower(), data.pop("organisation_code") or None
        pairs = [(role, place or work or "")] if role else []
        try:
            operations.create_person(actor, login, **data, organisation=work, roles=pairs)
            return _password_page(login, operations.reset_password(actor, login))
        except Forbidden as error:
            state.general.append(error.message)
        except Invalid as error:
            state.refuse(error)
            if "organisation" in state.errors:
                state.errors["role_organisation"] = state.errors.pop("organisation")
        except Conflict as error:
            state.errors["login"] = error.message
    return _new(state), 422


@blueprint.get("/admin/people/<login>")
def admin_person(login: str) -> ResponseReturnValue:
    """One person: facts, account, roles, changes."""
    actor = shell.current_actor()
    person = any_person(actor, login)
    record_access(actor, "open", "person", login)
    return _edit(person, FormState(values=vars(person)))


@blueprint.post("/admin/people/<login>")
def change_person(login: str) -> ResponseReturnValue:
    """Save a person's facts."""
    actor = shell.current_actor()
    any_person(actor, login)  # 404 before anything else
    demand_authority(actor, login)
    data, state = load(PersonFields(), request.form)
    status = 422
    if not state.errors:
        data["organisation_code"] = data["organisation_code"] or None
        try:
            operations.change_person(actor, login, version=shown_version(), **data)
            return shell.go("people.admin_person", login=login, message=_("Saved."))
        except Invalid as error:
            state.refuse(error)
        except ChangedMeanwhile as error:
            state.general.append(error.message)
            status = error.status
    return _edit(any_person(actor, login), state), status


@blueprint.post("/admin/people/<login>/password")
def reset_password(login: str) -> ResponseReturnValue:
    """Give a new one-time password and show it, this once."""
    return _password_page(login, operations.reset_password(shell.current_actor(), login))


@blueprint.post("/admin/people/<login>/open")
def reopen_account(login: str) -> ResponseReturnValue:
    """Open the account again."""
    return _told(login, lambda: operations.reopen_account(shell.current_actor(), login), _("The account is open."))


def _told(login: str, act: Any, message: str) -> ResponseReturnValue:
    """Do it and go back to the person; a conflict becomes a message there."""
    try:
        act()
    except Conflict as error:
        return shell.go("people.admin_person", login=login, message=error.message, kind="danger")
    return shell.go("people.admin_person", login=login, message=message)


def _new(state: FormState) -> str:
    actor = shell.current_actor()
    return shell.render(
        "people/admin/new_person.html",
        state=state,
        organisation_options=organisation_options(actor),
        role_options=role_options(actor),
    )


def _edit(person: Person, state: FormState, role_state: FormState | None = None) -> str:
    actor = shell.current_actor()
    places = organisation_options(actor)
    return shell.render(
        "people/admin/person.html",
        person=person,
        state=state,
        role_state=role_state or FormState(),
        roles=roles_of(person.id),
        substitutions=substitutions_of(person.id),
        changes=changes_of(actor, "person", person.account.login) if may_see_administration(actor) else None,
        organisation_options=places,
        may_move=person.organisation
        and any(code != person.organisation_code for _g, some in places for code, _n in some),
        role_options=role_options(actor),
        may_change=may_look_after(actor, person.account.login),
        given={option for option, _label in role_options(actor)},
    )


def edit_page(login: str, role_state: FormState) -> str:
    """The page of a person with a refused role form."""
    person = any_person(shell.current_actor(), login)
    return _edit(person, FormState(values=vars(person)), role_state)


def _password_page(login: str, password: str) -> str:
    person = any_person(shell.current_actor(), login)
    return shell.render("people/admin/password.html", person=person, password=password)


def _role(row: RoleAssignment) -> str:
    return f"{role_name(row.role)} ({row.organisation.short_name})"


def _place(person: Person) -> str:
    return person.organisation.short_name if person.organisation else ""


def _with_roles(people: list[Person]) -> list[tuple[Person, list[Any]]]:
    roles = roles_by_person(person.id for person in people)
    return [(person, list(roles[person.id])) for person in people]
