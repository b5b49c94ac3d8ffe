"""Commands for the operator of the file store."""

from __future__ import annotations

import click

from app.files import operations
from app.kernel.db import db


@click.group("files")
def files() -> None:
    """The store of uploaded files."""


@files.command("sweep")
def sweep() -> None:
    """Delete stored bytes that no row knows."""
    with db.unit_of_work():
        click.echo(f"{operations.sweep()} deleted")


commands = [files]
