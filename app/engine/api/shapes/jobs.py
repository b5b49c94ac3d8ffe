"""Shapes of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from app.api.schemas import DEFAULT_TENANT, ApiSchema, Key, Tenant
from app.engine.api.shapes.common import Empty

LONGEST_LOCK_MS = 24 * 3600 * 1000
LONGEST_BACK_OFF_MS = 30 * 24 * 3600 * 1000


class Epoch(fields.Integer):
    """A moment as milliseconds since 1970."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return round(value.timestamp() * 1000) if isinstance(value, datetime) else value


class JobActivation(ApiSchema):
    """Take open jobs of a type and keep other workers from them for `timeout` milliseconds."""

    type = fields.String(required=True, validate=validate.Length(min=1, max=250))
    worker = fields.String(load_default="", validate=validate.Length(max=250))
    timeout = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=LONGEST_LOCK_MS))
    max_jobs_to_activate = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1000))
    fetch_variable = fields.List(fields.String(), load_default=list)
    request_timeout = fields.Integer(load_default=0, strict=True)
    tenant_ids = fields.List(Tenant(), load_default=lambda: [DEFAULT_TENANT])
    tenant_filter = fields.String(load_default="PROVIDED", validate=validate.OneOf(["PROVIDED", "ASSIGNED"]))
    with_lease = fields.Boolean(load_default=None, allow_none=True)


class ActivatedJob(ApiSchema):
    """A job, as a worker gets it."""

    type = fields.String(required=True)
    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    element_id = fields.String(required=True)
    custom_headers = fields.Dict(required=True)
    worker = fields.String(required=True)
    retries = fields.Integer(required=True)
    deadline = Epoch(required=True)
    variables = fields.Dict(required=True)
    tenant_id = Tenant(required=True)
    physical_tenant_id = fields.Constant("default", required=True)
    job_key = Key(required=True)
    process_instance_key = Key(required=True)
    process_definition_key = Key(required=True)
    element_instance_key = Key(required=True)
    kind = fields.Constant("BPMN_ELEMENT", required=True)
    listener_event_type = fields.Constant("UNSPECIFIED", required=True)
    user_task = fields.Constant(None, required=True, allow_none=True)
    tags = Empty(list, required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    business_id = fields.String(required=True, allow_none=True)
    priority = fields.Constant(0, required=True)
    job_lease_token = fields.Constant(None, required=True, allow_none=True)


class JobActivationResult(ApiSchema):
    """The jobs that were taken."""

    jobs = fields.List(fields.Nested(ActivatedJob), required=True)


class JobOutcome(ApiSchema):
    """What every outcome of a job may say."""

    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    job_lease_token = fields.String(load_default=None, allow_none=True)


class JobCompletion(JobOutcome):
    """The work is done."""

    result = fields.Dict(load_default=None, allow_none=True)
    business_id = fields.String(load_default=None, allow_none=True)


class JobFailure(JobOutcome):
    """The work failed; without retries left an incident is raised."""

    retries = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=1000))
    error_message = fields.String(load_default="")
    retry_back_off = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(min=0, max=LONGEST_BACK_OFF_MS)
    )


class JobError(JobOutcome):
    """The work ended with a BPMN error."""

    error_code = fields.String(required=True, validate=validate.Length(min=1, max=250))
    error_message = fields.String(load_default="", allow_none=True)
