"""`marshrut programmes load`: a programme with its roadmap from the data files that come with the program."""

from __future__ import annotations

from dataclasses import replace

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid

from .operations.loading import FILES, load_file

_ACTOR = replace(PLATFORM, channel="cli")


@click.group("programmes")
def programmes() -> None:
    """Support programmes and their roadmaps."""


@programmes.command("load")
@click.argument("name", type=click.Choice(FILES))
@click.option("--organisation", default=None, help="Code of the organisation whose programme it becomes.")
@click.option("--year", type=int, default=None, help="Plan it for this year instead of the document's.")
@with_appcontext
def load(name: str, organisation: str | None, year: int | None) -> None:
    """Load a programme and its roadmap as a draft; warnings are printed row by row."""
    try:
        with force_locale("ru"), db.unit_of_work():
            found, run = load_file(_ACTOR, name, organisation=organisation, year=year)
    except AppError as error:
        fields = (
            "; ".join(str(m) for messages in error.errors.values() for m in messages)
            if isinstance(error, Invalid)
            else ""
        )
        raise click.ClickException(" ".join(filter(None, (str(error), fields)))) from error
    click.echo(f"{found.code}: {run.taken_count} / {len(run.rows)}")
    for each in [*run.problems, *run.warnings]:
        click.echo(f"  {each['sheet']} {each['row']}: {each['message']}")


commands = [programmes]
