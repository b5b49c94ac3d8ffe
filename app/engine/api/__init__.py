"""The engine's part of `/v2`, the Orchestration Cluster REST API of Camunda 8 (design: groups 1 and 2).

One module per resource; `shapes` holds the schemas that the official clients parse, `searches` how their filters and
sort fields map to our tables. Every call obeys the same policies as the pages: it goes through `operations`, or
reads by `policies`' criteria.
"""

from __future__ import annotations

from flask import Flask

from app.api import register_blueprint
from app.engine.api import (
    audit_logs,
    batch_operations,
    decisions,
    deployments,
    element_instances,
    gauges,
    incidents,
    instance_changes,
    instance_statistics,
    jobs,
    messages,
    process_definitions,
    process_instances,
    user_tasks,
    variables,
)

_RESOURCES = (
    deployments,
    process_definitions,
    process_instances,
    instance_changes,
    instance_statistics,
    batch_operations,
    element_instances,
    user_tasks,
    variables,
    messages,
    jobs,
    incidents,
    decisions,
    audit_logs,
)


def register(app: Flask) -> None:
    """Add the calls to the application and the engine's figures to the metrics."""
    for module in _RESOURCES:
        register_blueprint(app, module.blueprint)
    gauges.register()
