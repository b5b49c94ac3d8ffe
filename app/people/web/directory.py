"""The directory: names, positions and roles, as far as one's own roles reach."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import escape

from app.audit.operations import record_access
from app.kernel.db import db
from app.web import excel, shell
from app.web.listing import Column, Listing

from ..catalogue import role_name
from ..models import Organisation, Person
from ..operations.substitutions import may_substitute_for
from ..policies import may_administer
from ..queries import directory, person_card
from ..queries.cards import roles_by_person, roles_of, substitutions_of
from ..queries.directory import substitutes
from .blueprint import blueprint
from .forms import role_options

COLUMNS = (
    Column("name", _l("Full name"), lambda row: row[0].name, (Person.last_name, Person.first_name), 36),
    Column("position", _l("Position"), lambda row: row[0].position, Person.position, 32),
    Column("organisation", _l("Organisation"), lambda row: _place(row[0]), Organisation.short_name, 32),
    Column("roles", _l("Roles"), lambda row: [role_name(each.role) for each in row[1]], None, 48),
)


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """People whom I may look up."""
    listing = Listing.of_request(COLUMNS, default_sort="name")
    role, organisation = listing.argument("role"), listing.argument("organisation")
    statement = directory(shell.current_actor(), listing.q, role=role or None, organisation=organisation or None)
    if listing.wants_excel:
        record_access(shell.current_actor(), "export", "people")
        return excel.download(_("People"), COLUMNS, _with_roles(list(listing.everything(statement))))
    page = listing.page(statement)
    roles = roles_by_person(person.id for person in page.rows)
    return shell.render(
        "people/directory.html",
        listing=listing,
        page=page,
        roles=roles,
        columns=COLUMNS,
        role=role,
        role_options=role_options(),
    )


@blueprint.get("/people/<login>")
def card(login: str) -> ResponseReturnValue:
    """One person; that it was read is recorded."""
    actor = shell.current_actor()
    person = person_card(actor, login)
    if person.id != actor.person_id:
        record_access(actor, "open", "person", login)
    may_substitute = may_substitute_for(actor, person)
    return shell.render(
        "people/card.html",
        person=person,
        roles=roles_of(person.id),
        may_substitute=may_substitute,
        may_administer=may_administer(actor),
        substitutions=substitutions_of(person.id) if may_substitute else [],
    )


@blueprint.get("/people/options")
def options() -> ResponseReturnValue:
    """Options for a field that asks for a person: colleagues, and whom the actor may look up."""
    actor = shell.current_actor()
    words = next((value for key, value in request.args.items() if value and key in ("q", "substitute")), "").strip()[
        :100
    ]
    if len(words) < 2:
        return Response("", mimetype="text/html")
    found = db.session.execute(substitutes(actor, actor.person_id, words).limit(20)).all()
    lines = [f'<option value="{escape(login)}">{escape(_label(person))}</option>' for person, login in found]
    return Response("".join(lines), mimetype="text/html")


def _label(person: Person) -> str:
    return f"{person.name}, {person.position}" if person.position else person.name


def _place(person: Person) -> str:
    return person.organisation.short_name if person.organisation else ""


def _with_roles(people: list[Person]) -> list[tuple[Person, list[object]]]:
    roles = roles_by_person(person.id for person in people)
    return [(person, list(roles[person.id])) for person in people]
