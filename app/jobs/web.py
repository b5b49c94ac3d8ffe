"""Pages: my background work, one job with its progress and report, and everybody's for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.audit import words as record_words
from app.files import access
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from . import batches, kinds, operations, policies, queries
from .models import CANCELLED, DONE, FAILED, PAUSED, QUEUED, RUNNING, UNFINISHED, BackgroundBatch
from .models import BackgroundJob as Job

blueprint = Blueprint("background", __name__, template_folder="templates")
STATES: dict[str, object] = {
    QUEUED: _l("waits its turn"),
    RUNNING: _l("under way"),
    PAUSED: _l("job paused"),
    DONE: _l("job finished"),
    FAILED: _l("job failed"),
    CANCELLED: _l("job stopped"),
}
_OWN = (
    Column("created", _l("Started on"), value=lambda row: row.created_at, sort=Job.created_at),
    Column("title", _l("What"), value=lambda row: row.title, width=60),
    Column("state", _l("State of the work"), value=lambda row: STATES[row.state], sort=Job.state),
    Column("message", _l("What came of it"), value=lambda row: row.error or row.message, width=60),
)
_ALL = (
    Column("created", _l("Started on"), value=lambda row: row.created_at, sort=Job.created_at),
    Column("login", _l("Who"), value=lambda row: row.login, sort=Job.login),
    Column("kind", _l("Kind of work"), value=lambda row: kind_label(row.kind), sort=Job.kind, width=40),
    Column("state", _l("State of the work"), value=lambda row: STATES[row.state], sort=Job.state),
    Column("done", _l("Done"), value=lambda row: row.done),
    Column("total", _l("Of"), value=lambda row: row.total),
    Column("ended", _l("Ended on"), value=lambda row: row.ended_at, sort=Job.ended_at),
    Column("error", _l("What went wrong"), value=lambda row: row.detail or row.error, width=60),
)
_NOTES = (
    Column("number", _l("No."), value=lambda row: row.number, width=8),
    Column("place", _l("Where in the file"), value=lambda row: row.place, width=30),
    Column("text", _l("Remark"), value=lambda row: row.text, width=90),
)
record_words.register(
    subjects={"batch": _l("Documents and letters")},
    verbs={"stop": _l("stopped"), "repeat": _l("put down again")},
    fields={"pieces": _l("Documents or letters")},
)
shell.profile_item(_l("Background work"), "background.index", order=60)
shell.admin_item(_l("Background work"), "background.overview", visible=policies.may_oversee, order=60)


def _may_see_files(actor: Actor, key: str) -> bool:
    job = db.session.get(Job, int(key))
    return job is not None and policies.may_read_report(actor, job)


access.register("job", _may_see_files)


def kind_label(kind: str) -> object:
    """What people call a kind of work."""
    known = kinds.known().get(kind)
    return known.label if known else kind


def next_look(job: Job | BackgroundBatch) -> int:
    """Seconds until a page asks again: often at first, seldom when the work takes long."""
    age = (clock.now() - job.created_at).total_seconds()
    return 1 if age < 15 else 2 if age < 60 else 5 if age < 600 else 15


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What `jobs/_progress.html` needs, on whatever page it stands."""
    return {"job_states": STATES, "job_unfinished": UNFINISHED, "job_next_look": next_look, "job_kind": kind_label}


@blueprint.get("/jobs")
def index() -> ResponseReturnValue:
    """The reader's own background work."""
    listing = Listing.of_request(_OWN, size=30)
    page = listing.page(queries.own_jobs(shell.current_actor()))
    own = batches.own(shell.current_actor()) if listing.number == 1 else []
    return shell.render("jobs/index.html", listing=listing, page=page, columns=_OWN, batches=own)


@blueprint.get("/jobs/<int:key>")
def job(key: int) -> ResponseReturnValue:
    """One job: how far it is, what it remarked, what it made."""
    actor = shell.current_actor()
    found = queries.job(actor, key)
    notes = queries.notes(actor, found)
    listing = Listing.of_request(_NOTES, size=100)
    if listing.wants_excel:
        return excel.download(_("Report"), _NOTES, listing.everything(notes))
    return shell.render("jobs/job.html", listing=listing, page=listing.page(notes), columns=_NOTES, **_facts(found))


@blueprint.get("/jobs/<int:key>/progress")
def progress(key: int) -> ResponseReturnValue:
    """The card of a job as it stands now, for the page that watches it; reloads that page when the job has ended."""
    found = queries.job(shell.current_actor(), key)
    text = shell.render("jobs/_progress.html", **_facts(found))
    if found.state in UNFINISHED or request.args.get("watching") != "1":
        return text
    return text, {"HX-Refresh": "true"}


