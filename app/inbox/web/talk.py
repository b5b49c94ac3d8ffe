"""Comments and files on a process."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.engine import queries as engine
from app.kernel.errors import Invalid
from app.web import shell

from .. import operations
from . import blueprint, processes


@blueprint.post("/processes/<int:key>/comments")
def add_comment(key: int) -> ResponseReturnValue:
    """Add a comment with files; `task` names the task at which it was made."""
    actor = shell.current_actor()
    given = request.form.get("task", "")
    task = engine.task_view(actor, int(given)) if given.isdecimal() else None
    uploads = [file for file in request.files.getlist("files") if file.filename]
    try:
        operations.add_comment(
            actor,
            key,
            request.form.get("text", ""),
            uploads,
            task_key=task.key if task else None,
            on_behalf_of=task.substituted if task else None,
        )
    except Invalid as error:
        return processes.page_of(actor, key, problem=error, tab="talk", said=request.form.get("text", ""), status=422)
    if task is not None:
        return shell.go("inbox.task", key=task.key, tab="talk", message=_("The comment is added."))
    return shell.go("inbox.process", key=key, tab="talk", message=_("The comment is added."))
