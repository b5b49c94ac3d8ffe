"""A diagram in plain words: numbered steps, who does them, and where the way goes on.

It serves people who cannot see the drawing or cannot read BPMN (GOST R 52872-2019: a text alternative of each image).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from app.engine.drawing import Drawing, Flow, Node

_GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
_PEOPLE = ("userTask", "manualTask", "task")
_MACHINES = ("serviceTask", "scriptTask", "sendTask", "businessRuleTask")


def _(text: str, /, **values: object) -> str:
    return str(gettext(text, **values))


@dataclass(frozen=True, slots=True)
class Way:
    """Where a step goes on.

    Attributes:
        when: the label of the way, else its condition; empty for the only way.
        number, text: the step it leads to.
        flow: the sequence flow that leaves the step; `through` those after it, past gateways that are no steps.
    """

    when: str
    number: int
    text: str
    flow: Flow
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the description.

    Attributes:
        number: as shown to the reader, from 1.
        depth: 0 in the process itself, 1 inside a sub-process, …
        state: `now`, `done`, `stopped` (was interrupted) or empty.
        ways: empty when the text goes on with the next number.
        goes_on: ids of the flows by which it does so.
    """

    number: int
    element_id: str
    text: str
    who: str
    help: str
    depth: int
    state: str
    ways: tuple[Way, ...]
    goes_on: tuple[str, ...] = ()


def narrate(
    drawing: Drawing,
    *,
    now: Collection[str] = (),
    done: Collection[str] | Mapping[str, int] = (),
    stopped: Collection[str] | Mapping[str, int] = (),
) -> list[Step]:
    """Describe a process.

    Args:
        now: ids of elements where the instance stands.
        done: ids of elements that were completed; `stopped`: that were interrupted.
    """
    silent = _silent(drawing)
    order = [node for node in _ordered(drawing, "") if node.id not in silent]
    numbers = {node.id: index for index, node in enumerate(order, start=1)}
    steps = []
    for index, node in enumerate(order, start=1):
        state = "now" if node.id in now else "done" if node.id in done else "stopped" if node.id in stopped else ""
        following = order[index] if index < len(order) else None
        ways = _ways(drawing, node, numbers, silent)
        straight = len(ways) == 1 and following is not None and ways[0].number == index + 1
        steps.append(
            Step(
                number=index,
                element_id=node.id,
                text=_sentence(drawing, node),
                who=node.lane if node.kind in _PEOPLE else "",
                help=node.documentation,
                depth=_depth(drawing, node),
                state=state,
                ways=() if straight else ways,
                goes_on=(ways[0].flow.id, *ways[0].through) if straight else (),
            )
        )
    return steps


def _ordered(drawing: Drawing, parent: str) -> list[Node]:
    """The nodes of a level in the order in which work meets them, sub-processes followed by their inside."""
    level = {node.id: node for node in drawing.inside(parent)}
    begins = [n for n in level.values() if not drawing.incoming(n.id) and not n.attached_to and not n.by_event]
    # Depth first, so that a chain stays together; a step into which ways lead that are not told yet waits for them.
    stack = sorted(begins, key=lambda node: node.kind != "startEvent")[::-1]
    waiting: deque[Node] = deque(n for n in level.values() if n.by_event)
    seen: dict[str, Node] = {}
    told: list[Node] = []
    while stack or waiting:
        node, patient = (stack.pop(), True) if stack else (waiting.popleft(), False)
        if node.id in seen:
            continue
        if patient and any(flow.source not in seen for flow in drawing.incoming(node.id)) and node not in begins:
            waiting.appendleft(node)
            continue
        seen[node.id] = node
        told += [node, *_ordered(drawing, node.id)]
        following = [level[flow.target] for flow in drawing.outgoing(node.id) if flow.target in level]
        following += [n for n in level.values() if n.attached_to == node.id]
        stack.extend(reversed(following))
    circling = [node for node in level.values() if node.id not in seen]
    return told + [found for node in circling for found in (node, *_ordered(drawing, node.id))]


def _silent(drawing: Drawing) -> frozenset[str]:
    """Gateways that only bring branches of choices together: they say nothing of their own.

    Of a circle of such gateways (somebody is still drawing) each one is a step.
    """
    onward = {}
    for node in drawing.nodes.values():
        flows = drawing.outgoing(node.id) if node.kind == "exclusiveGateway" and not node.name else []
        if len(flows) == 1:
            onward[node.id] = flows[0].target
    circling = set()
    for start in onward:
        walked: set[str] = set()
        node_id = start
        while node_id in onward and node_id not in walked:
            walked.add(node_id)
            node_id = onward[node_id]
        circling |= walked if node_id in walked else set()
    return frozenset(onward) - circling


