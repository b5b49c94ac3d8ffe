"""Taking a long file of results: in the background, row by row, each row with the listener's process in one commit."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.jobs import operations as jobs
from app.jobs.run import Run
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from . import imports

KIND = "courses.results"
AT_ONCE = 200
"""A file with more rows than this is taken in the background."""


def take_later(actor: Actor, course_code: str, key: int) -> int | None:
    """Let the workers take an uploaded file, when it is long. Nobody can take it a second time.

    Returns:
        Key of the job; None when the file is short: `imports.take_import` takes it at once.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Conflict: the file was taken already, or too much of the actor's work waits.
    """
    course = imports.led_running(actor, course_code)
    run = imports.locked_run(course, key)
    if len(run.rows) <= AT_ONCE:
        return None
    if run.taken_at is not None:
        raise Conflict(_l("This file was taken already: nothing is imported twice."))
    run.taken_at = clock.now()
    db.session.flush()
    return jobs.start(
        actor,
        KIND,
        {"course": course_code, "import": key},
        title=_("Results from the file “%(file)s”", file=run.file_name),
        total=len(run.rows),
        link=f"/courses/{course_code}/results/{key}",
    )


def take_rows(job: Run) -> Iterator[None]:
    """The job: one row after the other. Refusals of rows are remarks; the course's end stops the rest."""
    while True:
        course = imports.led_running(job.actor, job.payload["course"])
        run = imports.locked_run(course, job.payload["import"])
        rows = imports.in_order(run)
        if job.done >= len(rows):
            imports.record_taken(job.actor, course, run)
            job.message = ngettext("%(num)s result is recorded.", "%(num)s results are recorded.", run.taken_count)
            return
        row = rows[job.done]
        refusal = imports.take_one(job.actor, course, run, row)
        if refusal:
            place = _("worksheet “%(sheet)s”, row %(row)s", sheet=row["sheet"], row=row["row"])
            job.note(place, f"{row['name']}: {refusal}")
        job.done += 1
        yield
