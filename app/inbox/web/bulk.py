"""Like tasks in one sheet: one row each, done together."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.engine import queries as engine
from app.engine.views import TaskDetail, TaskFilter
from app.forms.operations import parse_form_data
from app.forms.rendering import render_form
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, NotFound
from app.web import shell

from .. import operations
from ..operations import Completion
from . import blueprint, tasks

MOST = 50
"""Rows of a sheet."""


@blueprint.get("/tasks/sheet/<int:key>")
def sheet(key: int) -> ResponseReturnValue:
    """The sheet of all the reader's tasks that are like this one."""
    return _page(shell.current_actor(), key)


@blueprint.post("/tasks/sheet/<int:key>")
def complete_sheet(key: int) -> ResponseReturnValue:
    """Complete the ticked rows. What cannot be done stays in the sheet with its reason, the rest is done."""
    actor = shell.current_actor()
    first, rows = _rows(actor, key)
    chosen = {int(text) for text in request.form.getlist("task") if text.isdecimal()}
    shared = _entered(actor, first)
    wanted = [_completion(row, shared) for row in rows if row.task.key in chosen]
    problems = operations.complete_each(actor, wanted)
    done = len(wanted) - len(problems)
    message = ngettext("%(num)s task completed.", "%(num)s tasks completed.", done)
    if problems or not chosen:
        shell.keep_changes()
        return _page(actor, key, problems=problems, done=message if done else None, nothing=not chosen)
    return shell.go("inbox.index", message=message)


def _completion(row: TaskDetail, shared: dict[str, Any]) -> Completion:
    key = row.task.key
    outcome = request.form.get(f"outcome-{key}") or request.form.get("outcome", "")
    return Completion(
        task_key=key,
        values=shared,
        outcome=outcome or row.outcomes[0].value,
        comment=request.form.get(f"comment-{key}", "").strip() or None,
        password=request.form.get("password") or None,
    )


def _rows(actor: Actor, key: int) -> tuple[TaskDetail, list[TaskDetail]]:
    """The task that the sheet was opened at, and all like it that the reader may complete.

    Raises:
        NotFound: the task is out of sight or its model does not allow a sheet.
        Forbidden: it is not the reader's to do.
    """
    first = engine.task(actor, key)
    if not first.bulk:
        raise NotFound()
    if first.task.state == "open" and not first.may_complete:
        raise Forbidden(first.why_not or "")
    filters = TaskFilter(scope="mine", process_id=first.task.process_id, element_id=first.task.element_id)
    found = [engine.task(actor, task.key) for task in engine.tasks_for(actor, filters, limit=MOST).items]
    same = [row for row in found if row.may_complete and row.task.form_key == first.task.form_key]
    return first, same


def _entered(actor: Actor, first: TaskDetail) -> dict[str, Any]:
    definition = tasks.form_of(first)
    if definition is None or first.readonly_form:
        return {}
    return parse_form_data(definition, request.form, request.files, actor=actor)


def _page(
    actor: Actor,
    key: int,
    *,
    problems: dict[int, object] | None = None,
    done: object = None,
    nothing: bool = False,
) -> ResponseReturnValue:
    first, rows = _rows(actor, key)
    definition = tasks.form_of(first)
    fields: object = ""
    if definition is not None and not first.readonly_form:
        values = _entered(actor, first) if request.method == "POST" else {}
        fields = render_form(definition, values, actor=actor, context={}, refresh_url=None)
    page = shell.render(
        "inbox/sheet.html",
        first=first,
        rows=rows,
        fields=fields,
        problems=problems or {},
        done=done,
        nothing=nothing,
        back=url_for("inbox.index"),
        posted=request.form,
    )
    return page, 422 if problems or nothing else 200