def _depth(drawing: Drawing, node: Node) -> int:
    depth = 0
    while node.parent:
        node = drawing.nodes[node.parent]
        depth += 1
    return depth


def _ways(drawing: Drawing, node: Node, numbers: Mapping[str, int], silent: Collection[str]) -> tuple[Way, ...]:
    flows = drawing.outgoing(node.id)
    found = []
    for flow in flows:
        target, through = _landing(drawing, flow, silent)
        found.append(Way(_when(node, flow, len(flows)), numbers[target.id], _short(target), flow, through))
    return tuple(found)


def _landing(drawing: Drawing, flow: Flow, silent: Collection[str]) -> tuple[Node, tuple[str, ...]]:
    """The step a flow leads to, and the flows behind gateways that are no steps."""
    through: list[str] = []
    while flow.target in silent:
        flow = drawing.outgoing(flow.target)[0]
        through.append(flow.id)
    return drawing.nodes[flow.target], tuple(through)


def _when(node: Node, flow: Flow, count: int) -> str:
    if count == 1 or node.kind in ("parallelGateway", "eventBasedGateway"):
        return flow.name
    if flow.name:
        return flow.name
    if flow.id == node.default:
        return _("otherwise")
    return flow.condition


def _short(node: Node) -> str:
    if node.name:
        return node.name
    return {"endEvent": _("end"), "parallelGateway": _("branches")}.get(node.kind, "")


def _sentence(drawing: Drawing, node: Node) -> str:
    if node.kind in _GATEWAYS:
        return _gateway(drawing, node)
    if node.kind.endswith("Event"):
        return _event(drawing, node)
    return _repeated(node, activity(node))


def activity(node: Node) -> str:
    """What an activity does, in words."""
    name = node.name or node.id
    if node.kind == "callActivity":
        return _("The process “%(name)s” runs", name=name)
    if node.kind in ("subProcess", "transaction", "adHocSubProcess"):
        return _("If it happens: “%(name)s”", name=name) if node.by_event else _("Part “%(name)s”", name=name)
    if node.kind == "businessRuleTask":
        return _("The platform decides by a table: “%(name)s”", name=name)
    if node.kind in _MACHINES:
        return _("The platform does by itself: “%(name)s”", name=name)
    if node.kind == "receiveTask":
        return _("Waiting for a message: “%(name)s”", name=name)
    return name


def _repeated(node: Node, text: str) -> str:
    if node.repeated == "parallel":
        return _("%(text)s — for everyone or everything in the list, at the same time", text=text)
    if node.repeated == "sequential":
        return _("%(text)s — one after another for the whole list", text=text)
    return text


def _gateway(drawing: Drawing, node: Node) -> str:
    splits = len(drawing.outgoing(node.id)) > 1
    if node.kind == "parallelGateway":
        return _("Several branches go on at the same time") if splits else _("When all branches are finished, go on")
    if node.kind == "inclusiveGateway" and not splits:
        return _("When all branches that were begun are finished, go on")
    if node.kind == "inclusiveGateway":
        question = _("Which of the branches go on (one or several)?")
        return f"{node.name} {question}" if node.name else question
    if node.kind == "eventBasedGateway":
        return _("Waiting for what happens first")
    return node.name or _("Which way does it go?")


def _event(drawing: Drawing, node: Node) -> str:
    name = node.name
    if node.kind == "startEvent":
        return _("Beginning: “%(name)s”", name=name) if name else _("Beginning")
    if node.kind == "endEvent":
        return _("End: “%(name)s”", name=name) if name else _("The end")
    if node.kind == "boundaryEvent":
        return _boundary(drawing, node)
    if node.kind == "intermediateCatchEvent":
        return _wait(node.event, name or node.id)
    return _("The platform announces: “%(name)s”", name=name or node.id)


def _wait(event: str, name: str) -> str:
    if event == "timer":
        return _("Waiting for the time: “%(name)s”", name=name)
    if event == "message":
        return _("Waiting for a message: “%(name)s”", name=name)
    return _("Waiting until: “%(name)s”", name=name)


def _boundary(drawing: Drawing, node: Node) -> str:
    host = drawing.label(node.attached_to)
    name = node.name or node.id
    if node.interrupting:
        return _("If during “%(host)s” this happens: “%(name)s”, that step is stopped", host=host, name=name)
    return _("If during “%(host)s” this happens: “%(name)s”, that step goes on as well", host=host, name=name)
