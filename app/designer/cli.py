"""`marshrut deploy`, `marshrut export`: processes as folders, for Git and for other installations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import AppError, Invalid

from . import folder, operations, queries
from .describing.words import gettext as _
from .describing.words import ngettext
from .findings import Finding, errors
from .rules import naming

_ACTOR = replace(PLATFORM, channel="cli")
_LANGUAGE = click.option(
    "--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True, help="Of what is printed."
)


@click.command("deploy")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check and say what would change.")
@click.option("--strict", is_flag=True, help="Refuse what the designer's checks refuse, not only what cannot run.")
@_LANGUAGE
@with_appcontext
def deploy(paths: tuple[Path, ...], dry_run: bool, strict: bool, language: str) -> None:
    """Deploy the models, decisions, forms, document templates and scenarios of folders together (default: all of
    `workflows/` and `forms/` of the program). Of files that are named it also says what should be mended. Files of the
    program that were replaced since they were deployed, as by publishing in the designer, stay replaced unless they
    are named."""
    root = current_app.extensions["marshrut"].root
    with force_locale(language), _acting():
        files = folder.read(paths or (root / "workflows", root / "forms"))
        resources = [each for each in files if folder.kind_of(each.name) != naming.SCENARIO]
        if paths or dry_run or strict:
            _check(resources, strict=strict)
        if dry_run:
            _tell_changes(resources)
        else:
            _deploy(resources, settled=not paths)
            scenarios = [each for each in files if each not in resources]
            operations.folders.keep_scenarios(scenarios, settled=not paths)


@click.command("export")
@click.argument("target", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@_LANGUAGE
@with_appcontext
def export(target: Path, language: str) -> None:
    """Write everything that is deployed, in its newest version, into a folder as `deploy` reads it. Files that are the
    same stay untouched, nothing is deleted."""
    with force_locale(language), _acting():
        written, same = folder.write(target, queries.folder.placed(_ACTOR))
        click.echo(_("%(written)s files written, %(same)s unchanged.", written=written, same=same))


def _deploy(resources: Sequence[Resource], *, settled: bool) -> None:
    done = engine.deploy(_ACTOR, resources, internal=True, settled=settled)
    for item in done.items:
        if item.new:
            click.echo(f"{item.kind} {item.id} {_('version %(number)s', number=item.version)}")
    unchanged = sum(not item.new for item in done.items)
    click.echo(_("Deployed: %(count)s, of them unchanged: %(same)s.", count=len(done.items), same=unchanged))


def _check(resources: Sequence[Resource], *, strict: bool) -> None:
    """Print what the checks say.

    Raises:
        ClickException: there is an error (exit code 1).
    """
    found = queries.checks.of_files(resources, strict=strict)
    for finding in found:
        click.echo(_line(finding), err=True)
    wrong = len(errors(found))
    if wrong:
        words = ngettext("%(num)s error: nothing was deployed.", "%(num)s errors: nothing was deployed.", wrong)
        raise click.ClickException(words)


def _line(finding: Finding) -> str:
    """`workflows/x/x.bpmn: «Согласовать» (task_1): …`."""
    element = f"{finding.element_name or ''} ({finding.element_id})".strip() if finding.element_id else ""
    severity = _("error") if finding.severity == "error" else _("warning")
    return ": ".join(part for part in (finding.resource, severity, element, finding.text) if part)


def _tell_changes(resources: Sequence[Resource]) -> None:
    changed = queries.folder.changes(_ACTOR, resources)
    for resource, sentences in changed:
        click.echo(f"{resource.name}: {_('new file') if sentences is None else _('changed')}")
        for sentence in sentences or ():
            click.echo(f"  {sentence}")
    click.echo(_("Would change: %(changed)s of %(count)s files.", changed=len(changed), count=len(resources)))


@contextmanager
def _acting() -> Iterator[None]:
    """A unit of work whose refusals are told finding by finding."""
    try:
        with db.unit_of_work():
            yield
    except Invalid as error:
        lines = [f"{field}: {message}" for field, messages in error.errors.items() for message in messages]
        raise click.ClickException("\n".join([str(error), *lines])) from error
    except AppError as error:
        raise click.ClickException(str(error) or str(error.title)) from error


commands = [deploy, export]
