"""Whether the process lives (/healthz) and whether it can work (/readyz)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import redis
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import text

from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.log import logger

log = logger(__name__)
blueprint = Blueprint("health", __name__)
ANSWER_SECONDS = 2.0


def init_app(app: Flask, settings: Settings) -> None:
    """Add both addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, migrations and broker: 200, or 503 with what is missing."""
    settings: Settings = current_app.extensions["marshrut"]
    checks: dict[str, Callable[[], str | None]] = {
        "database": _database,
        "migrations": lambda: _migrations(settings),
        "broker": lambda: _broker(settings),
    }
    reasons = {name: reason for name, check in checks.items() if (reason := _tried(name, check))}
    ready = not reasons
    body = {"status": "ready" if ready else "not ready", "checks": {n: reasons.get(n, "ok") for n in checks}}
    return jsonify(body), 200 if ready else 503


def _tried(name: str, check: Callable[[], str | None]) -> str | None:
    try:
        return check()
    except Exception as error:
        log.warning("not ready", check=name, error=str(error)[:300])
        return f"{type(error).__name__}"


def _database() -> str | None:
    with db.unit_of_work() as session:
        session.execute(text("SELECT 1"))
    return None


@cache
def _head(root: str) -> str | None:
    config = Config()
    config.set_main_option("script_location", f"{root}/migrations")
    return ScriptDirectory.from_config(config).get_current_head()


def _migrations(settings: Settings) -> str | None:
    with db.unit_of_work() as session:
        found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    head = _head(str(settings.root))
    return None if found == head else f"at {found}, the program needs {head}"


def _broker(settings: Settings) -> str | None:
    if not settings.redis_url:
        return "no broker is configured"
    client = redis.Redis.from_url(
        settings.redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    try:
        client.ping()
    finally:
        client.close()
    return None
