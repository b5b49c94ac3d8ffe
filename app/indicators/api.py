"""`/api/v1/indicators`: definitions, values for an organisation and period, the lists behind them, frozen copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate
from sqlalchemy import func, select

from app.api import Blueprint, current_actor, register_blueprint
from app.api.schemas import ApiSchema, Key, Moment
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from . import operations, policies, queries
from .models import IndicatorSnapshot
from .queries import definitions, frozen, lists, values
from .queries.values import Line
from .rules import periods
from .rules.figures import Figure

LARGEST_PAGE = 500
blueprint = Blueprint(
    "indicators-v1", __name__, url_prefix="/api/v1/indicators", description="Indicators of the programmes."
)


class Listed(ApiSchema):
    """Which indicators, and where in the list."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    programme = fields.String(load_default="", validate=validate.Length(max=64))


class Where(ApiSchema):
    """For which organisation and period; without them the caller's own organisation and this year."""

    organisation = fields.String(load_default="", validate=validate.Length(max=64))
    year = fields.Integer(load_default=None, validate=validate.Range(min=periods.EARLIEST, max=periods.LATEST))
    from_ = fields.Date(load_default=None, data_key="from", metadata={"description": "First day of a stage."})
    to = fields.Date(load_default=None, metadata={"description": "Last day of a stage."})


class Paged(Where):
    """A page of a list."""

    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=10**6))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=LARGEST_PAGE))


class DefinitionResult(ApiSchema):
    """A definition; `definition` is its YAML form."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True)
    target = fields.Float(required=True, allow_none=True)
    organisation = fields.String(required=True, allow_none=True)
    programme = fields.String(required=True)
    definition = fields.Dict(required=True)


class DefinitionList(ApiSchema):
    """All definitions that concern the caller."""

    items = fields.List(fields.Nested(DefinitionResult), required=True)


class ValueResult(ApiSchema):
    """A value: exact numbers, what people read, the state against the target."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    organisation = fields.String(required=True)
    period = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True, metadata={"description": "Unrounded; null without data."})
    shown = fields.String(required=True, metadata={"description": "One decimal, rounded half up."})
    unit = fields.String(required=True)
    numerator = fields.Float(required=True, allow_none=True)
    denominator = fields.Float(required=True, allow_none=True)
    target = fields.Float(required=True, allow_none=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["reached", "near", "below", "empty", "plain", "hidden"])
    )


class EntryRow(ApiSchema):
    """A row behind an entry."""

    key = fields.String(required=True)
    title = fields.String(required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)


class EntryResult(ApiSchema):
    """One entry of a list: a row, or a counted person or organisation with its rows."""

    value = fields.String(required=True)
    label = fields.String(required=True)
    organisation = fields.String(required=True)
    size = fields.Integer(required=True)
    rows = fields.List(fields.Nested(EntryRow), required=True)


class EntryList(ApiSchema):
    """A page of the list behind a number. `hidden` entries count and are not shown to the caller."""

    total = fields.Integer(required=True)
    hidden = fields.Integer(required=True)
    items = fields.List(fields.Nested(EntryResult), required=True)


class SnapshotResult(ValueResult):
    """A frozen copy."""

    snapshot_key = Key(required=True)
    batch = Key(required=True)
    title = fields.String(required=True)
    stage = fields.String(required=True)
    reason = fields.String(required=True)
    published = fields.Boolean(required=True)
    taken_by = fields.String(required=True)
    taken_at = Moment(required=True)


class SnapshotList(ApiSchema):
    """A page of frozen copies, the newest first."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(SnapshotResult), required=True)


class FreezeBody(ApiSchema):
    """What to freeze."""

    organisation = fields.String(required=True, validate=validate.Length(min=1, max=64))
    year = fields.Integer(required=True, validate=validate.Range(min=periods.EARLIEST, max=periods.LATEST))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
    codes = fields.List(fields.String(), load_default=list, validate=validate.Length(max=200))
    programme = fields.String(load_default="", validate=validate.Length(max=64))
    stage = fields.String(load_default="", validate=validate.Length(max=200))
    publish = fields.Boolean(load_default=False)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(Listed, location="query")
@blueprint.response(200, DefinitionList)
def list_indicators(query: Mapping[str, Any]) -> dict[str, Any]:
    """List definitions"""
    actor = current_actor()
    if not policies.may_read(actor):
        raise NotFound(_l("There is no such page."))
    found = definitions.indicators(actor, search=query["search"], programme=query["programme"])
    return {"items": [_definition(each) for each in found]}


@blueprint.route("/<code>", methods=["GET"])
@blueprint.response(200, DefinitionResult)
def get_indicator(code: str) -> dict[str, Any]:
    """Get a definition"""
    return _definition(definitions.indicator(current_actor(), code))


@blueprint.route("/<code>/value", methods=["GET"])
@blueprint.arguments(Where, location="query")
@blueprint.response(200, ValueResult)
def get_indicator_value(query: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Compute a value

    As of now. Of an organisation in the caller's scope.
    """
    line = _line(query, code)
    return _value(line.figure) | {
        "code": code,
        "version": line.found.row.version,
        "organisation": line.organisation.code,
        "period": line.period.code,
    }


