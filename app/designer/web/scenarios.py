"""Pages of scenarios: the section of a draft, the page of one with its run, what all of them reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.models import ABANDONED, DRAFT, PUBLISHED
from app.designer.queries.scenarios import Coverage, ScenarioView
from app.designer.rules import naming, reading
from app.designer.rules import scenarios as rules
from app.designer.sandbox import asking
from app.designer.views import DraftView
from app.engine.scenarios import ScenarioError
from app.jobs import operations as jobs
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.forms import FormState

from . import blueprint, telling
from .drafts import section

RUN_ALL = "designer.scenarios"
"""Kind of the background work that runs all scenarios of a draft."""


@section("scenarios")
def facts(actor: Actor, draft: DraftView) -> Mapping[str, object]:
    """The section of a draft's page."""
    found = queries.scenarios.scenarios_of(actor, draft)
    covered = queries.scenarios.coverage(actor, draft, found)
    whole = {each.drawing.process_id: each for each in covered}
    why = {view.file.key: _why(view, whole.get(view.process)) for view in found}
    running = draft.stage not in (PUBLISHED, ABANDONED) and policies.may_design(actor)
    return {"found": found, "covered": covered, "states": telling.STATES, "why": why, "may_run": running}


def _why(view: ScenarioView, covered: Coverage | None) -> str:
    if view.answer is None:
        return ""
    return telling.failure(view.answer, telling.Names(covered.drawing if covered else None))


@blueprint.post("/drafts/<int:key>/scenarios/run")
def scenario_run_all(key: int) -> ResponseReturnValue:
    """Run all scenarios of a draft, in the background."""
    actor = shell.current_actor()
    draft = queries.drafts.draft(actor, key)
    policies.demand_designing(actor)
    job = jobs.start(
        actor,
        RUN_ALL,
        {"draft": str(key)},
        title=_("Scenarios: %(title)s", title=draft.title),
        link=url_for("designer.draft", key=key),
        once=f"scenarios:{key}",
    )
    return shell.go("background.job", key=job)


@blueprint.get("/drafts/<int:key>/scenarios/<int:file_key>")
def scenario(key: int, file_key: int) -> ResponseReturnValue:
    """A scenario: its steps, how things stand after them, what can be done next."""
    return page(key, file_key)


def page(
    key: int, file_key: int, *, form: Mapping[str, Any] | None = None, state: FormState | None = None
) -> ResponseReturnValue:
    """The page of a scenario.

    Args:
        form: of the task that is being done, as the sandbox gave it; asked for when the address names a task.
        state: what was refused.
    """
    actor = shell.current_actor()
    draft, file = queries.drafts.draft(actor, key), queries.drafts.file(actor, key, file_key)
    content = queries.drafts.content(actor, file_key)
    may_run = policies.may_design(actor) and draft.stage not in (PUBLISHED, ABANDONED)
    answer = operations.scenarios.run(actor, key, file_key) if may_run else None
    view = queries.scenarios.one(actor, key, file_key)
    answer = answer or view.answer or {}
    wanted = request.args.get("task")
    may_change = policies.may_design(actor) and draft.stage == DRAFT
    if form is None and wanted and may_change and "covered" in answer:
        form = _asked(actor, key, file_key, content, wanted)
    covered = _process_of(actor, draft, view.process)
    label = _names(actor, draft, covered)
    html = shell.render(
        "designer/scenario.html",
        draft=draft,
        file=file,
        view=view,
        text=content.decode(errors="replace"),
        **_steps(content, label),
        answer=answer,
        covered=covered,
        instance=_instance(answer, view.process),
        others=[each for each in answer.get("instances", ()) if not each["root"]],
        moment=telling.moment,
        label=label,
        problem=telling.failure(answer, label),
        failing=(answer.get("failed") or {}).get("step"),
        states=telling.STATES,
        form=form,
        wanted=wanted,
        who=request.args.get("who", ""),
        may_change=may_change,
        state=state or FormState(),
    )
    return html, 422 if state is not None else 200


def _names(actor: Actor, draft: DraftView, covered: Coverage | None) -> telling.Names:
    """Names of the process and of the fields of the draft's forms."""
    forms = (reading.form(each.content) for each in queries.drafts.contents(actor, draft.key, naming.FORM))
    fields = {key: label or key for found in forms if found for key, label, _kind in found[2]}
    return telling.Names(covered.drawing if covered else None, fields)


def _asked(actor: Actor, key: int, file_key: int, content: bytes, wanted: str) -> Mapping[str, Any]:
    """The form of an open task, from the sandbox."""
    who = request.args.get("who", "")
    again = url_for("designer.scenario_form_refresh", key=key, file_key=file_key, task=wanted, who=who)
    given = {"element": wanted, "as": who, "mode": "show", "refresh_url": again}
    return ask(actor, key, content, form=given).get("form") or {}


def ask(actor: Actor, key: int, content: bytes, **more: Any) -> dict[str, Any]:
    """Play a scenario of a draft for the sake of a form in it."""
    found = rules.parsed(content)
    if found is None:
        raise Invalid(_l("The scenario cannot be read."))
    return asking.ask(queries.drafts.resources(actor, key), content.decode(), found.process, **more)


def _steps(content: bytes, label: telling.Names) -> dict[str, Any]:
    try:
        data = rules.read(content.decode(errors="replace"))
        return {"steps": [telling.step(each, label) for each in data["steps"]], "begins": telling.start(data)}
    except ScenarioError:
        return {"steps": [], "begins": ""}


def _process_of(actor: Actor, draft: DraftView, process: str) -> Coverage | None:
    found = queries.scenarios.coverage(actor, draft)
    return next((each for each in found if each.drawing.process_id == process), None)


def _instance(answer: Mapping[str, Any], process: str) -> Mapping[str, Any] | None:
    return next((each for each in answer.get("instances", ()) if each["root"] and each["process"] == process), None)


@blueprint.get("/drafts/<int:key>/coverage")
def coverage(key: int) -> ResponseReturnValue:
    """What the scenarios reach in a process of the draft: on the diagram, in per cent, and as a list of the rest."""
    return _coverage(key, FormState())


@blueprint.post("/drafts/<int:key>/coverage")
def explain(key: int) -> ResponseReturnValue:
    """Say why an end is reached by no scenario."""
    process = request.args.get("process", "")
    try:
        operations.scenarios.explain(shell.current_actor(), key, process, request.form.get("note", ""))
    except Invalid as error:
        state = FormState(values=request.form).refuse(error)
        return _coverage(key, state), 422
    return shell.go("designer.coverage", key=key, process=process, message=_("The note is kept."))


def _coverage(key: int, state: FormState) -> str:
    actor = shell.current_actor()
    draft = queries.drafts.draft(actor, key)
    everything = queries.scenarios.coverage(actor, draft)
    process = request.args.get("process", "")
    found = next((each for each in everything if process in ("", each.drawing.process_id)), None)
    if found is None:
        raise NotFound(_l("There is no such process."))
    if not state.values:
        state = FormState(values={"note": found.note})
    may_change = policies.may_design(actor) and draft.stage == DRAFT
    return shell.render(
        "designer/coverage.html", draft=draft, covered=found, all=everything, state=state, may_change=may_change
    )


def to(key: int, file_key: int, message: object = "") -> ResponseReturnValue:
    """Back to the page of a scenario."""
    return shell.go("designer.scenario", key=key, file_key=file_key, message=str(message))


def back(key: int, file_key: int) -> ResponseReturnValue:
    """The same without words."""
    return redirect(url_for("designer.scenario", key=key, file_key=file_key), 303)
