"""Shell (to be filled)."""

from __future__ import annotations

from flask import Flask

from app.kernel.config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Set the shell up."""
