"""An instance's history as an auditor reads it: one card per action, its entries sorted by what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine.drawing import Drawing, Node
from app.engine.views import EventView

_SILENT = frozenset({"flow", "entered"})
_MACHINERY = frozenset({"actor", "acted_at", "outcome", "comment", "submission", "signature", "form"})
"""Variables that a completion sets for the platform; the card shows them in words elsewhere."""


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that changed; `new` says that it was not there before. `where` names the step it belongs to."""

    name: str
    before: Any
    after: Any
    new: bool
    where: str


@dataclass(frozen=True, slots=True)
class Made:
    """A decision of a table.

    Attributes:
        version: of the table that decided.
        inputs: (name, value); rules: numbers of the rules that fired with their outputs.
    """

    where: str
    decision: str
    version: int | None
    key: str | None
    inputs: tuple[tuple[str, Any], ...]
    rules: tuple[tuple[int, Any], ...]
    output: Any
    earlier: tuple[Made, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork:
    """A condition at a gateway and whether its way was taken; `way` is the label of the flow."""

    where: str
    way: str
    expression: str
    value: Any


@dataclass(slots=True)
class Card:
    """One action.

    Attributes:
        event: as the engine recorded it; `name` is the element's label.
        reached: labels of elements that began; `left`: that ended; `stopped`: (label, reason) that were interrupted.
        marks: (kind, label, details) of timers, messages, incidents, dates moved, errors.
        submission: what was entered at a completion; `before` what the same person entered at this step the time
            before, if any; `version` counts these entries.
    """

    event: EventView
    name: str
    role: str
    reached: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    stopped: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    decisions: list[Made] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)
    marks: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    submission: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    version: int = 1

    @property
    def details(self) -> Mapping[str, Any]:
        """What the verb says: outcome, comment, reason, signature, dates."""
        return self.event.details

    @property
    def reason(self) -> str:
        """The comment or reason that was given, if any."""
        return str(self.details.get("comment") or self.details.get("reason") or "")


def cards(events: Iterable[EventView], drawing: Drawing) -> list[Card]:
    """All actions of an instance in their order."""
    found: list[Card] = []
    entered: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for event in events:
        card = _card(event, drawing)
        for entry in event.entries:
            _sort_in(card, entry, drawing)
        if event.verb == "complete" and event.element_id:
            card.submission = _submission(event.entries)
            if card.submission is not None:
                mine = entered.setdefault((event.element_id, event.details.get("assignee") or event.actor), [])
                card.before = mine[-1] if mine else None
                mine.append(card.submission)
                card.version = len(mine)
        found.append(card)
    return found


def _card(event: EventView, drawing: Drawing) -> Card:
    node = drawing.nodes.get(event.element_id or "")
    name = str(event.details.get("name") or "") or (node.name if node else "")
    return Card(event, name, node.lane if node else "")


def _submission(entries: Sequence[Sequence[Any]]) -> Mapping[str, Any] | None:
    for kind, _element, _token, details in entries:
        if kind == "variable" and details["name"] == "submission" and isinstance(details["after"], Mapping):
            return {name: value for name, value in details["after"].items() if name != "signature"} or None
    return None


def _sort_in(card: Card, entry: Sequence[Any], drawing: Drawing) -> None:
    kind, element, _token, given = entry
    details: Mapping[str, Any] = given or {}
    label = drawing.label(element or "")
    if kind == "entered":
        if _speaks(drawing.nodes.get(element or "")):
            card.reached.append(label)
    elif kind == "completed":
        if _speaks(drawing.nodes.get(element or "")):
            card.left.append(label)
    elif kind == "cancelled":
        card.stopped.append((label, _why(str(details.get("reason") or ""), drawing)))
    elif kind == "variable":
        _change(card, details, drawing)
    elif kind == "decision":
        card.decisions.append(_made(label, details))
    elif kind == "condition":
        card.forks.append(_fork(label, details, drawing))
    elif kind == "migrated":
        card.marks.append((kind, "", _migrated(card.details, details, drawing)))
    elif kind not in _SILENT:
        card.marks.append((kind, label if element else "", details))


def _migrated(said: Mapping[str, Any], details: Mapping[str, Any], drawing: Drawing) -> dict[str, Any]:
    """A move to another version: both numbers, and the steps that go on under another name."""
    renamed = {move["to"] for move in details["moves"] if move["from"] != move["to"]}
    return {"versions": said.get("versions") or (), "steps": [drawing.label(name) for name in sorted(renamed)]}


def _why(reason: str, drawing: Drawing) -> str:
    """Why a step was interrupted: the runtime names the event that did it by its id."""
    by = reason.removeprefix("interrupted by ")
    return drawing.label(by) if by != reason else reason


def _speaks(node: Node | None) -> bool:
    """Whether an element's coming and going says something to a reader: gateways without a question do not."""
    return node is not None and not (node.kind.endswith("Gateway") and not node.name)


def _change(card: Card, details: Mapping[str, Any], drawing: Drawing) -> None:
    name = str(details["name"])
    if name in _MACHINERY and details.get("scope"):
        return
    where = drawing.label(details["scope"]) if details.get("scope") else ""
    card.changes.append(Change(name, details.get("before"), details.get("after"), "before" not in details, where))


def _made(where: str, details: Mapping[str, Any]) -> Made:
    version = details.get("version")
    facts: Mapping[str, Any] = version if isinstance(version, Mapping) else {"version": version}
    trace = details.get("trace") or ()
    earlier = tuple(_row(where, row, {}) for row in trace[:-1])
    return _row(where, details, facts, earlier)


def _row(where: str, row: Mapping[str, Any], facts: Mapping[str, Any], earlier: tuple[Made, ...] = ()) -> Made:
    return Made(
        where=where,
        decision=str(row.get("decision") or ""),
        version=facts.get("version"),
        key=facts.get("key"),
        inputs=tuple((str(i.get("name") or i.get("id") or ""), i.get("value")) for i in row.get("inputs") or ()),
        rules=tuple((int(r.get("index") or 0), r.get("outputs")) for r in row.get("rules") or ()),
        output=row.get("output"),
        earlier=earlier,
    )


def _fork(label: str, details: Mapping[str, Any], drawing: Drawing) -> Fork:
    flow = drawing.flows.get(str(details.get("flow") or ""))
    target = drawing.label(flow.target) if flow else ""
    return Fork(
        label, (flow.name if flow else "") or target, str(details.get("expression") or ""), details.get("value")
    )
