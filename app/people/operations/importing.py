"""Organisations, people and roles from Excel: checked row by row, the good rows taken once, nothing imported twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record_event
from app.jobs import operations as jobs
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

from .. import import_sheet
from ..models import PeopleImport
from ..policies import demand_accounts
from ..queries.cards import import_run
from .import_checks import Checks
from .organisations import create_organisation
from .persons import create_person
from .roles import assign_role
from .taking import demand_same, take_together

JOB = "people.import"
_MOST_SHOWN = 2000


def check_file(actor: Actor, file_name: str, content: bytes) -> PeopleImport:
    """Read a file and keep its report; nobody is added yet.

    Raises:
        Forbidden: the actor looks after no accounts.
        Invalid: the file cannot be read, with the reason at `file`.
    """
    demand_accounts(actor)
    checks = Checks(actor)
    for row in import_sheet.read(content, file_name):
        checks.look_at(row)
    run = PeopleImport(
        key=next_key(),
        file_name=file_name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=checks.good,
        problems=checks.problems[:_MOST_SHOWN],
        known=checks.known,
        uploaded_by=actor.login,
        uploaded_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return run


def start_import(actor: Actor, key: int, *, link: str) -> int:
    """Have the workers take the good rows of a checked file.

    Returns:
        The key of the background job.

    Raises:
        NotFound: no such file of the actor.
        Conflict: it was taken already, or there is nothing to take.
    """
    run = import_run(actor, key, lock=True)
    if run.job_key is not None or run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    if not run.rows:
        raise Conflict(_l("There is nothing to take over in this file."))
    title = _("People from Excel: %(file)s", file=run.file_name)
    run.job_key = jobs.start(
        actor, JOB, {"import": key}, title=title, total=len(run.rows), link=link, once=f"{JOB}:{key}"
    )
    db.session.flush()
    return run.job_key


def take_rows(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Take some checked rows: a bad one stops no other.

    Returns:
        The rows that were refused after all (something changed since the check), with the reason.
    """
    places = [row for row in rows if row["do"] == "organisation"]
    people = [row for row in rows if row["do"] != "organisation"]
    refused = _one_by_one(actor, places)
    try:
        with db.session.begin_nested():
            refused += take_together(actor, people) if people else []
    except IntegrityError:  # somebody else takes one of the logins at this very moment
        refused += _one_by_one(actor, people)
    return [(row, _words(error)) for row, error in refused]


def finish(actor: Actor, key: int) -> None:
    """Say that a file was taken.

    Raises:
        NotFound: no such file of the actor.
    """
    run = import_run(actor, key, lock=True)
    run.taken_at = clock.now()
    facts = {"file": run.file_name, "sha256": run.sha256, "rows": len(run.rows)}
    record_event(actor, "people-import", str(key), "import-people", details=facts)


def _one_by_one(actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], AppError]]:
    refused: list[tuple[dict[str, Any], AppError]] = []
    for row in rows:
        try:
            with db.session.begin_nested():
                _take(actor, row)
        except (Invalid, Conflict, Forbidden, NotFound) as error:
            refused.append((row, error))
    return refused


def _take(actor: Actor, row: dict[str, Any]) -> None:
    values = dict(row["values"])
    if row["do"] == "organisation":
        create_organisation(actor, values.pop("code"), values.pop("kind"), values.pop("name"), **values)
    elif row["do"] == "person":
        create_person(actor, row["login"], **values)
    else:
        demand_same(actor, row)
    if row.get("role"):
        assign_role(actor, row["login"], row["role"], row["place"])


def _words(error: AppError) -> str:
    if isinstance(error, Invalid) and error.errors:
        return next(str(texts[0]) for texts in error.errors.values())
    return str(error) or _("This is not possible any more.")
