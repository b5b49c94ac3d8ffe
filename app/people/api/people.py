"""`/api/v1/people`: whom the caller may look up, with the roles of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, select

from app.api import Blueprint, current_actor
from app.api.conditions import text_filter
from app.api.schemas import ApiSchema, query_of, result_of
from app.api.search import Search
from app.kernel.db import db

from ..models import Account, Person, RoleAssignment
from ..queries.directory import belongs_to, directory, holds_role, in_force, matches_words, person_card

SORTS = ("firstName", "lastName", "login", "organisationCode", "position")
blueprint = Blueprint("people-v1", __name__, url_prefix="/api/v1/people", description="People and their roles.")


class RoleHeld(ApiSchema):
    """A role in an organisation."""

    role = fields.String(required=True)
    organisation_code = fields.String(required=True)
    acting = fields.Boolean(required=True)


class PersonResult(ApiSchema):
    """A person: `login` is what processes and histories hold."""

    login = fields.String(required=True)
    last_name = fields.String(required=True)
    first_name = fields.String(required=True)
    middle_name = fields.String(required=True)
    position = fields.String(required=True)
    organisation_code = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.Nested(RoleHeld), required=True)


class PersonFilter(ApiSchema):
    """What narrows a search for people."""

    login = text_filter()
    last_name = text_filter()
    organisation_code = text_filter()
    text = fields.String(metadata={"description": "Words of the name or the position."})
    role = fields.String(metadata={"description": "Only today's holders of this role."})
    within = fields.String(metadata={"description": "Works or holds a role in this organisation or below it."})


def _within(code: str) -> ColumnElement[bool]:
    return belongs_to([code])


people = Search(
    keys=(Person.id,),
    filters={
        "login": Account.login,
        "last_name": Person.last_name,
        "organisation_code": Person.organisation_code,
        "text": matches_words,
        "role": holds_role,
        "within": _within,
    },
    sorts={
        "firstName": Person.first_name,
        "lastName": Person.last_name,
        "login": Account.login,
        "organisationCode": Person.organisation_code,
        "position": Person.position,
    },
)
PersonQuery = query_of(PersonFilter, SORTS, "Person")
PersonResults = result_of(PersonResult, "PersonResults")


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(PersonQuery)
@blueprint.response(200, PersonResults)
def search_people(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search people

    Heads find the staff of their school, municipal roles their municipality, regional ones everyone, the rest
    themselves. Closed accounts are left out.
    """
    found = people.page_of(directory(current_actor()).order_by(None), query)
    return {"items": _results([row[0] for row in found.items]), "page": found.page}


@blueprint.route("/<login>")
@blueprint.response(200, PersonResult)
def get_person(login: str) -> dict[str, Any]:
    """Get a person"""
    return _results([person_card(current_actor(), login)])[0]


def _results(found: Iterable[Person]) -> list[dict[str, Any]]:
    """The people as `PersonResult` writes them; their roles in one statement."""
    rows = list(found)
    query = select(RoleAssignment).where(RoleAssignment.person_id.in_([row.id for row in rows]), in_force())
    held: dict[int, list[RoleAssignment]] = {}
    for assignment in db.session.scalars(query.order_by(RoleAssignment.role, RoleAssignment.id)):
        held.setdefault(assignment.person_id, []).append(assignment)
    return [
        {
            "login": row.account.login,
            "last_name": row.last_name,
            "first_name": row.first_name,
            "middle_name": row.middle_name,
            "position": row.position,
            "organisation_code": row.organisation_code,
            "roles": held.get(row.id, []),
        }
        for row in rows
    ]
