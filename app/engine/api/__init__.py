"""The engine's part of `/v2`, the Orchestration Cluster REST API of Camunda 8 (design: group 1).

One module per resource; `shapes` holds the schemas that the official clients parse, `searches` how their filters and
sort fields map to our tables. Every call obeys the same policies as the pages: it goes through `operations`, or
reads by `policies`' criteria.
"""

from __future__ import annotations

from flask import Flask

from app.api import register_blueprint
from app.engine.api import deployments, gauges, messages, process_definitions, process_instances, user_tasks, variables


def register(app: Flask) -> None:
    """Add the calls to the application and the engine's figures to the metrics."""
    for module in (deployments, process_definitions, process_instances, user_tasks, variables, messages):
        register_blueprint(app, module.blueprint)
    gauges.register()
