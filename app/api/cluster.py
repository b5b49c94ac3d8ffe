"""Calls about the server and the caller: topology, status, license, who am I."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response
from marshmallow import fields
from sqlalchemy import text

from app.api.authentication import current_actor
from app.api.blueprint import Blueprint, no_content
from app.api.openapi import register_blueprint
from app.api.schemas import DEFAULT_TENANT, ApiSchema, Moment
from app.kernel.db import db

GATEWAY_VERSION = "8.10.0"
"""The version of Camunda whose API this is."""

blueprint = Blueprint("cluster", __name__, url_prefix="/v2", description="The server and the caller.")


class Partition(ApiSchema):
    """A partition: there is one, the database."""

    partition_id = fields.Integer(required=True)
    role = fields.String(required=True)
    health = fields.String(required=True)
    state = fields.String(required=True)


class Broker(ApiSchema):
    """A broker: there is one."""

    node_id = fields.Integer(required=True)
    broker_id = fields.String(required=True)
    host = fields.String(required=True)
    port = fields.Integer(required=True)
    partitions = fields.List(fields.Nested(Partition), required=True)
    version = fields.String(required=True)


class Topology(ApiSchema):
    """The shape of the cluster as Camunda's clients expect it."""

    brokers = fields.List(fields.Nested(Broker), required=True)
    cluster_id = fields.String(required=True, allow_none=True)
    cluster_size = fields.Integer(required=True)
    partitions_count = fields.Integer(required=True)
    replication_factor = fields.Integer(required=True)
    gateway_version = fields.String(required=True)
    last_completed_change_id = fields.String(required=True)


class TenantResult(ApiSchema):
    """A tenant."""

    name = fields.String(required=True)
    tenant_id = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)


class Me(ApiSchema):
    """Who calls."""

    username = fields.String(required=True)
    display_name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    authorized_components = fields.List(fields.String(), required=True)
    tenants = fields.List(fields.Nested(TenantResult), required=True)
    groups = fields.List(fields.String(), required=True)
    roles = fields.List(fields.String(), required=True)
    sales_plan_type = fields.String(required=True, allow_none=True)
    c8_links = fields.Dict(keys=fields.String(), values=fields.String(), required=True, data_key="c8Links")
    can_logout = fields.Boolean(required=True)


class License(ApiSchema):
    """Camunda's clients ask for it; this server needs none."""

    valid_license = fields.Boolean(required=True)
    license_type = fields.String(required=True)
    is_commercial = fields.Boolean(required=True)
    expires_at = Moment(required=True, allow_none=True)


def register(app: Flask) -> None:
    """Add the calls to the application."""
    register_blueprint(app, blueprint)


@blueprint.route("/topology")
@blueprint.response(200, Topology)
def get_topology() -> dict[str, Any]:
    """Get the topology: one broker, one partition."""
    db.session.execute(text("SELECT 1"))
    partition = {"partition_id": 1, "role": "leader", "health": "healthy", "state": "active"}
    broker = {"node_id": 0, "broker_id": "marshrut", "host": "localhost", "port": 0, "partitions": [partition]}
    return {
        "brokers": [{**broker, "version": GATEWAY_VERSION}],
        "cluster_id": "marshrut",
        "cluster_size": 1,
        "partitions_count": 1,
        "replication_factor": 1,
        "gateway_version": GATEWAY_VERSION,
        "last_completed_change_id": "-1",
    }


@blueprint.route("/status", public=True)
@blueprint.response(204)
def get_status() -> Response:
    """Ask whether the server works: 204, or 503 when the database is away."""
    db.session.execute(text("SELECT 1"))
    return no_content()


@blueprint.route("/license", public=True)
@blueprint.response(200, License)
def get_license() -> dict[str, Any]:
    """Get the license: none is needed."""
    return {"valid_license": True, "license_type": "none", "is_commercial": False, "expires_at": None}


@blueprint.route("/authentication/me")
@blueprint.response(200, Me)
def get_authentication() -> dict[str, Any]:
    """Get who calls, with roles and groups."""
    actor = current_actor()
    return {
        "username": actor.login,
        "display_name": actor.name,
        "email": None,
        "authorized_components": ["*"],
        "tenants": [{"name": "Default", "tenant_id": DEFAULT_TENANT, "description": None}],
        "groups": sorted(actor.groups),
        "roles": sorted(actor.roles),
        "sales_plan_type": None,
        "c8_links": {},
        "can_logout": False,
    }
