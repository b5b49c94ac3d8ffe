"""The settings of the running process, with or without a Flask application around it."""

from __future__ import annotations

from flask import current_app, has_app_context

from app.kernel.config import Settings


def settings() -> Settings:
    """Those of the application; of the environment where there is none."""
    if has_app_context():
        found: Settings = current_app.extensions["marshrut"]
        return found
    return Settings.from_env()
