"""The shell of all pages: layout, macros, static files, language, error pages, safety of requests. Knows no feature."""

from __future__ import annotations

from flask import Flask

from app.kernel.config import Settings

from . import assets, errors, i18n, security, shell
from .application import Application

__all__ = ["Application", "init_app"]


def init_app(app: Flask, settings: Settings) -> None:
    """Set the page shell up on an application: assets, language, safety, layout, error pages."""
    assets.init_app(app)
    i18n.init_app(app, settings)
    security.init_app(app, settings)
    shell.init_app(app)
    errors.init_app(app)
