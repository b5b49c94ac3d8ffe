"""`/api/v1/organisations`: the tree region → municipality → school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import ColumnElement, select

from app.api import Blueprint
from app.api.conditions import Condition, state_filter, text_filter
from app.api.schemas import ApiSchema, query_of, result_of
from app.api.search import Search
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..catalogue import kinds
from ..models import Organisation

LEVELS = ("municipality", "region", "school")
SORTS = ("code", "kind", "level", "name", "parentCode")
blueprint = Blueprint(
    "organisations-v1", __name__, url_prefix="/api/v1/organisations", description="Region, municipalities, schools."
)


class OrganisationResult(ApiSchema):
    """An organisation; `path` holds the codes from the region down to it."""

    code = fields.String(required=True)
    kind = fields.String(required=True)
    level = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)
    parent_code = fields.String(required=True, allow_none=True)
    path = fields.List(fields.String(), required=True)
    timezone = fields.String(required=True)
    active = fields.Boolean(required=True)


class OrganisationFilter(ApiSchema):
    """What narrows a search for organisations."""

    code = text_filter()
    kind = state_filter(tuple(sorted(kinds())))
    level = state_filter(LEVELS)
    name = text_filter()
    parent_code = text_filter()
    within = fields.String(metadata={"description": "Only this organisation and what lies below it."})
    active = fields.Boolean()


def _within(code: str) -> ColumnElement[bool]:
    return Organisation.path.contains([code])


def _active(wanted: bool | Condition) -> ColumnElement[bool]:
    return Organisation.active.is_(bool(wanted))


organisations = Search(
    keys=(Organisation.code,),
    filters={
        "code": Organisation.code,
        "kind": Organisation.kind,
        "level": Organisation.level,
        "name": Organisation.name,
        "parent_code": Organisation.parent_code,
        "within": _within,
        "active": _active,
    },
    sorts={
        "code": Organisation.code,
        "kind": Organisation.kind,
        "level": Organisation.level,
        "name": Organisation.name,
        "parentCode": Organisation.parent_code,
    },
)
OrganisationQuery = query_of(OrganisationFilter, SORTS, "Organisation")
OrganisationResults = result_of(OrganisationResult, "OrganisationResults")


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(OrganisationQuery)
@blueprint.response(200, OrganisationResults)
def search_organisations(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search organisations

    Everybody who is signed in sees them all, as in the pickers of the forms.
    """
    found = organisations.page_of(select(Organisation), query)
    return {"items": [row[0] for row in found.items], "page": found.page}


@blueprint.route("/<code>")
@blueprint.response(200, OrganisationResult)
def get_organisation(code: str) -> Organisation:
    """Get an organisation"""
    found = db.session.get(Organisation, code)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found
