"""Long files of items: checked and taken by a worker, with progress; what stops in the middle goes on."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import ngettext

from app.files import operations as files
from app.jobs import operations as jobs
from app.jobs.run import Run
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.ids import next_key

from ..models import ItemImport
from ..queries import banks as queries
from ..rules import archives
from . import importing

CHECK, TAKE = "assessment.check", "assessment.take"
CHECKED_AT_ONCE = 250_000
"""Bytes: a longer file of items is checked in the background."""
TAKEN_AT_ONCE, STEP = 1000, 250
"""More rows are taken in the background, so many in one commit."""


def check_later(actor: Actor, bank_code: str, file_name: str, body: bytes) -> int | None:
    """Let the workers check a file, when it is long.

    Returns:
        Key of the job; None when the file is short: `importing.upload_items` checks it at once.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change.
        Invalid: the file has a wrong type, is too large or cannot be unpacked.
        Conflict: too much of the actor's work waits.
    """
    bank = queries.bank_to_edit(actor, bank_code)
    if len(archives.read(body, file_name).content) <= CHECKED_AT_ONCE:
        return None
    suffix = PurePosixPath(file_name).suffix.lower()
    name = f"{PurePosixPath(file_name).stem}{'.txt' if suffix == '.gift' else suffix}"
    file = files.store_file(
        actor, name, BytesIO(body), extensions=("xlsx", "txt", "zip"), max_megabytes=archives.MEGABYTES * 1.1
    )
    key = next_key()
    return jobs.start(
        actor,
        CHECK,
        {"bank": bank.code, "import": key, "name": file_name},
        title=_("Check of the file “%(file)s”", file=file_name),
        files=[file.key],
        link=f"/tests/banks/{quote(bank.code)}/import/{key}",
    )


def take_later(actor: Actor, bank_code: str, key: int) -> int | None:
    """Let the workers take a checked file, when it is long. Nobody can take it a second time.

    Returns:
        Key of the job; None when the file is short: `importing.take_items` takes it at once.

    Raises:
        NotFound, Forbidden: the bank is not the actor's to change, or has no such import.
        Conflict: the file was taken already, or too much of the actor's work waits.
    """
    bank = queries.bank_to_edit(actor, bank_code)
    if len(queries.import_run(bank.key, key).rows) <= TAKEN_AT_ONCE:
        return None
    bank, run = importing.begin_taking(actor, bank_code, key)
    return jobs.start(
        actor,
        TAKE,
        {"bank": bank.code, "import": key},
        title=_("Questions from the file “%(file)s”", file=run.file_name),
        total=len(run.rows),
        link=f"/tests/banks/{quote(bank.code)}",
    )


def check_file(job: Run) -> Iterator[None]:
    """The job of a check: one step, its report is there or not at all."""
    if db.session.get(ItemImport, job.payload["import"]) is None:
        with job.open_file() as stream:
            body = stream.read()
        name, key = job.payload["name"], job.payload["import"]
        run = importing.upload_items(job.actor, job.payload["bank"], name, body, key=key)
        job.message = ngettext("%(num)s question can be taken", "%(num)s questions can be taken", len(run.rows))
        job.done = job.total = len(run.rows) + len(run.problems) + run.same
    yield


def take_file(job: Run) -> Iterator[None]:
    """The job of taking: some rows in every commit, from where the last one ended."""
    while True:
        bank, run = importing.held_import(job.actor, job.payload["bank"], job.payload["import"])
        rows = run.rows[job.done : job.done + STEP]
        if not rows:
            importing.record_taken(job.actor, bank, run)
            job.message = ngettext("%(num)s question is taken.", "%(num)s questions are taken.", run.taken_count)
            return
        importing.take_rows(job.actor, bank, run, rows)
        job.done += len(rows)
        yield
