"""The Flask application whose requests are units of work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask, Response, g, request, session
from flask.signals import request_started
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from app.kernel.db import db
from app.kernel.log import logger

from .redaction import without_secrets

log = logger(__name__)
_GIVE_WAY = ("40P01", "40001")
"""SQLSTATEs of a deadlock and of a failed serialisation: the same request succeeds when it is tried again."""


class KeyConverter(IntegerConverter):
    """`<int:key>` in addresses: 64 bits, as keys are. A longer number is no address: 404."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": 2**63 - 1, **options})


class TextConverter(UnicodeConverter):
    """`<code>` in addresses: whatever a text of the database may be. A zero byte is no address: 404."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


class Application(Flask):
    """One request = one unit of work around hooks, view and template.

    It commits when the answer is below 400. An exception, an answer of 400 and more, or a refusal told on the next
    page (`refused`) rolls back, so that a refused form leaves nothing half done (`keep_changes` is the exception: a
    draft beside a 422).
    What must be kept in any case (attempts, refusals) is handed to `afterwards`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url_map.converters.update({"int": KeyConverter, "default": TextConverter, "string": TextConverter})

    def full_dispatch_request(self, *args: object) -> Response:
        """Run the request in its transaction, then the error page or the answer, then what was asked for afterwards."""
        self._got_first_request = True
        try:
            request_started.send(self, _async_wrapper=self.ensure_sync)
            answer: object = self._once_or_twice()
        except Exception as error:
            answer = self.handle_user_exception(error)
        response = self.finalize_request(answer)  # type: ignore[arg-type]
        _run_afterwards()
        return response

    def _once_or_twice(self) -> Response:
        """Run the request; once more when the database has chosen it to give way to another (a deadlock).

        Nothing of the first try is left: its transaction was rolled back. A request that commits by itself is not
        repeated.
        """
        before, remembered = dict(g.__dict__), dict(session)
        try:
            return self._in_one_transaction()
        except (DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if getattr(cause, "sqlstate", None) not in _GIVE_WAY or g.get("commits_itself"):
                raise
            log.warning("gave way to another request, tried again", path=without_secrets(request.path))
        g.__dict__.clear()
        g.__dict__.update(before)
        session.clear()
        session.update(remembered)
        for upload in request.files.values():
            upload.stream.seek(0)
        return self._in_one_transaction()

    def _in_one_transaction(self) -> Response:
        with db.unit_of_work() as work:
            answer = self.preprocess_request()
            if answer is None:
                answer = self.dispatch_request()
            response = self.make_response(answer)
            if (response.status_code >= 400 or g.get("refused")) and not g.get("keep_changes"):
                work.rollback()
                work.info.pop("after_commit", None)
                work.info.pop("nudged", None)
        return response


def keep_changes() -> None:
    """Commit although the answer of this request will be a refusal (a draft saved beside a 422)."""
    g.keep_changes = True


def refused() -> None:
    """Roll back although the answer of this request will be a redirect: it leads to a page that tells the refusal."""
    g.refused = True


def afterwards(call: Callable[[], object]) -> None:
    """Run `call` in a unit of work of its own when the request's own has ended, committed or not."""
    g.setdefault("afterwards", []).append(call)


def _run_afterwards() -> None:
    for call in g.pop("afterwards", ()):
        try:
            with db.unit_of_work():
                call()
        except Exception:
            log.exception("work after the request failed")
