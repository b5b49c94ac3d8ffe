"""The composition root: `create_app` and the only list of features."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from flask import Flask

from app.kernel import log
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.servers import with_servers
from app.web import Application

FEATURES = (
    "audit",
    "files",
    "jobs",
    "people",
    "forms",
    "documents",
    "notifications",
    "engine",
    "assessment",
    "indicators",
    "schools",
    "curators",
    "agreements",
    "school_programmes",
    "monitoring",
    "programmes",
    "courses",
    "inbox",
    "tracing",
    "cockpit",
    "designer",
)
"""Lower features first. Each may have `models web api cli jobs service_tasks`; whatever exists is taken in."""

SHELLS = ("web", "api")


def feature_modules(name: str) -> list[ModuleType]:
    """Import the modules of that name (`models`, `web`, …) of every feature that has one."""
    found = []
    for feature in FEATURES:
        full = f"app.{feature}.{name}"
        if importlib.util.find_spec(f"app.{feature}") and importlib.util.find_spec(full):
            found.append(importlib.import_module(full))
    return found


def load_background() -> None:
    """Import whatever registers handlers of jobs and service types; the worker needs no web."""
    for name in ("models", "jobs", "service_tasks"):
        feature_modules(name)


def create_app(settings: Settings | None = None, *, connect: bool = True) -> Flask:
    """Build the web application.

    Args:
        settings: the installation; read from the environment when None.
        connect: open the database pool (a server that forks connects after the fork instead).
    """
    settings = settings or with_servers(Settings.from_env())
    log.configure(settings)
    app = Application("app", static_folder=None, template_folder="web/templates")
    app.config.update(SECRET_KEY=settings.effective_secret_key(), SETTINGS=settings)
    app.extensions["marshrut"] = settings
    load_background()
    for shell in SHELLS:
        importlib.import_module(f"app.{shell}").init_app(app, settings)
    for module in feature_modules("web"):
        app.register_blueprint(module.blueprint)
    for module in feature_modules("api"):
        module.register(app)
    for module in feature_modules("cli"):
        for command in module.commands:
            app.cli.add_command(command)
    if connect and settings.database_url:
        db.connect(settings.database_url)
    return app
