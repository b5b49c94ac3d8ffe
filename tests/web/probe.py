"""An application with a few extra addresses that do what features do, right and wrong."""

from __future__ import annotations

from flask import Flask, abort
from flask.typing import ResponseReturnValue

from app.kernel import outbox
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from app.main import create_app
from app.web import shell

ERRORS = {
    "notfound": NotFound,
    "forbidden": Forbidden,
    "conflict": Conflict,
    "invalid": Invalid,
    "unavailable": Unavailable,
}


def probe_app(settings: Settings) -> Flask:
    """The whole application plus `/probe/…`; it shares the database connection of the process."""
    app = create_app(settings, connect=False)
    app.testing = True

    @app.post("/probe/keep/<int:status>")
    def keep(status: int) -> ResponseReturnValue:
        """Change something and answer with a status."""
        outbox.enqueue("probe.kept", {"status": status})
        return shell.render("errors/part.html", status=status), status

    @app.post("/probe/draft")
    def draft() -> ResponseReturnValue:
        """Refuse, but keep the draft."""
        outbox.enqueue("probe.kept", {"status": "draft"})
        shell.keep_changes()
        return "", 422

    @app.post("/probe/told")
    def told() -> ResponseReturnValue:
        """Refuse on the next page."""
        outbox.enqueue("probe.kept", {"status": "told"})
        return shell.go("web.start", message="Nein", kind="danger")

    @app.post("/probe/raise/<name>")
    @app.get("/probe/raise/<name>", endpoint="raise_get")
    def fail(name: str) -> ResponseReturnValue:
        """Change something, then raise."""
        outbox.enqueue("probe.kept", {"status": name})
        db.session.flush()
        shell.afterwards(lambda: outbox.enqueue("probe.after", {}))
        if name in ERRORS:
            raise ERRORS[name]()
        if name.isdecimal():
            abort(int(name))
        raise ZeroDivisionError

    return app
