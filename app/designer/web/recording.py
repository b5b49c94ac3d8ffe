"""Clicks of who records a scenario: each becomes a step, and the whole is played again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.sandbox import asking
from app.engine import timers
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.forms import FormState

from . import blueprint
from .scenarios import ask, back, page


@blueprint.get("/drafts/<int:key>/scenarios/new")
def scenario_new(key: int) -> ResponseReturnValue:
    """Which process begins, how and by whom; with its start form once that is chosen."""
    return _new(key, FormState(values=request.args))


@blueprint.post("/drafts/<int:key>/scenarios/new")
def scenario_begin(key: int) -> ResponseReturnValue:
    """Begin to record."""
    actor, values = shell.current_actor(), request.values
    policies.demand_designing(actor)
    state = FormState(values=values)
    try:
        chosen = _chosen(actor, key)
        found = _start(actor, key, chosen)
        if found.get("answers") is None:
            return _new(key, state, form=found), 422 if found.get("errors") else 200
        begun = {**found["start"], **({"variables": found["answers"]} if found["answers"] else {})}
        title, at = values.get("title", ""), _begins_at()
        file_key = operations.scenarios.begin(actor, key, chosen["id"], title, begun, at)
    except Invalid as error:
        return _new(key, state.refuse(error)), 422
    return back(key, file_key)


@blueprint.post("/drafts/<int:key>/scenarios/new/refresh")
def scenario_refresh(key: int) -> ResponseReturnValue:
    """The parts of the start form that change with what was entered."""
    actor = shell.current_actor()
    policies.demand_designing(actor)
    return str(_start_form(actor, key, _chosen(actor, key), "refresh").get("html", ""))


def _begins_at() -> str:
    """When scenarios begin: Monday at nine, in the region's zone, of the coming week. It is kept in the file."""
    today = clock.today()
    monday = timers.add_duration(clock.now(), timers.parse_duration(f"P{7 - today.weekday()}D")).date()
    return f"{monday.isoformat()}T09:00:00+03:00"


def _chosen(actor: Actor, key: int) -> dict[str, Any]:
    """The process of the draft that the address names.

    Raises:
        NotFound: there is none.
    """
    processes = asking.processes(queries.drafts.resources(actor, key))
    found = next((each for each in processes if each["id"] == request.args.get("process")), None)
    if found is None:
        raise NotFound(_l("There is no such process."))
    return found


