"""What a person does with a task: take, give back, draft, complete, hand on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.engine import operations
from app.engine import queries as engine
from app.forms import queries as forms
from app.forms.operations import parse_form_data
from app.forms.rendering import render_updates
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, Invalid
from app.web import shell
from app.web.forms import FormState

from .. import queries
from ..rules import View
from . import blueprint, tasks


@blueprint.post("/tasks/<int:key>/claim")
def claim(key: int) -> ResponseReturnValue:
    """Take a task from the queue; 409 with a clear message when somebody was faster (BPM-04)."""
    operations.claim_task(shell.current_actor(), key)
    return shell.go("inbox.task", key=key, message=_("The task is yours now."))


@blueprint.post("/tasks/<int:key>/release")
def release(key: int) -> ResponseReturnValue:
    """Give a task back to the queue."""
    operations.release_task(shell.current_actor(), key)
    return shell.go("inbox.task", key=key, message=_("The task is back in the queue: others can take it."))


@blueprint.get("/tasks/<int:key>/hand-on")
def hand_on(key: int) -> ResponseReturnValue:
    """To whom a task could be handed on."""
    return _hand_on_page(shell.current_actor(), key)


@blueprint.post("/tasks/<int:key>/hand-on")
def delegate(key: int) -> ResponseReturnValue:
    """Hand a task on to a colleague, with a word why."""
    actor = shell.current_actor()
    try:
        operations.delegate_task(actor, key, request.form.get("login", "").strip(), request.form.get("comment", ""))
    except Invalid as error:
        return _hand_on_page(actor, key, error)
    return shell.go("inbox.index", message=_("The task was handed on."))


def _hand_on_page(actor: Actor, key: int, problem: Invalid | None = None) -> ResponseReturnValue:
    detail = engine.task(actor, key)
    if not detail.may_complete:
        raise Forbidden(detail.why_not or "")
    q = request.args.get("q", "").strip()[:100]
    place = actor.assignments[0].organisation if actor.assignments else None
    state = FormState(values=request.form)
    page = shell.render(
        "inbox/hand_on.html",
        task=detail.task,
        q=q,
        people=queries.colleagues(actor, place, q=q),
        state=state.refuse(problem) if problem else state,
    )
    return page, 422 if problem else 200


@blueprint.post("/tasks/<int:key>/draft")
def draft(key: int) -> ResponseReturnValue:
    """Keep what has been entered so far; htmx gets the parts of the form that change with it."""
    actor = shell.current_actor()
    detail = engine.task(actor, key)
    values = entered(actor, None if detail.readonly_form else detail.task.form_key)
    saved = operations.save_draft(actor, key, values)
    if not shell.is_part():
        return shell.go("inbox.task", key=key, message=_("The draft is saved. You can go on later, also elsewhere."))
    definition = tasks.form_of(detail)
    updates = Markup()
    if definition is not None and not detail.readonly_form:
        updates = render_updates(
            definition,
            {name: value for name, value in values.items() if name != tasks.COMMENT},
            request.form,
            actor=actor,
            context=detail.variables,
            refresh_url=url_for("inbox.draft", key=key),
        )
    return make_response(render_template("inbox/_draft.html", saved=saved, swap=True) + str(updates))


@blueprint.post("/tasks/<int:key>/complete")
def complete(key: int) -> ResponseReturnValue:
    """Complete a task. 422 shows it again with everything that was entered; a second submit answers 409."""
    actor = shell.current_actor()
    values = entered(actor, engine.task_view(actor, key).form_key)
    comment = values.pop(tasks.COMMENT, "")
    try:
        operations.complete_user_task(
            actor,
            key,
            values,
            outcome=request.form.get("outcome", "submit"),
            comment=comment or None,
            password=request.form.get("password") or None,
            on_behalf_of=request.form.get("on_behalf_of") or None,
        )
    except Invalid as error:
        kept = {**values, tasks.COMMENT: comment}
        shell.afterwards(lambda: operations.save_draft(actor, key, kept))
        detail = engine.task(actor, key)
        return tasks.page_of(actor, detail, entered=kept, errors=error.errors, message=error.message, status=422)
    return _to(url_for("inbox.finished", key=key, **View.of(request.args).arguments()))


@blueprint.get("/tasks/<int:key>/finished")
def finished(key: int) -> ResponseReturnValue:
    """What happens next after a task, and the reader's next one."""
    actor = shell.current_actor()
    task = engine.task_view(actor, key)
    if task.state == "open":
        return redirect(url_for("inbox.task", key=key), 303)
    found = tasks.list_of(actor)
    own = [item for item in queries.tasks(actor, View(), limit=20).items if item.instance_key == task.instance_key]
    following = own or list(found["page"].items)
    return shell.render(
        "inbox/finished.html",
        part="detail",
        task=task,
        waiting=engine.waiting_on(actor, task.instance_key),
        instance=engine.instance(actor, task.instance_key),
        following=following[0] if following else None,
        goes_on=bool(own),
        **found,
    )


def entered(actor: Actor, form_key: int | None) -> dict[str, Any]:
    """What the reader has filled in: the form's raw values, and the comment under its own name."""
    values: Mapping[str, Any] = {}
    if form_key is not None:
        values = parse_form_data(forms.form(form_key), request.form, request.files, actor=actor)
    comment = request.form.get("comment", "").strip()
    return {**values, tasks.COMMENT: comment} if comment else dict(values)


def _to(address: str) -> ResponseReturnValue:
    """Go on to an address; htmx loads it as a whole page."""
    if request.headers.get("HX-Request"):
        response: Response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)
