"""The real form of a task in the midst of a run: shown, refreshed, taken."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from app.designer.sandbox import schema
from app.engine import operations, queries
from app.engine.scenarios import Performance
from app.engine.views import TaskDetail
from app.forms import operations as forms
from app.forms import queries as form_queries
from app.forms.definition import FormDefinition
from app.forms.entries import UPLOAD, component_at, is_row_change
from app.forms.facts import TASK
from app.forms.rendering import render_form, render_updates
from app.forms.values import get_in
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form in its place.

    Attributes:
        posted: what the browser sent, None when the form is only shown.
        sample_files: names of file fields for which the browser had a file: the sandbox's own stands in for it.
        refresh_url: where the form posts itself after a change.
    """

    form: FormDefinition | None
    actor: Actor
    context: Mapping[str, Any]
    values: Mapping[str, Any]
    readonly: bool
    posted: MultiDict[str, str] | None
    sample_files: list[str]
    refresh_url: str

    def entered(self) -> dict[str, Any]:
        """Raw values of what was posted."""
        if self.form is None or self.posted is None or self.readonly:
            return {}
        raw = forms.parse_form_data(self.form, self.posted)
        for name in self.sample_files:
            _put_sample(self.form, raw, name.removeprefix(UPLOAD))
        return raw

    def html(self, values: Mapping[str, Any], errors: Mapping[str, list[object]] | None = None) -> str:
        """The fields, without a place to upload to: nothing of the sandbox lies in the file store."""
        if self.form is None:
            return ""
        shown, url = replace(self.form, key=0), None if self.readonly else self.refresh_url
        given = {"context": self.context, "errors": errors, "readonly": self.readonly, "refresh_url": url}
        return str(render_form(shown, values, actor=self.actor, **given))  # type: ignore[arg-type]

    def updates(self) -> str:
        """The parts that change with what was entered."""
        if self.form is None or self.posted is None or self.readonly:
            return ""
        shown = replace(self.form, key=0)
        given = {"actor": self.actor, "context": self.context, "refresh_url": self.refresh_url}
        return str(render_updates(shown, self.entered(), self.posted, **given))  # type: ignore[arg-type]

    def answers(self, outcome: str, comment: str | None, role: str | None) -> dict[str, Any]:
        """What was entered as typed values, checked: only what the form takes from people.

        Raises:
            Invalid: `errors` by field.
        """
        raw = self.entered()
        if self.form is None or self.readonly:
            return {}
        about = {"role": role, "roles": [role] if role else None, "on_behalf_of": None}
        more: dict[str, Any] = {"outcome": outcome, "comment": comment, TASK: about}
        seen = ChainMap(more, dict(self.context))
        checked = forms.validate_submission(self.form, raw, context=seen, actor=self.actor)
        return {name: value for name, value in checked.items() if name in raw and value is not None}


def answer(performance: Performance, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Show, refresh or take the form of an open task.

    Args:
        wanted: `element`, `as` (login), `mode` (`show`, `refresh`, `submit`), `posted` (pairs), `files` (names),
            `refresh_url`.

    Returns:
        `html`, and of a form that was taken `answers`, or `errors` with a `message`.

    Raises:
        ScenarioFailed: the task is not open (any more).
    """
    stage = performance.stage
    actor = stage.actor(wanted["as"])
    with db.unit_of_work():
        detail = queries.task(actor, stage.find_task(wanted["element"], actor, None))
        asked = _asked(wanted, actor, detail)
        if wanted["mode"] == "refresh":
            return {"html": asked.updates()}
        found = _described(detail)
        if wanted["mode"] != "submit" or asked.posted is None:
            return found | {"html": asked.html(detail.values)}
        if is_row_change(asked.posted):
            return found | {"html": asked.html(asked.entered()), "changed": True}
    return found | _taken(asked, detail)


def _asked(wanted: Mapping[str, Any], actor: Actor, detail: TaskDetail) -> _Asked:
    form = form_queries.form(detail.task.form_key) if detail.task.form_key else None
    context = detail.variables or detail.values
    readonly = detail.readonly_form or not detail.may_complete
    files = list(wanted.get("files") or ())
    return _Asked(form, actor, context, detail.values, readonly, _posted(wanted), files, wanted["refresh_url"])


def _posted(wanted: Mapping[str, Any]) -> MultiDict[str, str] | None:
    pairs = wanted.get("posted")
    return None if pairs is None else MultiDict([(name, value) for name, value in pairs])


def _described(detail: TaskDetail) -> dict[str, Any]:
    """What the page of the task says around the form."""
    return {
        "name": detail.task.name,
        "help": detail.help,
        "outcomes": [[each.value, str(each.label), each.needs_comment] for each in detail.outcomes],
        "signoff": detail.signoff,
        "page": str(detail.page.label) if detail.page else None,
        "why_not": None if detail.may_complete else str(detail.why_not or ""),
    }


def _taken(asked: _Asked, detail: TaskDetail) -> dict[str, Any]:
    """Try to complete the task with what was posted; the run is rolled back anyway."""
    assert asked.posted is not None  # only a posted form is taken
    outcome = asked.posted.get("outcome", "submit")
    comment = asked.posted.get("comment", "").strip() or None
    entered = asked.entered()
    try:
        with db.unit_of_work():
            found = asked.answers(outcome, comment, detail.task.role)
            given = {"outcome": outcome, "comment": comment, "password": schema.PASSWORD}
            operations.complete_user_task(asked.actor, detail.task.key, entered, **given)  # type: ignore[arg-type]
    except Invalid as error:
        return _refusal(asked, entered, error)
    return {"answers": found, "outcome": outcome, "comment": comment}


def _refusal(asked: _Asked, entered: Mapping[str, Any], error: Invalid) -> dict[str, Any]:
    told = {path: [str(message) for message in messages] for path, messages in error.errors.items()}
    return {"html": asked.html(entered, error.errors), "errors": told, "message": str(error)}


def _put_sample(form: FormDefinition, raw: dict[str, Any], path: str) -> None:
    """The sandbox's own file stands in for one that was chosen: of a type that the field takes."""
    component = component_at(form, path)
    parts = [int(part) if part.isdecimal() else part for part in path.split(".")]
    holder = get_in(raw, parts[:-1])
    if component is None or component.type != "filepicker" or not isinstance(holder, dict):
        return
    holder[str(parts[-1])] = [str(schema.sample_for(component))]
