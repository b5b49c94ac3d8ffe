"""The shell of the API: who calls, problem+json, paging, filters, OpenAPI, health and metrics.

A feature writes its part as blueprints of this shell and registers them:

    blueprint = Blueprint("v2-user-tasks", __name__, url_prefix="/v2/user-tasks", description="…")

    @blueprint.route("/<user_task_key>")            # a parameter `…_key` arrives as int; bad ones are answered 400
    @blueprint.response(200, UserTaskResult)
    def get_user_task(user_task_key: int) -> …:     # runs in a unit of work; `current_actor()` is who calls
        ...

    def register(app: Flask) -> None:
        register_blueprint(app, blueprint)

Every view runs in one unit of work after the caller is known; `public=True` in `route` needs no caller,
`transactions=False` leaves the units of work to the view. Errors of the kernel become problem+json (RFC 9457).

Who calls is found by the `Authenticator` that `people` registers with `use_authenticator`; refusals (404 out of
scope, 403) are told to whoever asked with `on_refusal` (`audit` keeps them in the access log).
"""

from __future__ import annotations

from flask import Flask

from app.api.authentication import Authenticator, Identity, current_actor, use_authenticator
from app.api.blueprint import Blueprint, no_content
from app.api.openapi import register_blueprint
from app.api.problems import NotOffered
from app.api.refusals import Refusal, on_refusal
from app.api.sessions import PageSessions
from app.kernel.config import Settings

__all__ = [
    "Authenticator",
    "Blueprint",
    "Identity",
    "NotOffered",
    "Refusal",
    "current_actor",
    "no_content",
    "on_refusal",
    "register_blueprint",
    "use_authenticator",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Set the shell up: the API document, health, metrics, and the calls that need no feature."""
    from app.api import cluster, docs, health, metrics, offering, openapi

    app.session_interface = PageSessions()
    openapi.init_app(app)
    docs.init_app(app)
    health.init_app(app, settings)
    metrics.init_app(app)
    cluster.register(app)
    offering.register(app)
