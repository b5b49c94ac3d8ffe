"""The yardstick of HTTP: a bare Flask endpoint that checks a session cookie and does the same writes in one statement.

Run by gunicorn like the product: `gunicorn "tests.bench.bare:create()"`; `BENCH_DSN` names the database.
"""

from __future__ import annotations

import os
import threading

from flask import Flask, Response, abort, request, session

from app.kernel.db import db
from tests.bench.floor import Floor

_local = threading.local()


def create() -> Flask:
    """The application of one gunicorn process."""
    dsn, pattern = os.environ["BENCH_DSN"], int(os.environ["BENCH_PATTERN"])
    db.connect(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    app = Flask("bare")
    app.secret_key = "bench-secret-bench-secret-bench-secret"

    @app.post("/login")
    def login() -> Response:
        session["login"] = "bench"
        return Response(status=204)

    @app.post("/complete")
    def complete() -> Response:
        if session.get("login") != "bench":
            abort(401)
        request.get_json()
        floor: Floor | None = getattr(_local, "floor", None)
        if floor is None:
            floor = _local.floor = Floor(dsn, pattern, copies=8)
            _local.next = 0
        _local.next += 1
        floor.complete(floor.copies[_local.next % len(floor.copies)])
        return Response(status=204)

    return app
