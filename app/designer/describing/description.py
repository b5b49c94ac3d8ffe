"""The description itself: purpose, who takes part, how it begins, step by step, decisions, forms, ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine.drawing import Drawing, Node
from app.engine.narrative import Step, Way, activity, narrate
from app.forms.definition import FormDefinition
from app.people.catalogue import role_name, roles

from . import conditions, fields, tables, terms
from .words import gettext as _

PEOPLE = ("userTask", "manualTask", "task")
_PARTS = ("subProcess", "transaction", "adHocSubProcess")
_ROLE = re.compile(r'"([a-z_0-9]+)@?~?"')


@dataclass(frozen=True, slots=True)
class Known:
    """What a diagram names and does not hold: forms, decisions (by id), names of other processes, the shared terms."""

    forms: Mapping[str, FormDefinition] = field(default_factory=dict)
    decisions: Mapping[str, tables.Told] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    sla: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence about a step.

    Attributes:
        kind: `term`, `form`, `outcomes`, `decision`, `process`, `repeated`, `otherwise` or `message`.
        ref: id of the form, decision or process that it names, empty without one.
    """

    kind: str
    text: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a step goes on; `flows` are the sequence flows that this way stands for."""

    when: str
    number: int
    text: str
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One step in words.

    Attributes:
        head: who does what.
        name: the step as it is called in the diagram, what is quoted elsewhere.
        help: its documentation.
        term: how long it may take or when it comes, in words.
        onward: empty when the text goes on with the next number; `goes_on` are the flows by which it does so.
    """

    number: int
    element_id: str
    depth: int
    head: str
    name: str
    who: str
    help: str
    facts: tuple[Fact, ...]
    onward: tuple[Onward, ...]
    goes_on: tuple[str, ...]
    term: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A process in words.

    Attributes:
        owner, starters: role names; `participants` those of the lanes, in the order in which they come to act.
        begins, ends: the steps with which it begins (of the process itself) and the ends it may have.
    """

    process_id: str
    name: str
    version_tag: str
    purpose: str
    owner: str
    starters: tuple[str, ...]
    participants: tuple[str, ...]
    begins: tuple[Told, ...]
    steps: tuple[Told, ...]
    ends: tuple[Told, ...]
    decisions: tuple[tables.Told, ...]
    forms: tuple[fields.FormTold, ...]


def describe(drawing: Drawing, known: Known, *, hidden: Iterable[str] = ()) -> Description:
    """Describe a process from its model alone.

    Args:
        hidden: ids of steps of which the reader learns no more than the drawing shows (property `visible_to`).
    """
    steps = narrate(drawing)
    numbers = {step.element_id: step.number for step in steps}
    tale = _Tale(drawing, known, _labels(drawing, known), steps, numbers, frozenset(hidden))
    told = tuple(_told(tale, step) for step in steps)
    own = [one for one in told if not drawing.nodes[one.element_id].parent]
    return Description(
        drawing.process_id,
        drawing.name,
        drawing.version_tag,
        drawing.documentation,
        _roles(drawing.properties.get("owner", "")),
        tuple(_roles(role) for role in drawing.properties.get("starters", "").split(",") if role.strip()),
        tuple(dict.fromkeys(one.who for one in told if one.who)),
        tuple(one for one in own if drawing.nodes[one.element_id].kind == "startEvent"),
        told,
        tuple(one for one in own if drawing.nodes[one.element_id].kind == "endEvent"),
        tuple(known.decisions.values()),
        tuple(fields.told(form) for form in known.forms.values()),
    )


@dataclass(frozen=True, slots=True)
class _Tale:
    """What is needed to tell a step; `numbers`: element id -> number."""

    drawing: Drawing
    known: Known
    labels: conditions.Labels
    steps: Sequence[Step]
    numbers: Mapping[str, int]
    closed: frozenset[str]


def _told(tale: _Tale, step: Step) -> Told:
    node = tale.drawing.nodes[step.element_id]
    who = _who(node)
    known = node.id not in tale.closed
    ways = [_onward(tale, node, way, len(step.ways)) for way in step.ways]
    return Told(
        step.number,
        node.id,
        step.depth,
        _head(tale, node, step, who),
        node.name or step.text,
        who,
        step.help if known else "",
        tuple(_facts(node, tale.known)) if known else (),
        (*ways, *_otherwise(tale, node)),
        step.goes_on,
        _term(node, tale.known) if known else "",
    )


def _head(tale: _Tale, node: Node, step: Step, who: str) -> str:
    if who and node.kind in PEOPLE:
        return _("%(who)s: “%(name)s”", who=who, name=node.name or node.id)
    if node.kind == "boundaryEvent":
        return _meanwhile(tale, node)
    return activity(node) if node.repeated else step.text


def _meanwhile(tale: _Tale, node: Node) -> str:
    """The sentence of a boundary event."""
    number = tale.numbers.get(node.attached_to, 0)
    if node.event != "timer":
        return _("If this happens during step %(number)s: “%(name)s”", number=number, name=node.name or node.id)
    time, name = terms.moment(node.timer, tale.known.sla), node.name or _("the time is over")
    if terms.is_span(time):
        return _("If step %(number)s is not done in time (%(time)s): “%(name)s”", number=number, time=time, name=name)
    return _("If step %(number)s is not done in time: “%(name)s”", number=number, name=name)


def _who(node: Node) -> str:
    """Whose step it is: the name of the lane, else the roles among the candidate groups."""
    if node.kind not in PEOPLE:
        return ""
    return node.lane or _roles(node.groups)


def role_ids(written: str) -> tuple[str, ...]:
    """The roles in a text of a model: ids between commas, or texts of an expression."""
    found = _ROLE.findall(written) if written.startswith("=") else [part.strip() for part in written.split(",")]
    known = dict.fromkeys(role.partition("@")[0] for role in found)
    return tuple(role for role in known if role in roles())


def _roles(written: str) -> str:
    return ", ".join(role_name(role) for role in role_ids(written))


def _facts(node: Node, known: Known) -> Iterable[Fact]:
    yield from _times(node, known)
    if node.form and node.form in known.forms:
        title = known.forms[node.form].title
        yield Fact("form", _("Form to fill in: “%(title)s”.", title=title), node.form)
    outcomes = [part.partition(":")[2].strip() for part in node.outcomes.split("|") if ":" in part]
    if outcomes:
        yield Fact("outcomes", _("Possible answers: %(answers)s.", answers=", ".join(f"«{one}»" for one in outcomes)))
    if node.decision:
        name = known.decisions[node.decision].name if node.decision in known.decisions else node.decision
        yield Fact("decision", _("Decision table: “%(name)s”.", name=name), node.decision)
    yield from _processes(node, known)


def _times(node: Node, known: Known) -> Iterable[Fact]:
    if node.repeated == "parallel":
        yield Fact("repeated", _("For everyone or everything in the list, at the same time."))
    elif node.repeated == "sequential":
        yield Fact("repeated", _("One after another for the whole list."))
    term = _term(node, known)
    if term and node.kind != "boundaryEvent":
        yield Fact("term", _("Term: %(time)s.", time=term) if node.due else _("Time: %(time)s.", time=term))
    if node.kind == "boundaryEvent":
        stopped, goes = _("That step is stopped."), _("That step goes on as well.")
        yield Fact("otherwise", stopped if node.interrupting else goes)


def _term(node: Node, known: Known) -> str:
    return terms.deadline(node.due, known.sla) or terms.moment(node.timer, known.sla)


def _processes(node: Node, known: Known) -> Iterable[Fact]:
    if node.kind == "callActivity" and node.called and not node.called.startswith("="):
        name = known.processes.get(node.called, node.called)
        yield Fact("process", _("The process “%(name)s” runs, and this one waits for its end.", name=name), node.called)
    started = node.literal("processId") if node.job == "start-process" else ""
    if started:
        name = known.processes.get(started, started)
        yield Fact("process", _("Starts the process “%(name)s” and does not wait for it.", name=name), started)
    if node.job == "publish-message":
        yield Fact("message", _("Other processes that wait for it learn of it."))


def _otherwise(tale: _Tale, node: Node) -> Iterable[Onward]:
    """The boundary events of a step: what may happen meanwhile."""
    for event in tale.drawing.nodes.values():
        if event.attached_to == node.id:
            name = event.name or _("the time is over")
            yield Onward(_("If it happens: “%(name)s”", name=name), tale.numbers[event.id], "", ())


def _onward(tale: _Tale, node: Node, way: Way, count: int) -> Onward:
    text = way.text or tale.steps[way.number - 1].text
    return Onward(_when(tale, node, way, count), way.number, text, (way.flow.id, *way.through))


def _when(tale: _Tale, node: Node, way: Way, count: int) -> str:
    flow = way.flow
    if count == 1 and not flow.name:
        return _("When this part is finished") if node.kind in _PARTS else _("After that")
    if flow.name or node.kind in ("parallelGateway", "eventBasedGateway"):
        return flow.name
    if flow.id == node.default:
        return _("Otherwise")
    words = conditions.in_words(flow.condition, tale.labels) if flow.condition else None
    if words:
        return _("If %(condition)s", condition=words)
    return _("By a condition of the model") if flow.condition else ""


def _labels(drawing: Drawing, known: Known) -> conditions.Labels:
    """Names of values: the labels of the fields of all forms, the words on the buttons of all tasks."""
    names: dict[str, str] = {"outcome": _("the answer")}
    values: dict[tuple[str, str], str] = {}
    for form in known.forms.values():
        for component in form.walk():
            if component.path and component.label and not component.label.startswith("="):
                names.setdefault(component.path[-1], component.label)
                for option in component.spec.get("values") or ():
                    values.setdefault((component.path[-1], str(option.get("value"))), str(option.get("label")))
    for node in drawing.nodes.values():
        for part in node.outcomes.split("|"):
            value, sign, label = part.partition(":")
            if sign:
                values.setdefault(("outcome", value.strip()), label.strip())
    return conditions.Labels(names, values)
