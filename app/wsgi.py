"""What gunicorn loads: an application that connects to the database after the fork, never before."""

from __future__ import annotations

from flask import Flask

from app.kernel import broker
from app.main import create_app


def create() -> Flask:
    """The application of one gunicorn process."""
    app = create_app()
    broker.connect(app.extensions["marshrut"].redis_url)
    return app
