"""What people call the elements of a process, their properties and the values of these."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.designer.rules.differences.bpmn_reading import Key, Part, Picture
from app.designer.rules.differences.changes import NameOf, listed, quoted
from app.designer.rules.differences.deadlines import term

_KINDS: dict[str, object] = {
    "boundaryEvent": _l("Event at a task"),
    "businessRuleTask": _l("Decision task"),
    "callActivity": _l("Called process"),
    "dataObjectReference": _l("Data object"),
    "dataStoreReference": _l("Data store"),
    "endEvent": _l("End event"),
    "eventBasedGateway": _l("Event gateway"),
    "exclusiveGateway": _l("Choice of one way"),
    "group": _l("Frame"),
    "inclusiveGateway": _l("Choice of several ways"),
    "intermediateCatchEvent": _l("Waiting event"),
    "intermediateThrowEvent": _l("Announcing event"),
    "lane": _l("Lane"),
    "manualTask": _l("Manual task"),
    "parallelGateway": _l("Fork or join"),
    "participant": _l("Pool"),
    "process": _l("Process"),
    "receiveTask": _l("Receiving task"),
    "scriptTask": _l("Computation"),
    "sendTask": _l("Sending task"),
    "sequenceFlow": _l("Flow"),
    "serviceTask": _l("Automatic task"),
    "startEvent": _l("Start event"),
    "subProcess": _l("Sub-process"),
    "task": _l("Simple task"),
    "textAnnotation": _l("Note"),
    "userTask": _l("Task"),
}
_EVENTS: dict[str, object] = {
    "compensate": _l("compensation"),
    "conditional": _l("condition"),
    "error": _l("error"),
    "escalation": _l("escalation"),
    "link": _l("link"),
    "message": _l("message"),
    "signal": _l("signal"),
    "terminate": _l("termination"),
    "timer": _l("timer"),
}
_LABELS: dict[str, object] = {
    "assignee": _l("assignee"),
    "attached": _l("task at which it stands"),
    "binding": _l("version that is taken"),
    "by event": _l("begins by an event"),
    "called": _l("called process"),
    "code": _l("code"),
    "condition": _l("condition"),
    "correlation": _l("correlation key"),
    "decision": _l("decision"),
    "default": _l("default flow"),
    "due": _l("term"),
    "event": _l("kind of event"),
    "executable": _l("executable"),
    "follow up": _l("follow-up"),
    "form": _l("form to fill in"),
    "from": _l("beginning of the flow"),
    "groups": _l("role"),
    "help": _l("explanation"),
    "inside": _l("sub-process"),
    "interrupting": _l("interrupts the task"),
    "kind": _l("kind"),
    "lane": _l("lane"),
    "loop": _l("repetition"),
    "loop item": _l("item of the repetition"),
    "loop over": _l("list of the repetition"),
    "loop result": _l("result of an item"),
    "loop results": _l("list of the results"),
    "loop until": _l("end of the repetition"),
    "message": _l("message"),
    "name": _l("name"),
    "priority": _l("priority"),
    "process": _l("process"),
    "result": _l("variable of the result"),
    "retries": _l("number of attempts"),
    "script": _l("expression"),
    "signal": _l("signal"),
    "text": _l("text"),
    "timeCycle": _l("repeated at"),
    "timeDate": _l("moment"),
    "timeDuration": _l("duration"),
    "to": _l("end of the flow"),
    "type": _l("what is done automatically"),
    "users": _l("persons"),
    "version tag": _l("version tag"),
}
_PROPERTIES: dict[str, object] = {
    "bulk": _l("bulk completion"),
    "indispensable": _l("cannot be left out"),
    "not_by": _l("not to be done by"),
    "outcomes": _l("buttons"),
    "owner": _l("owner of the process"),
    "owner_municipality": _l("owner in a municipality"),
    "owner_school": _l("owner in a school"),
    "readonly_form": _l("form for reading only"),
    "signoff": _l("signature"),
    "starters": _l("who starts the process"),
    "title": _l("title of a run"),
    "visible_to": _l("visible to"),
}
_BINDINGS = {
    "deployment": _l("the one published together"),
    "latest": _l("the newest"),
    "versionTag": _l("the one with the tag"),
}
_TRUTHS = {"true": _l("yes"), "false": _l("no")}
_TERMS = frozenset({"due", "follow up", "timeCycle", "timeDate", "timeDuration"})
_REFERENCES = frozenset({"attached", "default", "from", "to", "inside", "lane"})
_NAMED = {"form": "form", "decision": "decision", "called": "process"}
_ROLES = frozenset({"owner", "owner_municipality", "owner_school", "starters", "visible_to"})
_ROLE_AT = re.compile(r"=\s*\"(\w+)@?\"(?:\s*\+\s*(.+))?", re.DOTALL)


def element_title(picture: Picture, part: Part) -> str:
    """An element as people call it, with its kind: «Задача «Согласовать заявку»»."""
    kind = kind_words(part.kind)
    if part.kind == "sequenceFlow" and not part.name:
        ends = [_called(picture, part.facts.get((end, ""), "")) for end in ("from", "to")]
        return str(gettext("%(kind)s from %(source)s to %(target)s", kind=kind, source=ends[0], target=ends[1]))
    if part.kind == "textAnnotation":
        return f"{kind} {quoted(part.facts.get(('text', ''), '')[:60])}"
    if part.name:
        return f"{kind} {quoted(part.name)}"
    previous = picture.before(part)
    if previous is not None and previous.name:
        return str(gettext("%(kind)s after %(previous)s", kind=kind, previous=quoted(previous.name)))
    return kind


def kind_words(tag: str) -> str:
    return str(_KINDS.get(tag, tag))


def _called(picture: Picture, element_id: str) -> str:
    part = picture.parts.get(element_id)
    if part is None:
        return element_id
    return quoted(part.name) if part.name or part.kind == "sequenceFlow" else kind_words(part.kind).lower()


def fact_label(key: Key) -> str:
    """What people call a property."""
    fact, which = key
    if fact == "property" and which in _PROPERTIES:
        return str(_PROPERTIES[which])
    patterns = {
        "input": _l("what it gets in “%(name)s”"),
        "output": _l("what it gives to “%(name)s”"),
        "property": _l("property “%(name)s”"),
        "header": _l("setting “%(name)s”"),
        "extension": _l("setting “%(name)s”"),
        "foreign": _l("what another program noted in “%(name)s”"),
    }
    if fact in patterns:
        return str(patterns[fact]) % {"name": which}
    if fact in _LABELS:
        return str(_LABELS[fact])
    return str(gettext("attribute “%(name)s”", name=fact))


def value_words(picture: Picture, key: Key, raw: str, name_of: NameOf) -> str:
    """The value of a property in words.

    Args:
        picture: where ids in the value are to be looked up.
    """
    fact, which = key
    if fact in _TERMS:
        return term(raw)
    if fact in _REFERENCES:
        return _reference(picture, raw)
    if fact == "kind":
        return kind_words(raw).lower()
    if fact == "event":
        return str(_EVENTS.get(raw, raw))
    if fact == "loop":
        return str(gettext("one after another") if raw == "sequential" else gettext("all at the same time"))
    if fact == "binding":
        return str(_BINDINGS.get(raw, raw))
    if raw in _TRUTHS:
        return str(_TRUTHS[raw])
    if fact in _NAMED and not raw.startswith("="):
        return quoted(name_of(_NAMED[fact], raw))
    if fact == "groups" or (fact == "property" and which in _ROLES):
        return role_words(raw, name_of)
    if (fact, which) == ("property", "outcomes"):
        return listed([quoted(part.partition(":")[2].strip() or part) for part in raw.split("|")])
    return quoted(raw)


def _reference(picture: Picture, element_id: str) -> str:
    part = picture.parts.get(element_id)
    if part is not None and part.kind == "sequenceFlow" and not part.name:
        return str(gettext("to %(target)s", target=_called(picture, part.facts.get(("to", ""), ""))))
    return _called(picture, element_id)


def role_words(raw: str, name_of: NameOf) -> str:
    """Roles that a model names: a list of ids, or an expression with the place."""
    found = _ROLE_AT.fullmatch(raw.strip())
    if found:
        role = quoted(name_of("role", found[1]))
        return str(gettext("%(role)s, place: %(place)s", role=role, place=found[2])) if found[2] else role
    if raw.startswith("="):
        return quoted(raw)
    return listed([quoted(name_of("role", part.strip().partition("@")[0])) for part in raw.split(",")])
