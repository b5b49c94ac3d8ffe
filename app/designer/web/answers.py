"""Answers to islands: JSON, also for refusals. An answer of 400 and more keeps nothing of its request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.designer.rules import naming
from app.kernel.errors import AppError, Invalid, NotFound

View = Callable[..., ResponseReturnValue]


def as_json(view: View) -> View:
    """A view whose refusals are JSON: `{title, detail, errors, …}`; `details` of the error stand beside them."""

    @wraps(view)
    def answered(*arguments: Any, **values: Any) -> ResponseReturnValue:
        try:
            return view(*arguments, **values)
        except AppError as error:
            return refusal(error)

    return answered


def key_of(text: str) -> int | None:
    """A key as a field or call names it; None for an empty one.

    Raises:
        NotFound: it is no key.
    """
    if not text:
        return None
    if not text.isdecimal() or int(text[:20]) >= 2**63:
        raise NotFound(_l("There is no such page."))
    return int(text)


def refusal(error: AppError) -> ResponseReturnValue:
    """A refusal as an island gets it."""
    body: dict[str, Any] = {"title": error.title, "detail": str(error.message), "errors": {}}
    if isinstance(error, Invalid):
        body["errors"] = {name: [str(text) for text in texts] for name, texts in error.errors.items()}
    for name in ("revision", "findings"):
        if name in error.details:
            body[name] = error.details[name]
    return jsonify(body), error.status


def sent_file() -> bytes:
    """What an island sent, unless it is too large to be read at all.

    Raises:
        Invalid: it is larger than a draft holds.
    """
    if (request.content_length or 0) > naming.MOST_BYTES:
        raise Invalid(_l("The file is larger than 2 MB: it was not saved."))
    return request.get_data(cache=False)
