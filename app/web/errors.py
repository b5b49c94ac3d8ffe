"""Error pages: every refusal becomes one page that says what happened and what to do next, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.kernel.db import db
from app.kernel.errors import AppError
from app.kernel.log import logger

from .security import for_machines

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Words:
    title: object
    message: object
    advice: object


_BACK = _l("Go back, reload the page and try again.")
_LATER = _l("Please try again in a minute. If it happens again, tell the administrator the request number.")
_WORDS: Mapping[int, _Words] = {
    400: _Words(_l("The request is not clear"), _l("The program could not read what was sent."), _BACK),
    401: _Words(_l("Please sign in"), _l("This page is for signed-in people."), _l("Sign in and try again.")),
    403: _Words(
        _l("Not allowed"),
        _l("Your role does not allow this."),
        _l("If you need it for your work, ask the administrator for the role."),
    ),
    404: _Words(
        _l("Page not found"),
        _l("There is no such page, or it is not yours to see."),
        _l("Check the address, or go on from the start page."),
    ),
    405: _Words(_l("Page not found"), _l("This address cannot be opened this way."), _l("Go on from the start page.")),
    409: _Words(
        _l("Somebody was faster"),
        _l("This has been changed in the meantime."),
        _l("Open the page again to see how it stands now; nothing was done twice."),
    ),
    413: _Words(_l("Too large"), _l("The file is too large."), _l("Choose a smaller file (up to 32 MB in all).")),
    422: _Words(_l("Something is not filled in correctly"), _l("The input was not accepted."), _BACK),
    429: _Words(_l("Too many attempts"), _l("Please wait a little."), _l("Try again later.")),
    500: _Words(_l("Something went wrong"), _l("An error happened in the program. Nothing was saved."), _LATER),
    503: _Words(
        _l("The program is not available right now"),
        _l("The database or another part does not answer. Nothing was saved."),
        _l("Please repeat the same step in a minute."),
    ),
}
_PLAIN = frozenset({500, 503})
"""Answers that must not need the database: no navigation with counts."""


def init_app(app: Flask) -> None:
    """Map every error to its page."""
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(500, _broken)


def error_page(status: int, message: object = "", title: object = "", advice: object = "") -> Response:
    """The page (or, for htmx, the piece of page) of a refusal.

    Args:
        status: HTTP status.
        message, title, advice: instead of the status's own words.
    """
    words = _WORDS.get(status, _WORDS[500] if status >= 500 else _WORDS[400])
    context = {
        "status": status,
        "title": title or words.title,
        "message": message or words.message,
        "advice": advice or words.advice,
        "request_id": g.get("request_id", ""),
    }
    if for_machines():
        return _problem(status, context)
    if request.headers.get("HX-Request"):
        return make_response(render_template("errors/part.html", **context), status)
    if status not in _PLAIN and g.get("actor") is not None:
        try:
            with db.unit_of_work():
                return make_response(render_template("errors/page.html", **context), status)
        except SQLAlchemyError:
            log.exception("error page without navigation")
    return make_response(render_template("errors/plain.html", **context), status)


def _problem(status: int, context: Mapping[str, object]) -> Response:
    """Problem body of an API address that the API shell did not answer itself."""
    body = {"type": "about:blank", "status": status, "title": str(context["title"]), "detail": str(context["message"])}
    response = jsonify({**body, "instance": request.path})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _app_error(error: AppError) -> Response:
    if error.status >= 500:
        log.error("unavailable", detail=str(error))
    # What is not there and what is not the reader's to see get the same words (BPM-07).
    return error_page(error.status, "" if error.status == 404 else error.message)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if isinstance(error, CSRFError):
        return error_page(400, _("This page was open for too long, or was opened twice. Nothing was saved."))
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    return error_page(error.code or 500)


def _unavailable(error: Exception) -> Response:
    log.warning("database unavailable", error=type(error).__name__, detail=str(error.__cause__ or error)[:300])
    return error_page(503)


def _stale(_error: StaleDataError) -> Response:
    return error_page(409)


def _integrity(error: IntegrityError) -> Response:
    if isinstance(error.orig, UniqueViolation):
        return error_page(409, _("Somebody has just entered the same thing."))
    return _broken(error)


def _broken(error: Exception) -> Response:
    original = getattr(error, "original_exception", None) or error
    log.error("request failed", exc_info=original, endpoint=request.endpoint)
    if current_app.testing and original is not None and not isinstance(original, HTTPException):
        raise original
    return error_page(500)