def _start(actor: Actor, key: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """How it begins: `start` and `answers`, or a form with errors."""
    element, kind, _label, name = next(each for each in chosen["starts"] if each[0] == _start_event(chosen))
    if kind == "message":
        return {"start": {"message": _message(name)}, "answers": {}}
    if kind != "none":
        return {"start": {"timer": element}, "answers": {}}
    who = request.args.get("who") or chosen["people"][0][0]
    return {"start": {"as": who}, **_start_form(actor, key, chosen, "submit")}


def _start_event(chosen: Mapping[str, Any]) -> str:
    named = request.args.get("start", "")
    elements = [each[0] for each in chosen["starts"]]
    return named if named in elements else elements[0]


def _start_form(actor: Actor, key: int, chosen: Mapping[str, Any], mode: str) -> dict[str, Any]:
    who = request.args.get("who") or chosen["people"][0][0]
    again = url_for("designer.scenario_refresh", key=key, process=chosen["id"], who=who)
    wanted = {"as": who, "mode": mode, "refresh_url": again, **(posted() if mode != "show" else {})}
    resources = queries.drafts.resources(actor, key)
    answer = asking.ask(resources, "{}", chosen["id"], start_form=wanted)
    if "refused" in answer:
        words = _l("The files of the draft cannot be deployed yet: look at the checks.")
        raise Invalid(words)
    found: dict[str, Any] = answer["form"]
    return found


def _new(key: int, state: FormState, form: Mapping[str, Any] | None = None) -> str:
    actor = shell.current_actor()
    policies.demand_designing(actor)
    draft = queries.drafts.draft(actor, key)
    processes = asking.processes(queries.drafts.resources(actor, key))
    chosen = next((each for each in processes if each["id"] == request.args.get("process")), None)
    if chosen is None and len(processes) == 1:
        chosen = processes[0]
    start = next((each for each in chosen["starts"] if each[0] == _start_event(chosen)), None) if chosen else None
    if chosen and start and start[1] == "none" and form is None and (request.args.get("who") or request.args.get("go")):
        try:
            form = _start_form(actor, key, chosen, "show")
        except Invalid as error:
            state = state.refuse(error)
    return shell.render(
        "designer/scenario_new.html",
        draft=draft,
        processes=processes,
        chosen=chosen,
        start=start,
        who=request.args.get("who") or (chosen["people"][0][0] if chosen else ""),
        form=form,
        state=state,
    )


@blueprint.post("/drafts/<int:key>/scenarios/<int:file_key>/task")
def scenario_task(key: int, file_key: int) -> ResponseReturnValue:
    """Do an open task: what was entered becomes a step."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    policies.demand_designing(actor)
    form = _form(actor, key, file_key, "submit")
    if "gone" in form:
        state = FormState()
        state.general.append(form["gone"])
        return page(key, file_key, form={}, state=state)
    if form.get("answers") is None:
        state = FormState()
        if form.get("message") and not form.get("html"):
            state.general.append(form["message"])
        return page(key, file_key, form=form, state=state if form.get("errors") else None)
    step = {"task": request.args["task"], "as": request.args.get("who", ""), "answers": form["answers"]}
    if form["outcome"] != "submit":
        step["outcome"] = form["outcome"]
    if form["comment"]:
        step["comment"] = form["comment"]
    operations.scenarios.add_step(actor, file_key, {name: step[name] for name in step if step[name] != {}}, revision())
    return back(key, file_key)


@blueprint.post("/drafts/<int:key>/scenarios/<int:file_key>/task/refresh")
def scenario_form_refresh(key: int, file_key: int) -> ResponseReturnValue:
    """The parts of a task's form that change with what was entered; nothing is kept."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    policies.demand_designing(actor)
    return str(_form(actor, key, file_key, "refresh").get("html", ""))


def _form(actor: Actor, key: int, file_key: int, mode: str) -> dict[str, Any]:
    task, who = request.args.get("task", ""), request.args.get("who", "")
    again = url_for("designer.scenario_form_refresh", key=key, file_key=file_key, task=task, who=who)
    wanted = {"element": task, "as": who, "mode": mode, "refresh_url": again, **posted()}
    found: dict[str, Any] = ask(actor, key, queries.drafts.content(actor, file_key), form=wanted).get("form") or {}
    return found


def posted() -> dict[str, Any]:
    """What the browser sent of a form: the sandbox reads it, files by their names only."""
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return {"posted": pairs, "files": [name for name, file in request.files.items() if file.filename]}


@blueprint.post("/drafts/<int:key>/scenarios/<int:file_key>/steps")
def scenario_step(key: int, file_key: int) -> ResponseReturnValue:
    """Time passes, a message arrives, values change, an incident is tried again, somebody outside answers, or what is
    so now is expected: field `kind`."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    policies.demand_designing(actor)
    try:
        kind = request.form.get("kind", "")
        make = _STEPS.get(kind)
        if make is None:
            raise Invalid(_l("Choose what happens."))
        step = _expected(actor, key, file_key) if kind == "expect" else make()
        operations.scenarios.add_step(actor, file_key, step, revision())
    except Invalid as error:
        return page(key, file_key, state=FormState(values=request.form).refuse(error))
    return back(key, file_key)


@blueprint.post("/drafts/<int:key>/scenarios/<int:file_key>/steps/<int:number>")
def scenario_edit(key: int, file_key: int, number: int) -> ResponseReturnValue:
    """Take a step out (0: the last one), or move it: field `act`."""
    actor, act = shell.current_actor(), request.form.get("act", "")
    queries.drafts.file(actor, key, file_key)
    if act in ("up", "down"):
        operations.scenarios.move_step(actor, file_key, number, -1 if act == "up" else 1, revision())
    else:
        operations.scenarios.remove_step(actor, file_key, number, revision())
    return back(key, file_key)


@blueprint.post("/drafts/<int:key>/scenarios/<int:file_key>/text")
def scenario_text(key: int, file_key: int) -> ResponseReturnValue:
    """Write the scenario as text."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    try:
        operations.scenarios.save_text(actor, file_key, request.form.get("text", ""), revision())
    except Invalid as error:
        return page(key, file_key, state=FormState(values=request.form).refuse(error))
    return back(key, file_key)


def revision() -> int:
    """The revision of the file that the page showed."""
    given = request.form.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _expected(actor: Actor, key: int, file_key: int) -> dict[str, Any]:
    """What is so now, as the fields of the page choose."""
    answer = operations.scenarios.run(actor, key, file_key)
    root = next((each for each in answer.get("instances", ()) if each["root"]), None)
    if root is None:
        raise Invalid(_l("Nothing has begun yet."))
    wanted: dict[str, Any] = {}
    if request.form.get("open"):
        wanted["open"] = [each["element"] for each in answer["tasks"]]
    if request.form.get("ended"):
        wanted["ended"] = root["result"] if root["status"] != "active" else None
    condition = request.form.get("holds", "").strip()
    if condition:
        wanted["holds"] = [condition if condition.startswith("=") else f"={condition}"]
    if not wanted:
        raise Invalid(_l("Choose what is expected."))
    return {"expect": wanted}


def _time() -> dict[str, Any]:
    return {"time": request.form.get("span") or "P1D"}


def _until() -> dict[str, Any]:
    """A moment: of a timer as it is, or as the field of the browser gives it, in the region's zone."""
    given = request.form.get("moment", "").strip()
    if not given:
        raise _missing("moment")
    return {"until": given if "+" in given[10:] else f"{given}:00+03:00"}


def _message(name: str | None = None) -> dict[str, Any]:
    found = {"name": request.form.get("name", "").strip() or name or "", "key": request.form.get("key", "").strip()}
    if not found["name"]:
        raise _missing("name")
    variables = _variables()
    return {**found, "variables": variables} if variables else found


def _job() -> dict[str, Any]:
    return {"job": request.form.get("element", ""), "variables": _variables()}


def _variables() -> dict[str, Any]:
    """Values as people write them, one a line: `hours: 3`."""
    try:
        found = yaml.safe_load(request.form.get("variables", "")) or {}
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        words = _l("Write one value a line, as “hours: 3”.")
        raise Invalid(words, {"variables": [words]})
    return found


def _set() -> dict[str, Any]:
    found = _variables()
    if not found:
        raise _missing("variables")
    return {"set": found}


def _missing(name: str) -> Invalid:
    words = _("Please fill this in.")
    return Invalid(words, {name: [words]})


_STEPS = {
    "time": _time,
    "until": _until,
    "message": lambda: {"message": _message()},
    "set": _set,
    "retry": lambda: {"retry": request.form.get("element", "")},
    "job": _job,
    "expect": dict,
}
