"""Commands for the operator of the mail."""

from __future__ import annotations

from typing import BinaryIO

import click

from app.kernel.db import db

from . import operations
from .rules.bounces import LARGEST


@click.group("mail")
def mail() -> None:
    """Letters and what comes back."""


@mail.command("bounce")
@click.argument("files", type=click.File("rb"), nargs=-1, required=True)
def bounce(files: tuple[BinaryIO, ...]) -> None:
    """Take in delivery status notifications (.eml; `-` reads one from a pipe, as mail servers hand them on)."""
    taken = 0
    for file in files:
        content = file.read(LARGEST + 1)
        with db.unit_of_work():
            taken += operations.take_bounce(content) is not None
    click.echo(f"{taken} of {len(files)} letters came back")


commands = [mail]
