"""Shapes of messages and signals."""

from __future__ import annotations

from marshmallow import fields, validate

from app.api.schemas import ApiSchema, Key, Tenant

LONGEST_KEPT_MS = 366 * 24 * 3600 * 1000


class MessageCorrelation(ApiSchema):
    """Deliver a message at once; it is not kept."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=250))
    correlation_key = fields.String(load_default="", validate=validate.Length(max=500))
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    tenant_id = Tenant()
    business_id = fields.String(load_default=None, allow_none=True)


class MessagePublication(MessageCorrelation):
    """Publish a message; it is kept for `timeToLive` milliseconds for those who wait later."""

    time_to_live = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LONGEST_KEPT_MS), strict=True)
    message_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=250))


class MessagePublicationResult(ApiSchema):
    """The published message."""

    tenant_id = Tenant(required=True)
    message_key = Key(required=True)


class MessageCorrelationResult(MessagePublicationResult):
    """The instance that took the message."""

    process_instance_key = Key(required=True)


class SignalBroadcast(ApiSchema):
    """Send a signal to everybody who waits for it."""

    signal_name = fields.String(required=True, validate=validate.Length(min=1, max=250))
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    tenant_id = Tenant()


class SignalBroadcastResult(ApiSchema):
    """The sent signal."""

    tenant_id = Tenant(required=True)
    signal_key = Key(required=True)
