"""The blueprint of every API call: authentication, one unit of work, keys, bad input as 400."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from math import isfinite
from typing import Any, NoReturn, TypeVar

import flask_smorest
from flask import Request, Response, current_app, g, make_response
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from app.api import problems
from app.api.authentication import authenticate
from app.api.names import key_of
from app.kernel.db import db
from app.kernel.errors import Invalid

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a JSON body (Camunda's limit for a message)."""
DEEPEST = 100
"""Levels of a JSON body."""
View = Callable[..., Any]
V = TypeVar("V", bound=View)


class Parser(FlaskParser):
    """Bad input becomes the kernel's `Invalid`: one shape of error, whichever layer found it."""

    DEFAULT_VALIDATION_STATUS = problems.BAD_INPUT

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise `Invalid` with the messages by field path."""
        messages = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
        by_location = next(iter(messages.values())) if len(messages) == 1 else messages
        raise Invalid(errors=dict(_flat(by_location))) from error

    def _handle_invalid_json_error(self, error: Exception, req: Request, *args: Any, **kwargs: Any) -> NoReturn:
        message = _("The body is not valid JSON.")
        raise Invalid(message, {"body": [message]}) from error

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; an empty one counts as `{}`, since the clients leave the body of a search out.

        Raises:
            Invalid: it is nested too deeply, or holds text that no database stores.
            RequestEntityTooLarge: it is too large.
        """
        if (req.content_length or 0) > LARGEST_BODY:
            raise RequestEntityTooLarge
        if req.get_data(cache=True).strip() in (b"", b"null"):
            return {}
        try:
            body = super().load_json(req, schema)
        except RecursionError:
            _refuse_body(_("The body is nested too deeply."))
        _check(body)
        return body


def _refuse_body(message: str) -> NoReturn:
    raise Invalid(message, {"body": [message]})


def _check(body: Any) -> None:
    """Refuse what is valid JSON and yet cannot be kept: deep nesting, NUL, halves of surrogate pairs, NaN."""
    level = [body]
    for _depth in range(DEEPEST):
        if not level:
            return
        following: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _check_text(value)
            elif isinstance(value, dict):
                following += value
                following += value.values()
            elif isinstance(value, list):
                following += value
            elif isinstance(value, float) and not isfinite(value):
                _refuse_body(_("NaN and Infinity are not JSON."))
        level = following
    _refuse_body(_("The body is nested too deeply."))


def _check_text(text: str) -> None:
    if "\0" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        _refuse_body(_("A text holds signs that cannot be stored."))


def _flat(messages: Any, prefix: str = "") -> list[tuple[str, list[object]]]:
    """Nested messages of marshmallow as field paths: `filter.state`, `sort.0.field`."""
    if not isinstance(messages, dict):
        texts = messages if isinstance(messages, list) else [messages]
        return [(prefix or "body", [_(str(text)) for text in texts])]
    found = []
    for name, inner in messages.items():
        path = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
        found += _flat(inner, path)
    return found


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of API calls; see `app.api`."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        problems.install(self)

    def route(self, rule: str, *, public: bool = False, transactions: bool = True, **options: Any) -> Callable[[V], V]:
        """Register a view.

        Args:
            rule: as in Flask; parameters named `…_key` are 64-bit keys.
            public: anybody may call it.
            transactions: run the view in one unit of work; False when it opens its own.
        """
        register = super().route(rule, **options)

        def decorator(view: V) -> V:
            register(_shelled(view, public, transactions))
            return view

        return decorator

    def arguments(self, schema: Any, **options: Any) -> Callable[[V], V]:
        """Read the body (or another `location`) by a schema and hand it to the view as its first argument."""
        ready = schema() if isinstance(schema, type) else schema  # else each call would build one
        decorator: Callable[[V], V] = super().arguments(ready, **options)
        return decorator

    def doc(self, **description: Any) -> Callable[[V], V]:
        """Add to the API document of a view."""
        decorator: Callable[[V], V] = super().doc(**description)
        return decorator

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[V], V]:
        """Write the view's result by a schema; a `Response` goes out as it is."""
        decorator: Callable[[V], V] = super().response(status_code, schema, **options)
        return decorator


def no_content() -> Response:
    """The answer 204: no body, and so no type of a body."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _shelled(view: View, public: bool, transactions: bool) -> View:
    @wraps(view)
    def call(**arguments: Any) -> Response:
        arguments = {name: _argument(name, value) for name, value in arguments.items()}
        with _transaction():
            if not public:
                authenticate()
            if transactions:
                return make_response(current_app.ensure_sync(view)(**arguments))
            g.commits_itself = True
            db.session.rollback()  # only read so far: give the connection back while the view works
        return make_response(current_app.ensure_sync(view)(**arguments))

    return call


def _transaction() -> AbstractContextManager[object]:
    """The request's unit of work: the application's own when it has opened one."""
    return nullcontext() if db.in_unit_of_work else db.unit_of_work()


def _argument(name: str, value: Any) -> Any:
    return key_of(value, name) if name.endswith("_key") else value
