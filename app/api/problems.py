"""Errors as problem+json (RFC 9457), the shape that Camunda's clients parse."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import psycopg
from flask import Blueprint, Response, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, default_exceptions

from app.api.refusals import tell
from app.kernel.errors import AppError, Forbidden, Invalid, NotFound
from app.kernel.log import logger

log = logger(__name__)
_AWAY = ("08", "53", "57")
"""SQLSTATE classes: connection, resources, shutdown."""
_MEANWHILE = ("40", "23505", "55P03")
"""Serialisation and deadlocks, a unique key taken, a lock not to be had."""
_BAD_VALUE = ("22", "54")
"""Data that no column takes, and limits of the program (an index row too large)."""
MEDIA_TYPE = "application/problem+json"
BAD_INPUT = 400


class Unauthenticated(AppError):
    """Nobody is signed in, or the credentials are wrong."""

    status = 401
    title = "Unauthorized"


class NotOffered(AppError):
    """Camunda's API has this, this server does not. `what` names the call, field or value."""

    status = 501
    title = "Not Implemented"

    def __init__(self, what: str) -> None:
        super().__init__(_("This server does not offer %(what)s.", what=what), what=what)


class TimedOut(AppError):
    """The work goes on, but not within the time the caller would wait."""

    status = 504
    title = "Gateway Timeout"


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """A problem response.

    Args:
        more: extension members; None values are left out.
    """
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body["instance"] = request.path
    body.update({name: value for name, value in more.items() if value is not None})
    response = Response(json.dumps(body, ensure_ascii=False, default=str), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "2"
    return response


def install(blueprint: Blueprint) -> None:
    """Answer every error under a blueprint with a problem, before any handler of the application."""
    blueprint.register_error_handler(AppError, _application_error)
    for kind in (DBAPIError, psycopg.Error):
        blueprint.register_error_handler(kind, _database_error)
    blueprint.register_error_handler(HTTPException, _http_error)
    for code in default_exceptions:
        blueprint.register_error_handler(code, _http_error)
    blueprint.register_error_handler(Exception, _unexpected)


def _application_error(error: AppError) -> Response:
    if isinstance(error, (NotFound, Forbidden)):
        tell(g.get("api_actor"), error)
    status = BAD_INPUT if isinstance(error, Invalid) else error.status
    title = "Bad Request" if isinstance(error, Invalid) else error.title
    detail = str(error) or error.title
    more: dict[str, Any] = {name: value for name, value in error.details.items() if status in (BAD_INPUT, 409, 501)}
    if isinstance(error, Invalid) and error.errors:
        more["errors"] = {field: [str(text) for text in texts] for field, texts in error.errors.items()}
        if not str(error):
            detail = "; ".join(f"{field}: {texts[0]}" for field, texts in more["errors"].items())
    response = problem(status, title, detail, **more)
    if isinstance(error, Unauthenticated):
        challenge = 'Bearer realm="marshrut"'
        if not request.cookies:  # a page's own call must not open the browser's password window
            challenge = 'Basic realm="marshrut", ' + challenge
        response.headers["WWW-Authenticate"] = challenge
    return response


def _http_error(error: HTTPException) -> Response:
    if error.response is not None and error.code is not None and error.code < 400:
        return error.response  # type: ignore[return-value]
    code = error.code or 500
    return problem(code, error.name, error.description or error.name)


def _database_error(error: DBAPIError | psycopg.Error) -> Response:
    """What the database said, by its SQLSTATE; what is nobody's input and no outage is a fault of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None) or ""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    away = not state and isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError))
    if lost or away or state.startswith(_AWAY):
        log.error("the database is away", path=request.path, error=str(cause))
        return problem(503, "Service Unavailable", _("The database cannot be reached; try the same call again."))
    if state.startswith(_MEANWHILE):
        return problem(409, "Conflict", _("Somebody else is working on this right now. Please try again."))
    if state.startswith(_BAD_VALUE) or (not state and isinstance(cause, psycopg.DataError)):
        return problem(BAD_INPUT, "Bad Request", _("A value is too long, or cannot be stored."))
    return _unexpected(error)


def _unexpected(error: Exception) -> Response:
    reference = uuid4().hex[:12]
    log.error("unexpected error", reference=reference, path=request.path, exc_info=error)
    return problem(
        500,
        "Internal Server Error",
        _("Unexpected error, reference %(reference)s.", reference=reference),
        reference=reference,
    )
