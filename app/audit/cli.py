"""`marshrut audit verify`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.kernel.db import db

from .operations import verify_everything


@click.group("audit")
def audit() -> None:
    """The append-only record."""


@audit.command("verify")
@with_appcontext
def verify() -> None:
    """Check every hash chain; exit status 1 when one is broken."""
    with db.unit_of_work():
        broken = list(verify_everything())
    for line in broken:
        click.echo(line, err=True)
    if broken:
        raise SystemExit(1)
    click.echo("Every chain is whole.")


commands = [audit]
