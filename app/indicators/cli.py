"""`marshrut indicators`: load the program's own definitions, compute values."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.kernel.db import db

from .models import Indicator
from .operations import loading, recalculating


@click.group("indicators")
def group() -> None:
    """Indicators."""


@group.command("load")
@click.option("--only", default="", help="Codes that begin so, as LEB.")
def load(only: str) -> None:
    """Take the program's own definitions that are not there yet."""
    with db.unit_of_work():
        taken, refused = loading.load_own(only=only)
    click.echo(f"{taken} indicators were taken.")
    for code, reason in refused.items():
        click.echo(f"  {code}: {reason}")


@group.command("compute")
@click.option("--year", type=int, default=None)
def compute(year: int | None) -> None:
    """Compute all values anew."""
    with db.unit_of_work():
        codes = list(db.session.scalars(select(Indicator.code).where(Indicator.retired_at.is_(None))))
    for code in codes:
        with db.unit_of_work():
            changed = recalculating.recalculate(code, year)
        click.echo(f"  {code}: {changed}")


commands = [group]
