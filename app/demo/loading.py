"""Load the demo once: region, programmes, courses."""

from __future__ import annotations

import click
from flask import current_app

from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.queries import organisation

from .region import load_region


def load() -> None:
    """Fill an empty installation; a second call changes nothing."""
    password = current_app.extensions["marshrut"].demo_password
    with db.unit_of_work():
        if _loaded():
            click.echo("The demo data is there already.")
            return
        load_region(password)


def _loaded() -> bool:
    try:
        organisation("region")
    except NotFound:
        return False
    return True
