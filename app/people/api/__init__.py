"""`/api/v1/organisations` and `/api/v1/people`; who calls the API."""

from __future__ import annotations

from flask import Flask

from app.api import register_blueprint, use_authenticator

from . import organisations, people
from .identity import People


def register(app: Flask) -> None:
    """Register the authenticator and add the calls."""
    use_authenticator(People())
    register_blueprint(app, organisations.blueprint)
    register_blueprint(app, people.blueprint)
