"""Bodies and sites of support: the infrastructure page and one body with its protocols."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import policies, queries
from ..models import Body
from ..operations.bodies import current_members
from ..queries.bodies import protocols
from ..rules import bodies as rules
from .blueprint import blueprint
from .passports import place

COLUMNS = (
    Column("title", _l("Name"), lambda row: row.title, Body.title, 60),
    Column("kind", _l("Kind"), lambda row: row.kind, Body.kind, 36),
    Column("place", _l("Organisation"), lambda row: place(row.organisation), Body.organisation, 30),
    Column("host", _l("Works at"), lambda row: place(row.host) if row.host else "", None, 30),
    Column("order", _l("Order"), lambda row: row.order_number, None, 16),
    Column("from", _l("Since"), lambda row: row.valid_from, Body.valid_from, 12),
)


@blueprint.get("/bodies")
def bodies() -> ResponseReturnValue:
    """Working groups, councils, centres, schools and sites (LEB-08)."""
    actor = shell.current_actor()
    policies.demand_sight(actor)
    listing = Listing.of_request(COLUMNS)
    statement = queries.bodies(actor, listing.q, kind=listing.argument("kind"))
    if listing.wants_excel:
        return excel.download(_("Bodies and sites"), COLUMNS, listing.everything(statement))
    return shell.render(
        "programmes/bodies.html",
        listing=listing,
        page=listing.page(statement),
        columns=COLUMNS,
        kinds=[(kind, kind) for kind in rules.KINDS],
        place=place,
        may_start=policies.may_start_programmes(actor),
    )


@blueprint.get("/bodies/<code>")
def body(code: str) -> ResponseReturnValue:
    """One body: functions, members now and before, orders, protocols by year."""
    actor = shell.current_actor()
    found = queries.body(actor, code)
    seats = current_members(found)
    names = people.person_names([seat.login for seat in found.members])
    return shell.render(
        "programmes/body.html",
        body=found,
        seats=seats,
        former=[seat for seat in found.members if seat.valid_to is not None],
        names=names,
        protocols=protocols(actor, found),
        place=place,
        may_start=policies.may_start_programmes(actor),
    )
