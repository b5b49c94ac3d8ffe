"""What gunicorn loads: an application that connects to the database after the fork, never before."""

from __future__ import annotations

from flask import Flask

from app.main import create_app


def create() -> Flask:
    """The application of one gunicorn process."""
    return create_app()
