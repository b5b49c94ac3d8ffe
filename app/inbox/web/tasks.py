"""The list of tasks and the page of one task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from app.engine import queries as engine
from app.engine.views import CAP, TaskDetail, TaskView
from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.rendering import render_form
from app.kernel.actor import Actor
from app.people import queries as people
from app.web import shell

from .. import labels, policies, queries
from ..rules import DUE, WHO, View
from . import blueprint

COMMENT = "_comment"
"""Name under which a draft keeps the comment beside the form's values."""
TABS = ("task", "talk")
_SOON = timedelta(minutes=10)
"""A task that a return made follows it at once; a later one has nothing to do with it."""


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """Names for templates."""
    return {
        "place_name": labels.place,
        "role_name": people.role_name,
        "task_whom": labels.task_whom,
        "waiting_whom": labels.waiting_whom,
        "person_name": people.person_name,
        "working_days_left": labels.working_days_left,
    }


@blueprint.get("/tasks")
def index() -> ResponseReturnValue:
    """The reader's tasks, most urgent first."""
    actor = shell.current_actor()
    return shell.render("inbox/index.html", part="list" if request.args.get("cursor") else None, **list_of(actor))


@blueprint.get("/tasks/<int:key>")
def task(key: int) -> ResponseReturnValue:
    """One task beside the list."""
    actor = shell.current_actor()
    return page_of(actor, engine.task(actor, key))


def page_of(
    actor: Actor,
    detail: TaskDetail,
    *,
    entered: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[object]] | None = None,
    message: object = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of a task; htmx gets the task without the list.

    Args:
        entered: what the reader has just sent instead of what is stored, with `errors` by field and a `message`.
    """
    context = detail_of(actor, detail, entered=entered, errors=errors)
    context["problem"] = message
    if not shell.is_part():
        context.update(list_of(actor))
    return shell.render("inbox/index.html", part="detail", **context), status


def list_of(actor: Actor) -> dict[str, Any]:
    """What the list shows: tasks, counts per role, choices of the filters, saved views."""
    view = View.of(request.args)
    page = queries.tasks(actor, view, cursor=request.args.get("cursor"))
    everything = page if not view.narrows else queries.tasks(actor, View())
    processes = _processes(everything.items, view)
    return {
        "view": view,
        "page": page,
        "counts": _counts(actor),
        "processes": processes,
        "places": _places(everything.items, view),
        "courses": queries.course_choices(actor),
        "saved": queries.saved_filters(actor),
        "active": _active(view, dict(processes)),
        "WHO": WHO,
        "DUE": DUE,
        "CAP": CAP,
    }


def _active(view: View, processes: Mapping[str, str]) -> list[tuple[str, str]]:
    """What narrows the list beside the role, in words, each with the address of the list without it."""
    words: dict[str, object] = {
        "q": f"«{view.q}»",
        "due": DUE.get(view.due, ""),
        "who": WHO.get(view.who, ""),
        "process": processes.get(view.process, view.process),
        "organisation": labels.place(view.organisation),
        "course": view.course,
        "stands_in": people.person_name(view.stands_in) if view.stands_in else "",
    }
    return [
        (str(word), url_for("inbox.index", **view.arguments(**{name: ""})))
        for name, word in words.items()
        if getattr(view, name)
    ]


def _counts(actor: Actor) -> list[tuple[str, str, int]]:
    """(role id, its name, open tasks), the most first; asked once per request."""
    if "task_counts" not in g:
        g.task_counts = engine.task_counts(actor)
    rows = [(role, people.role_name(role), count) for role, count in g.task_counts.items() if role]
    return sorted(rows, key=lambda row: (-row[2], row[1]))


def _processes(tasks: tuple[TaskView, ...], view: View) -> list[tuple[str, str]]:
    found = {task.process_id: task.process_name for task in tasks}
    if view.process:
        found.setdefault(view.process, view.process)
    return sorted(found.items(), key=lambda item: item[1])


def _places(tasks: tuple[TaskView, ...], view: View) -> list[tuple[str, str]]:
    codes = {task.organisation for task in tasks if task.organisation}
    if view.organisation:
        codes.add(view.organisation)
    return sorted(((code, labels.place(code)) for code in codes), key=lambda item: item[1])


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with its form as the page shows it."""

    definition: FormDefinition | None
    fields: object
    comment: str


def detail_of(
    actor: Actor,
    detail: TaskDetail,
    *,
    entered: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[object]] | None = None,
) -> dict[str, Any]:
    """What the page of one task shows."""
    tab = request.args.get("tab", "task")
    instance_key = detail.task.instance_key
    return {
        "task": detail.task,
        "detail": detail,
        "returned": _returned(detail),
        "may_hand_on": policies.may_hand_on(actor, detail),
        "shown": _shown(actor, detail, entered, errors or {}),
        "errors": errors or {},
        "tab": tab if tab in TABS else "task",
        "talk": queries.comments(actor, instance_key) if tab == "talk" else None,
        "talk_count": queries.comment_count(instance_key),
    }


def _returned(detail: TaskDetail) -> Mapping[str, Any] | None:
    """The return that this task is about: it made the task, or it was made from this very step."""
    last = detail.last_return
    if last is None or detail.returns:
        return last
    return last if timedelta() <= detail.task.created_at - last["at"] <= _SOON else None


def _shown(
    actor: Actor, detail: TaskDetail, entered: Mapping[str, Any] | None, errors: Mapping[str, list[object]]
) -> Shown:
    stored = detail.values if detail.task.state == "open" else queries.submission_of(actor, detail.task)
    values = dict(stored if entered is None else entered)
    comment = str(values.pop(COMMENT, "") or "")
    definition = form_of(detail)
    if definition is None or not detail.reads_form or (detail.task.state != "open" and not values):
        return Shown(definition, "", comment)
    readonly = detail.readonly_form or not detail.may_complete
    fields = render_form(
        definition,
        values,
        actor=actor,
        context=detail.variables or values,
        errors=errors,
        readonly=readonly,
        refresh_url=None if readonly else url_for("inbox.draft", key=detail.task.key),
    )
    return Shown(definition, fields, comment)


def form_of(detail: TaskDetail) -> FormDefinition | None:
    """The form version that a task was opened with."""
    return forms.form(detail.task.form_key) if detail.task.form_key else None