@blueprint.post("/jobs/<int:key>/cancel")
def cancel(key: int) -> ResponseReturnValue:
    """Stop a job."""
    stopped = operations.cancel(shell.current_actor(), key)
    waited = stopped.state == CANCELLED
    text = _("Cancelled.") if waited else _("It stops after the row in hand. What is done stays done.")
    return shell.go("background.job", key=key, message=text)


@blueprint.post("/jobs/<int:key>/pause")
def pause(key: int) -> ResponseReturnValue:
    """Put a job aside."""
    aside = operations.pause(shell.current_actor(), key).state == PAUSED
    text = _("Paused.") if aside else _("It pauses after the row in hand. What is done stays done.")
    return shell.go("background.job", key=key, message=text)


@blueprint.post("/jobs/<int:key>/resume")
def resume(key: int) -> ResponseReturnValue:
    """Go on with a job that was put aside."""
    operations.resume(shell.current_actor(), key)
    return shell.go("background.job", key=key, message=_("It goes on from where it stopped."))


@blueprint.post("/jobs/<int:key>/retry")
def retry(key: int) -> ResponseReturnValue:
    """Go on with a job that failed or was cancelled."""
    operations.retry(shell.current_actor(), key)
    return shell.go("background.job", key=key, message=_("It goes on from where it stopped."))


@blueprint.get("/jobs/batches/<int:key>")
def batch(key: int) -> ResponseReturnValue:
    """Papers or letters of one cause: how far they are, who stopped them, stopping and repeating."""
    return _batch(key, FormState())


@blueprint.get("/jobs/batches/<int:key>/progress")
def batch_progress(key: int) -> ResponseReturnValue:
    """The line of a batch as it stands now; the page that watches it is loaded anew when nothing is left."""
    found = _progress_of(key)
    text = shell.render("jobs/_batch.html", found=found, alone="alone" in request.args)
    if found.left or request.args.get("watching") != "1":
        return text
    return text, {"HX-Refresh": "true"}


@blueprint.post("/jobs/batches/<int:key>/stop")
def stop_batch(key: int) -> ResponseReturnValue:
    """Stop what no worker has begun."""
    try:
        count = batches.stop(shell.current_actor(), key, request.form.get("reason", ""))
    except Invalid as error:
        return _batch(key, FormState(values=request.form, errors={"reason": error.message})), 422
    text = ngettext("Stopped: %(num)s is not made.", "Stopped: %(num)s are not made.", count)
    return shell.go("background.batch", key=key, message=text)


@blueprint.post("/jobs/batches/<int:key>/again")
def repeat_batch(key: int) -> ResponseReturnValue:
    """Put down once more what failed, or what was stopped."""
    state = CANCELLED if request.form.get("state") == CANCELLED else FAILED
    count = batches.again(shell.current_actor(), key, state)
    text = ngettext("%(num)s is being made again.", "%(num)s are being made again.", count)
    return shell.go("background.batch", key=key, message=text)


def _batch(key: int, state: FormState) -> str:
    found = _progress_of(key)
    login = found.batch.stopped_by or found.batch.login
    name = kinds.names_of([login])[login] if login else ""
    return shell.render(
        "jobs/batch.html", found=found, state=state, name=name, onward=shell.safe_next(found.batch.link)
    )


def _progress_of(key: int) -> batches.Progress:
    actor = shell.current_actor()
    return batches.progress(actor, [batches.batch(actor, key)])[0]


@blueprint.get("/admin/jobs")
def overview() -> ResponseReturnValue:
    """Everybody's background work."""
    listing = Listing.of_request(_ALL)
    state, kind = listing.argument("state"), listing.argument("kind")
    actor = shell.current_actor()
    statement = queries.all_jobs(actor, state=state if state in STATES else "", kind=kind, q=listing.q)
    if listing.wants_excel:
        return excel.download(_("Background work"), _ALL, listing.everything(statement))
    found = sorted(((name, kind.label) for name, kind in kinds.known().items()), key=lambda item: str(item[1]))
    page = listing.page(statement)
    names = kinds.names_of({row.login for row in page.rows})
    every = batches.everybody(actor) if page.number == 1 else []
    facts: dict[str, Any] = {"batches": every, "columns": _ALL, "states": STATES, "kinds": found, "names": names}
    return shell.render("jobs/overview.html", listing=listing, page=page, **facts)


def _facts(found: Job) -> dict[str, Any]:
    actor = shell.current_actor()
    return {
        "job": found,
        "results": queries.result_files(actor, found),
        "own": found.login == actor.login,
        "name": kinds.names_of([found.login])[found.login],
        "onward": shell.safe_next(found.link) or url_for("background.index"),
    }
