"""`/api/v1/courses`: results of tests from an outside system."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask
from marshmallow import ValidationError, fields, validate

from app.api import Blueprint, current_actor, register_blueprint
from app.api.schemas import ApiSchema, Moment

from .operations import outside
from .rules import words
from .rules.scores import MAX_POINTS

KINDS = {"entry": words.ENTRY, "repeat": words.RETEST}
blueprint = Blueprint("courses-v1", __name__, url_prefix="/api/v1/courses", description="Training courses.")


def _number_of_points(value: Decimal) -> None:
    """Points and maxima lie between 0 and a million. (A range of decimals is no JSON in the API document.)"""
    if not 0 <= value <= MAX_POINTS:
        raise ValidationError("A number from 0 to 1000000 is expected.")


class TestSection(ApiSchema):
    """Points of one part of a test."""

    section = fields.String(required=True, validate=validate.Length(min=1, max=300))
    points = fields.Float(required=True, validate=validate.Range(min=0))
    max_points = fields.Float(required=True, validate=validate.Range(min=0))


class TestResultBody(ApiSchema):
    """The result of one listener at one test: points and maximum, exact; the percentage is never sent."""

    listener = fields.String(required=True, metadata={"description": "Login."})
    kind = fields.String(required=True, validate=validate.OneOf(sorted(KINDS)))
    points = fields.Decimal(required=True, as_string=True, validate=_number_of_points)
    maximum = fields.Decimal(required=True, as_string=True, validate=_number_of_points)
    finished_at = Moment(load_default=None, allow_none=True)
    sections = fields.List(fields.Nested(TestSection), load_default=list, validate=validate.Length(max=50))


class TestResultTaken(ApiSchema):
    """What became of a result."""

    recorded = fields.Boolean(required=True, metadata={"description": "False: it was there already."})


@blueprint.route("/<code>/test-results/<external_id>", methods=["PUT"])
@blueprint.arguments(TestResultBody)
@blueprint.response(200, TestResultTaken)
def put_test_result(body: Mapping[str, Any], code: str, external_id: str) -> dict[str, Any]:
    """Send a test result

    The id is yours: the same result sent again is answered with `recorded: false`, another one under the same id is
    refused with 409. It has at most 200 characters. The course leader and the administrator may send results.
    """
    sections = [
        {"section": row["section"], "points": row["points"], "max_points": row["max_points"]}
        for row in body["sections"]
    ]
    recorded = outside.take_result(
        current_actor(),
        code,
        external_id,
        listener=body["listener"],
        kind=KINDS[body["kind"]],
        points=body["points"],
        maximum=body["maximum"],
        finished_at=body["finished_at"],
        sections=sections,
    )
    return {"recorded": recorded}


def register(app: Flask) -> None:
    """Add the calls."""
    register_blueprint(app, blueprint)
