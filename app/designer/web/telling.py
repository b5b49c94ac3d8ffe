"""Steps, failures and states of scenarios in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer.queries import scenarios
from app.designer.sandbox import schema
from app.engine.drawing import Drawing

STATES: dict[str, tuple[object, str]] = {
    scenarios.GREEN: (_l("went as told"), "green"),
    scenarios.RED: (_l("did not go as told"), "red"),
    scenarios.OPEN: (_l("expects nothing yet"), "blue"),
    scenarios.STALE: (_l("to be run again"), "orange"),
    scenarios.PREPARED: (_l("needs preparation; checked by the developers"), "secondary"),
    scenarios.UNREADABLE: (_l("cannot be read"), "red"),
}
"""Word and colour of each state of a scenario."""
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


@dataclass(frozen=True, slots=True)
class Names:
    """What things of a process are called: call it for an element.

    Attributes:
        fields: labels of form fields by their keys.
    """

    drawing: Drawing | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, element: str) -> str:
        """The name of an element; the id of what the process does not have."""
        return scenarios.label_of(self.drawing, element) if self.drawing is not None else element

    def outcome(self, element: str, value: str) -> str:
        """What stands on a button of a task."""
        return self.drawing.outcome_label(element, value) if self.drawing is not None else value


def duration(text: str) -> str:
    """An ISO duration as people say it: «3 дня»."""
    found = _DURATION.match(str(text))
    if found is None or not any(found.groups()):
        return str(text)
    pairs = zip(found.groups(), _UNITS, strict=True)
    locale = str(get_locale() or "ru")
    return " ".join(format_unit(int(n), f"duration-{unit}", locale=locale) for n, unit in pairs if n)


def moment(text: str) -> datetime:
    """A moment of an answer of the sandbox."""
    return datetime.fromisoformat(text)


def start(data: Mapping[str, Any]) -> str:
    """How a scenario begins."""
    given = data.get("start") or {}
    if "message" in given:
        return str(_("It begins with the message “%(name)s”", name=given["message"].get("name", "")))
    if "timer" in given:
        return str(_("It begins by its timer"))
    who = schema.name_of(given["as"]) if given.get("as") else _("the platform")
    return str(_("Begins: %(who)s", who=who))


def step(data: Mapping[str, Any], label: Names) -> tuple[str, str]:
    """A step: what happens, and what belongs to it."""
    kind = next((name for name in _STEPS if name in data), "")
    return _STEPS[kind](data, label) if kind else ("", "")


def _task(data: Mapping[str, Any], label: Names) -> tuple[str, str]:
    who = schema.name_of(str(data.get("as", "")))
    given = data.get("answers") or {}
    told = {label.fields.get(name, name): value for name, value in given.items()} if isinstance(given, dict) else {}
    answers = ", ".join(f"{name}: {value}" for name, value in told.items()) or str(given or "")
    outcome = label.outcome(str(data["task"]), str(data["outcome"])) if data.get("outcome") else ""
    said = [answers, outcome.replace("submit", ""), str(data.get("comment") or "")]
    if data.get("refused"):
        said.append(_("it is refused"))
    return f"{who} — {label(data['task'])}", "; ".join(text for text in said if text)


def _pairs(values: Any) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items()) if isinstance(values, dict) else ""


def _message(data: Mapping[str, Any], _label: Names) -> tuple[str, str]:
    sent = data["message"]
    return _("The message “%(name)s” arrives", name=sent.get("name", "")), _pairs(sent.get("variables"))


def _without(data: Mapping[str, Any], _label: Names) -> tuple[str, str]:
    return _("It goes on without %(name)s", name=data["go_on_without"]), str(data.get("reason") or "")


def _job(data: Mapping[str, Any], label: Names) -> tuple[str, str]:
    return _("Somebody outside has answered: %(name)s", name=label(data["job"])), _pairs(data.get("variables"))


def _expect(data: Mapping[str, Any], label: Names) -> tuple[str, str]:
    wanted, found = data["expect"], []
    if "open" in wanted:
        names = ", ".join(f"«{label(name)}»" for name in wanted["open"])
        found.append(_("open are exactly: %(names)s", names=names) if names else _("no task is open"))
    if "ended" in wanted:
        end = wanted["ended"]
        found.append(_("it ended with “%(name)s”", name=label(end)) if end else _("it still runs"))
    if "incident" in wanted:
        found.append(_("an incident at “%(name)s”", name=label(wanted["incident"])))
    conditions = wanted.get("holds") or ()
    found += [str(each) for each in ([conditions] if isinstance(conditions, str) else conditions)]
    for login in [*(wanted.get("tasks") or ()), *(wanted.get("nobody") or ())]:
        names = ", ".join(f"«{label(name)}»" for name in (wanted.get("tasks") or {}).get(login, ()))
        found.append(f"{schema.name_of(login)}: {names or _('no tasks')}")
    for process, states in (wanted.get("processes") or {}).items():
        found.append(f"{process}: {states}")
    return _("Expected"), "; ".join(found)


_STEPS: dict[str, Callable[[Mapping[str, Any], Names], tuple[str, str]]] = {
    "task": _task,
    "time": lambda data, _label: (_("Time passes: %(span)s", span=duration(data["time"])), ""),
    "until": lambda data, _label: (_("It becomes %(moment)s", moment=data["until"]), ""),
    "message": _message,
    "set": lambda data, _label: (_("Values are changed"), _pairs(data["set"])),
    "go_on_without": _without,
    "retry": lambda data, label: (_("After the incident once more: %(name)s", name=label(data["retry"])), ""),
    "job": _job,
    "scene": lambda data, _label: (_("Prepared: %(name)s", name=data["scene"]), ""),
    "expect": _expect,
}


def failure(answer: Mapping[str, Any], label: Names) -> str:
    """Why a run did not go as told, in one sentence or two; empty when it did."""
    if "stopped" in answer:
        return str(answer["stopped"])
    if "unreadable" in answer:
        return str(_("The scenario cannot be read: %(reason)s", reason=answer["unreadable"]))
    if "refused" in answer:
        found = [f"{each['resource']}: {each['ru']}" for each in answer["refused"] if each["severity"] == "error"]
        return "; ".join([_("The files of the draft cannot be deployed yet"), *found[:5]])
    failed = answer.get("failed")
    if not failed:
        return ""
    where = _("At the start") if not failed["step"] else _("Step %(number)s", number=failed["step"])
    return f"{where}: {_why(failed, label)}"


def _why(failed: Mapping[str, Any], label: Names) -> str:
    facts, kind = failed["facts"], failed["kind"]
    names = {name: facts.get(name) for name in ("element", "process", "organisation", "field")}
    simple = {
        "not_open": _("the task “%(name)s” is not open.", name=label(str(names["element"]))),
        "no_incident": _("there is no incident at “%(name)s”.", name=label(str(names["element"]))),
        "no_job": _("nobody outside is waited for at “%(name)s”.", name=label(str(names["element"]))),
        "not_started": _("the process was not started."),
        "no_instance": _("there is no such process: %(name)s.", name=names["process"]),
        "not_waited": _("%(name)s is not waited for.", name=names["organisation"]),
        "not_refused": _("it should have been refused for the field %(name)s.", name=names["field"]),
        "not_forbidden": _("it should have been forbidden."),
        "endless": _("the process never comes to rest."),
        "not_passed_on": _("a message or a call to another process failed."),
    }
    if kind in simple:
        return str(simple[kind])
    if kind == "surprise":
        found = ", ".join(f"«{label(name)}»" for name in facts["elements"])
        return str(_("an incident that nobody expected at %(names)s.", names=found))
    if "expected" in facts:
        return _differs(kind, facts, label)
    errors = "; ".join(f"{path}: {texts[0]}" for path, texts in failed["errors"].items() if texts)
    return ": ".join(text for text in (failed["reason"] or _("it failed"), errors) if text)


def _differs(kind: str, facts: Mapping[str, Any], label: Names) -> str:
    if kind == "holds":
        return str(_("“%(condition)s” is not true.", condition=facts["expected"]))
    expected, found = _said(facts["expected"], label), _said(facts["found"], label)
    return str(_("expected was %(expected)s, it is %(found)s.", expected=expected, found=found))


def _said(value: Any, label: Names) -> str:
    if isinstance(value, list):
        return ", ".join(_said(each, label) for each in value) or _("nothing")
    return _("it still runs") if value is None else f"«{label(str(value))}»"
