"""The error family. Each error is a fact about a request; the shells map it to HTTP once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AppError(Exception):
    """A refusal that a person or client may read.

    Args:
        message: short, kind and exact; already translatable (pass a lazy gettext string).
        details: machine-readable facts for the API (`{"field": …}`), never shown raw to people.
    """

    status = 500
    title = "Error"

    def __init__(self, message: object = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details

    def __str__(self) -> str:
        return str(self.message)


class NotFound(AppError):
    """It does not exist, or is outside the actor's scope: the two must look the same."""

    status = 404
    title = "Not found"


class Forbidden(AppError):
    """The actor may see the object but not do this with it."""

    status = 403
    title = "Forbidden"


class Conflict(AppError):
    """Somebody else was first, or the state does not allow it any more."""

    status = 409
    title = "Conflict"


class Invalid(AppError):
    """Bad input. `errors` maps a field path (`rows.2.title`) to its messages."""

    status = 422
    title = "Invalid input"

    def __init__(self, message: object = "", errors: Mapping[str, list[object]] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.errors: Mapping[str, list[object]] = errors or {}


class Unavailable(AppError):
    """Something the request needs (database, broker) is away; the same request may succeed later."""

    status = 503
    title = "Unavailable"
