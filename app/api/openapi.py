"""The API document at /openapi.json."""

from __future__ import annotations

from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask

from app.api.blueprint import Blueprint
from app.api.conditions import Filter
from app.api.schemas import Key, ProblemDetail

VERSION = "0.1.0"
SECURITY = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer", "description": "A personal token from the profile page."},
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Send X-CSRFToken with changes."},
}
ABOUT = """The `/v2` part is the Orchestration Cluster REST API of Camunda 8: its official clients work unmodified.
Keys are 64-bit whole numbers written as strings. What is not offered answers 501 with a problem body."""


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our error shape and without its application-wide error handler."""

    ERROR_SCHEMA = ProblemDetail

    def _register_error_handlers(self) -> None:
        """None: each blueprint answers its own errors, so that pages keep theirs."""


def _schema_name(schema: Any) -> str:
    name: str = (schema if isinstance(schema, type) else type(schema)).__name__
    return name.removesuffix("Schema")


def init_app(app: Flask) -> None:
    """Create the document; blueprints are added by `register_blueprint`."""
    app.config.update(
        API_TITLE="Marshrut",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(
        spec_kwargs={
            "info": {"description": ABOUT},
            "security": [{name: []} for name in SECURITY],
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_resolve),
        }
    )
    api.register_field(Key, "string", "int64")
    api.register_field(Filter, None, None)
    api.init_app(app)
    api.ma_plugin.converter.add_attribute_function(_filter_properties)
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    app.extensions["api"] = api


def _resolve(schema: Any) -> str:
    from marshmallow import Schema

    only = getattr(schema, "only", None) if isinstance(schema, Schema) else None
    return _schema_name(schema) + ("Part" if only else "")


def _filter_properties(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """A filter is a plain value or an object of operators."""
    if not isinstance(field, Filter):
        return {}
    value = self.field2property(field.value)
    several = {"type": "array", "items": value}
    kinds = {"$exists": {"type": "boolean"}, "$like": {"type": "string"}, "$in": several, "$notIn": several}
    operators = {name: kinds.get(name, value) for name in field.operators}
    return {"oneOf": [value, {"type": "object", "properties": operators, "additionalProperties": False}]}


def register_blueprint(app: Flask, blueprint: Blueprint) -> None:
    """Put a feature's calls into the application and into the document."""
    csrf = app.extensions.get("csrf")
    if csrf is not None:
        csrf.exempt(blueprint)  # the shell checks it itself, for sessions only
    app.extensions["api"].register_blueprint(blueprint)
