"""The process owner's acts: move a deadline, give a task to another, cancel (processes §0 items 2 and 3)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.engine import operations
from app.engine import queries as engine
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .. import queries
from . import blueprint, processes

_LAST_SECOND = time(23, 59, 59)


@blueprint.get("/tasks/<int:key>/owner")
def help_task(key: int) -> ResponseReturnValue:
    """What the owner can do about a task that does not go on."""
    return _page(shell.current_actor(), key)


@blueprint.post("/tasks/<int:key>/extend")
def extend(key: int) -> ResponseReturnValue:
    """Move the deadline of a task, with a reason."""
    actor = shell.current_actor()
    task = engine.task_view(actor, key)
    try:
        due = _last_moment(request.form.get("due", ""), task.organisation, actor.timezone)
        operations.extend_deadline(actor, key, due, request.form.get("reason", "").strip())
    except Invalid as error:
        return _page(actor, key, error)
    return shell.go("inbox.process", key=task.instance_key, message=_("The deadline was moved."))


@blueprint.post("/tasks/<int:key>/assign")
def assign(key: int) -> ResponseReturnValue:
    """Give a task to a person."""
    actor = shell.current_actor()
    task = engine.task_view(actor, key)
    try:
        operations.assign_task(actor, key, request.form.get("login", "").strip())
    except Invalid as error:
        return _page(actor, key, error)
    return shell.go("inbox.process", key=task.instance_key, message=_("The task was given to another person."))


def _page(actor: Actor, key: int, problem: Invalid | None = None) -> ResponseReturnValue:
    detail = engine.task(actor, key)
    if not detail.may_extend:
        raise Forbidden()
    q = request.args.get("q", "").strip()[:100]
    state = FormState(values=request.form)
    page = shell.render(
        "inbox/owner.html",
        task=detail.task,
        detail=detail,
        q=q,
        people=queries.colleagues(actor, detail.task.organisation, q=q),
        state=state.refuse(problem) if problem else state,
    )
    return page, 422 if problem else 200


@blueprint.post("/processes/<int:key>/cancel")
def cancel(key: int) -> ResponseReturnValue:
    """Cancel a process, with a reason (BPM-08)."""
    actor = shell.current_actor()
    try:
        operations.cancel_instance(actor, key, request.form.get("reason", "").strip())
    except Invalid as error:
        return processes.page_of(actor, key, problem=error, opened="cancel", status=422)
    return shell.go("inbox.process", key=key, message=_("The process was cancelled. Its history stays."))


def _last_moment(text: str, organisation: str | None, zone: str) -> datetime:
    """The last second of a day at the place of the task."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("Choose the new date."), {"due": [_("Choose the new date.")]}) from error
    if organisation:
        zone = people.organisation(organisation).timezone
    return datetime.combine(day, _LAST_SECOND, ZoneInfo(zone))
