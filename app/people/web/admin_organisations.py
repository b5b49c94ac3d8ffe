"""Administration: organisations."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState, load
from app.web.i18n import zone_name
from app.web.listing import Column, Listing

from .. import operations
from ..catalogue import kinds, projects
from ..models import Organisation
from ..operations.changes import ChangedMeanwhile
from ..policies import demand_administration, may_administer
from ..queries.cards import all_organisations, any_organisation, changes_of
from ..schemas import NewOrganisation, OrganisationFields
from .blueprint import blueprint
from .forms import organisation_options, shown_version
from .words import place_name

ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novokuznetsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""The zones of Russia, one per offset."""
COLUMNS = (
    Column("name", _l("Name"), lambda row: row.name, Organisation.name, 56),
    Column("short_name", _l("Short name"), lambda row: row.short_name, Organisation.short_name, 30),
    Column("code", _l("Code"), lambda row: row.code, Organisation.code, 20),
    Column("kind", _l("Kind"), lambda row: str(kinds()[row.kind]), Organisation.kind, 40),
    Column("parent", _l("Belongs to"), lambda row: place_name(row.parent_code), Organisation.parent_code, 30),
    Column("state", _l("State"), lambda row: _("in use") if row.active else _("closed"), None, 12),
)


@blueprint.get("/admin/organisations")
def admin_organisations() -> ResponseReturnValue:
    """All organisations in the order of the tree."""
    actor = shell.current_actor()
    listing = Listing.of_request(COLUMNS)
    kind, state = listing.argument("kind"), listing.arguments.get("state", "open")
    statement = all_organisations(actor, listing.q, kind=kind, state=state)
    if listing.wants_excel:
        return excel.download(_("Organisations"), COLUMNS, listing.everything(statement))
    return shell.render(
        "people/admin/organisations.html",
        listing=listing,
        page=listing.page(statement),
        columns=COLUMNS,
        kind=kind,
        state=state,
        kinds=kinds(),
        may_change=may_administer(actor),
    )


@blueprint.route("/admin/organisations/new", methods=["GET", "POST"])
def new_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    actor = shell.current_actor()
    demand_administration(actor)
    if request.method == "GET":
        return _form("people/admin/new_organisation.html", FormState(values={"kind": "school", **request.args}))
    data, state = load(NewOrganisation(), request.form)
    if not state.errors:
        code = data.pop("code").lower()
        data["parent"] = data["parent"] or None
        try:
            operations.create_organisation(actor, code, data.pop("kind"), data.pop("name"), **data)
            return shell.go("people.admin_organisation", code=code, message=_("The organisation is added."))
        except Invalid as error:
            state.refuse(error)
        except Conflict as error:
            state.errors["code"] = error.message
    return _form("people/admin/new_organisation.html", state), 422


@blueprint.get("/admin/organisations/<code>")
def admin_organisation(code: str) -> ResponseReturnValue:
    """One organisation."""
    row = any_organisation(shell.current_actor(), code)
    return _edit(row, FormState(values={**vars(row), "parent": row.parent_code}))


@blueprint.post("/admin/organisations/<code>")
def change_organisation(code: str) -> ResponseReturnValue:
    """Save an organisation's facts."""
    actor = shell.current_actor()
    demand_administration(actor)
    row = any_organisation(actor, code)
    data, state = load(OrganisationFields(), request.form)
    status = 422
    if not state.errors:
        data["parent"] = data["parent"] or None
        data["short_name"] = data["short_name"] or data["name"][:100]
        try:
            operations.change_organisation(actor, code, version=shown_version(), **data)
            return shell.go("people.admin_organisation", code=code, message=_("Saved."))
        except Invalid as error:
            state.refuse(error)
        except ChangedMeanwhile as error:
            state.general.append(error.message)
            status = error.status
    return _edit(row, state), status


@blueprint.post("/admin/organisations/<code>/close")
def close_organisation(code: str) -> ResponseReturnValue:
    """Take it out of use."""
    return _told(code, operations.close_organisation, _("The organisation is closed."))


@blueprint.post("/admin/organisations/<code>/open")
def reopen_organisation(code: str) -> ResponseReturnValue:
    """Take it into use again."""
    return _told(code, operations.reopen_organisation, _("The organisation is open."))


def _told(code: str, act: Any, message: str) -> ResponseReturnValue:
    try:
        act(shell.current_actor(), code)
    except Conflict as error:
        return shell.go("people.admin_organisation", code=code, message=error.message, kind="danger")
    return shell.go("people.admin_organisation", code=code, message=message)


def _edit(row: Organisation, state: FormState) -> str:
    actor = shell.current_actor()
    return _form(
        "people/admin/organisation.html",
        state,
        organisation=row,
        changes=changes_of(actor, "organisation", row.code),
        may_change=may_administer(actor),
    )


def _form(template: str, state: FormState, **context: Any) -> str:
    return shell.render(
        template,
        state=state,
        kind_options=[(kind.id, str(kind)) for kind in kinds().values()],
        project_options=[(each.id, str(each)) for each in projects().values()],
        organisation_options=organisation_options(),
        zones=[(zone, zone_name(zone)) for zone in ZONES],
        **context,
    )