@blueprint.route("/<code>/rows/<part>", methods=["GET"])
@blueprint.arguments(Paged, location="query")
@blueprint.response(200, EntryList)
def list_indicator_rows(query: Mapping[str, Any], code: str, part: str) -> dict[str, Any]:
    """List what stands behind a number

    `part` is `numerator`, `denominator` or `missing` (in the denominator, not in the numerator).
    """
    line = _line(query, code)
    found = {each.name: each for each in queries.parts(current_actor(), line)}
    if part not in found:
        raise NotFound(_l("There is no such list."))
    statement = lists.statement(current_actor(), line, part).offset(query["offset"]).limit(query["limit"])
    entries = lists.shown(line, part, db.session.execute(statement).all())
    return {"total": found[part].total, "hidden": found[part].hidden, "items": entries}


@blueprint.route("/<code>/snapshots", methods=["GET"])
@blueprint.arguments(Paged, location="query")
@blueprint.response(200, SnapshotList)
def list_indicator_snapshots(query: Mapping[str, Any], code: str) -> dict[str, Any]:
    """List frozen copies

    Those in the caller's scope, and the published ones of all organisations.
    """
    statement = queries.snapshots(current_actor(), code=code, organisation=query["organisation"])
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.scalars(statement.offset(query["offset"]).limit(query["limit"]))
    return {"total": total, "items": [_snapshot(row) for row in rows]}


@blueprint.route("/snapshots", methods=["POST"])
@blueprint.arguments(FreezeBody)
@blueprint.response(201, SnapshotList)
def freeze_indicators(body: Mapping[str, Any]) -> dict[str, Any]:
    """Freeze values

    Coordinators only. Without codes and programme all indicators of the organisation.
    """
    copies = operations.freeze(
        current_actor(),
        body["organisation"],
        body["year"],
        reason=body["reason"],
        codes=body["codes"],
        programme=body["programme"],
        stage=body["stage"],
        publish=body["publish"],
    )
    return {"total": len(copies), "items": [_snapshot(row) for row in copies]}


def _line(query: Mapping[str, Any], code: str) -> Line:
    actor = current_actor()
    first, last = query["from_"], query["to"]
    if first and last and first > last:
        raise Invalid(errors={"to": [_l("The stage ends before it begins.")]})
    between = (first, last) if first and last else None
    organisation = query["organisation"] or values.home(actor)
    return queries.line(actor, code, organisation, query["year"] or clock.today().year, between)


def _definition(found: definitions.Found) -> dict[str, Any]:
    return {
        "code": found.row.code,
        "version": found.row.version,
        "title": found.definition.title,
        "unit": found.definition.unit,
        "target": found.definition.target,
        "organisation": found.row.organisation,
        "programme": found.row.programme,
        "definition": found.row.current.body,
    }


def _value(figure: Figure) -> dict[str, Any]:
    """Nothing of a hidden value leaves, not even its parts."""
    return {
        "value": figure.number,
        "shown": figure.shown,
        "unit": figure.unit,
        "numerator": None if figure.hidden else figure.n,
        "denominator": None if figure.hidden else figure.d,
        "target": figure.target,
        "state": figure.state,
    }


def _snapshot(row: IndicatorSnapshot) -> dict[str, Any]:
    facts = ("code", "version", "organisation", "period", "batch", "title", "stage", "reason", "published")
    return {
        **_value(frozen.figure(row)),
        **{name: getattr(row, name) for name in (*facts, "taken_by", "taken_at")},
        "snapshot_key": row.key,
    }


def register(app: Flask) -> None:
    """Add the calls."""
    register_blueprint(app, blueprint)
