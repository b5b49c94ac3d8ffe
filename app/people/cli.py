"""`marshrut admin create`, `marshrut admin password`, `marshrut import people`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid

from .models import Account, Organisation
from .operations import assign_role, create_organisation, create_person
from .operations.accounts import demand_strength, set_password
from .operations.importing import check_file, finish, take_rows
from .rules import split_name

_ACTOR = replace(PLATFORM, channel="cli")


@click.group("admin")
def admin() -> None:
    """Administrators of this installation."""


@admin.command("create")
@click.argument("login")
@click.option("--name", default="Администратор", show_default=True, help="Surname, given name, patronymic.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 10 characters.")
@click.option("--organisation", default=None, help="Code of the organisation (default: the region).")
@with_appcontext
def create(login: str, name: str, password: str, organisation: str | None) -> None:
    """Create an administrator, or make an existing person one (the password is then left alone)."""
    try:
        with db.unit_of_work():
            code = organisation or _region()
            if db.session.scalar(select(Account.id).where(Account.login == login)) is None:
                demand_strength(password, login, field="password")
                last, first, middle = split_name(name)
                create_person(
                    _ACTOR,
                    login,
                    last_name=last,
                    first_name=first,
                    middle_name=middle,
                    organisation=code,
                    password=password,
                    must_change_password=False,
                )
            assign_role(_ACTOR, login, "admin", code)
    except AppError as error:
        raise click.ClickException(_words(error)) from error
    click.echo(f"{login} is an administrator.")


@admin.command("password")
@click.argument("login")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 10 characters.")
@with_appcontext
def password(login: str, password: str) -> None:
    """Set a person's password."""
    try:
        with db.unit_of_work():
            set_password(_ACTOR, login, password)
    except AppError as error:
        raise click.ClickException(_words(error)) from error
    click.echo("The password is set.")


def _region() -> str:
    """Code of the region; a new installation gets one."""
    code = db.session.scalar(
        select(Organisation.code).where(Organisation.parent_code.is_(None)).order_by(Organisation.code).limit(1)
    )
    if code is None:
        create_organisation(_ACTOR, "region", "region_authority", "Регион")
        code = "region"
    return code


def _words(error: AppError) -> str:
    if isinstance(error, Invalid) and error.errors:
        return "; ".join(f"{field}: {messages[0]}" for field, messages in error.errors.items())
    return str(error) or type(error).__name__


@click.group("import")
def imports() -> None:
    """Take data over from files."""


@imports.command("people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only report, add nobody.")
@with_appcontext
def people(file: Path, check: bool) -> None:
    """Take organisations, people and roles over from an Excel FILE; rows with mistakes are named and left out."""
    try:
        with force_locale("ru"), db.unit_of_work():
            run = check_file(_ACTOR, file.name, file.read_bytes())
            rows, problems, known = list(run.rows), list(run.problems), run.known
            refused = [] if check else take_rows(_ACTOR, rows)
            if not check:
                finish(_ACTOR, run.key)
    except AppError as error:
        raise click.ClickException(_words(error)) from error
    for each in problems:
        click.echo(f"{each['sheet']}, {each['row']}, {each['column']}: {each['message']}", err=True)
    for row, reason in refused:
        click.echo(f"{row['sheet']}, {row['row']}: {reason}", err=True)
    taken = 0 if check else len(rows) - len(refused)
    click.echo(f"Good rows: {len(rows)}, taken: {taken}, known already: {known}, with mistakes: {len(problems)}.")
    if problems or refused:
        raise SystemExit(1)


commands = [admin, imports]
