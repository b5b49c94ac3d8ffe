"""`marshrut audit verify`, `marshrut audit export`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError

from .exporting import write_lines, write_workbook
from .operations import record_access, verify_everything


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


@audit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Day after the last (UTC).")
@with_appcontext
def export(file: Path, since: datetime | None, until: datetime | None) -> None:
    """Write the record to FILE: JSON lines, or Excel when it ends in .xlsx; with the ends of all chains."""
    span = [moment and moment.replace(tzinfo=UTC) for moment in (since, until)]
    part = file.with_name(file.name + ".part")
    try:
        with db.unit_of_work(), part.open("wb") as target:
            if file.suffix == ".xlsx":
                click.echo(f"{write_workbook(target, *span)} records in {file}.")
            else:
                count, digest = write_lines(target, *span)
                click.echo(f"{count} records in {file}.\nsha256 {digest}")
            record_access(replace(PLATFORM, channel="cli"), "export", "audit", file.name)
        part.replace(file)
    except (AppError, OSError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        part.unlink(missing_ok=True)


commands = [audit]
