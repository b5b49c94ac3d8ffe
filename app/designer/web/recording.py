"""Clicks of who records a scenario: each becomes a step, and the whole is played again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.sandbox import asking
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.forms import FormState
from app.web.i18n import reader_timezone

from . import blueprint
from .scenarios import ask, back, page


@blueprint.get("/drafts/<int:key>/scenarios/new")
def scenario_new(key: int) -> ResponseReturnValue:
    """Which process begins, how and by whom."""
    return _new(key, FormState(values=request.args))


@blueprint.post("/drafts/<int:key>/scenarios/new")
def scenario_begin(key: int) -> ResponseReturnValue:
    """Begin to record."""
    actor, form = shell.current_actor(), request.form
    policies.demand_designing(actor)
    chosen = _chosen(_processes(actor, key))
    if chosen is None:
        raise NotFound(_l("There is no such process."))
    try:
        start, title = _start(chosen), form.get("title", "")
        file_key = operations.scenarios.begin(actor, key, chosen["id"], title, start, _begins_at())
    except Invalid as error:
        return _new(key, FormState(values=form).refuse(error)), 422
    return back(key, file_key)


def _begins_at() -> str:
    """When scenarios begin: on the coming Monday at nine, in the reader's zone. It is kept in the file."""
    today = clock.today(reader_timezone())
    monday = today + timedelta(days=7 - today.weekday())
    return datetime.combine(monday, time(9), ZoneInfo(reader_timezone())).isoformat()


def _processes(actor: Actor, key: int) -> list[dict[str, Any]]:
    return asking.processes(queries.drafts.resources(actor, key))


def _chosen(processes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The process that the address names, the first one when it names none."""
    named = request.args.get("process", processes[0]["id"] if processes else "")
    return next((each for each in processes if each["id"] == named), None)


def _start(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """How it begins, as the file says it."""
    element, kind, _label, name = _start_event(chosen)
    if kind == "message":
        return {"message": _message(name)}
    if kind != "none":
        return {"timer": element}
    variables = _variables()
    who = request.form.get("who") or chosen["people"][0][0]
    return {"as": who, "variables": variables} if variables else {"as": who}


def _start_event(chosen: Mapping[str, Any]) -> list[Any]:
    named = request.args.get("start", "")
    found: list[Any] = next((each for each in chosen["starts"] if each[0] == named), chosen["starts"][0])
    return found


def _new(key: int, state: FormState) -> str:
    actor = shell.current_actor()
    policies.demand_designing(actor)
    draft = queries.drafts.draft(actor, key)
    processes = _processes(actor, key)
    chosen = _chosen(processes)
    return shell.render(
        "designer/scenario_new.html",
        draft=draft,
        processes=processes,
        chosen=chosen,
        start=_start_event(chosen) if chosen else None,
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
    """A moment: of a timer as it is, or as the field of the browser gives it, in the reader's zone."""
    given = request.form.get("moment", "").strip()
    if not given:
        raise _missing("moment")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise _missing("moment") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(reader_timezone()))
    return {"until": moment.isoformat()}


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
