"""The register of schools and the page of one school."""

from __future__ import annotations

from dataclasses import replace

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.people.models import Organisation
from app.web import excel, shell
from app.web.listing import Column, Listing

from .. import policies
from ..models import SchoolContext
from ..panels import panels_for
from ..queries import contexts, indices, membership, registry, results
from . import words
from .blueprint import blueprint

SCHOOLS = (
    Column("name", _l("School"), lambda row: row.name, Organisation.short_name, 50),
    Column("code", _l("Code"), lambda row: row.code, None, 16, on_page=False),
    Column("municipality", _l("Municipality"), lambda row: row.municipality_name, Organisation.path, 30),
    Column("groups", _l("Groups"), lambda row: ", ".join(each.title for each in row.groups), None, 36),
    Column("location", _l("Location"), lambda row: row.location, SchoolContext.territorial_status, 20),
    Column("students", _l("Pupils"), lambda row: row.students, SchoolContext.students_total, 12),
)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Schools in the reader's scope, each counted once."""
    actor = shell.current_actor()
    listing = Listing.of_request(SCHOOLS, default_sort="name", size=50)
    statement = registry.school_select(
        actor,
        q=listing.q,
        municipality=listing.argument("municipality"),
        group=listing.argument("group"),
        location=listing.argument("location"),
    )
    if listing.wants_excel:
        found = list(listing.everything(statement, scalars=False))
        return excel.download(_("Schools"), SCHOOLS, registry.school_rows(found))
    page = listing.page(statement, scalars=False)
    page = replace(page, rows=registry.school_rows(page.rows))
    return shell.render(
        "schools/index.html",
        listing=listing,
        page=page,
        columns=SCHOOLS,
        totals=registry.totals(statement),
        groups=[(each.code, each.title) for each in membership.groups()],
        municipalities=registry.municipalities(actor),
        locations=[(each, words.location(each)) for each in registry.LOCATIONS],
        may_import=policies.may_import_results(actor),
    )


@blueprint.get("/<code>")
def school(code: str) -> ResponseReturnValue:
    """One school: passport, context by year, results, index, groups, and what other features show."""
    actor = shell.current_actor()
    found = registry.demand_school(actor, code)
    return shell.render(
        "schools/school.html",
        school=found,
        municipality=registry.name_of(found.path[1] if len(found.path) > 2 else ""),
        contexts=contexts.of_school(actor, code),
        results=results.by_year(actor, code),
        indices=indices.of_school(actor, code),
        memberships=membership.memberships_of(code),
        panels=panels_for(actor, code),
    )
