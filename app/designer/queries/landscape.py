"""All processes together: who calls, starts and informs whom, and what starts them from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.designer import policies
from app.designer.describing import terms
from app.designer.describing.description import PEOPLE, role_ids
from app.engine import queries as engine
from app.engine.drawing import Drawing, read_drawing
from app.engine.views import DefinitionView
from app.kernel.actor import Actor
from app.programmes.queries import linked
from app.programmes.queries.linked import LinkedRow

from .catalogue import newest
from .deployed import DECISION, FORM, PROCESS
from .descriptions import process_name

CALL, START, MESSAGE, ROW = "call", "start", "message", "row"
_MEASURE = "measure_occurrence"
"""The process that starts whatever a row of a roadmap names."""


@dataclass(frozen=True, slots=True)
class Link:
    """What one process does to another; `through`: the steps that do it, by name."""

    source: str
    target: str
    kind: str
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the map.

    Attributes:
        version: None when it is named by others and not deployed.
        owner, starters, roles: role ids: who owns it, who begins it, all who take part.
        timers: when it begins by itself, in words.
        rows: the rows of roadmaps that start it.
        forms, decisions: (id, title).
    """

    process_id: str
    name: str
    version: int | None
    owner: str = ""
    starters: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    timers: tuple[str, ...] = ()
    rows: tuple[LinkedRow, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Landscape:
    """Processes by name, and what connects them."""

    processes: tuple[Process, ...]
    links: tuple[Link, ...]

    def process(self, process_id: str) -> Process | None:
        """A process of the map."""
        return next((each for each in self.processes if each.process_id == process_id), None)

    def leaving(self, process_id: str) -> list[Link]:
        """What a process does to others."""
        return [link for link in self.links if link.source == process_id]

    def reaching(self, process_id: str) -> list[Link]:
        """What others do to a process."""
        return [link for link in self.links if link.target == process_id]

    def only(self, kept: Collection[str]) -> Landscape:
        """The part of these processes."""
        return Landscape(
            tuple(each for each in self.processes if each.process_id in kept),
            tuple(link for link in self.links if link.source in kept and link.target in kept),
        )


def landscape(actor: Actor) -> Landscape:
    """The map of everything that is deployed, in its latest versions.

    Raises:
        NotFound: the actor does not read models.
    """
    policies.demand_reading(actor)
    definitions = {found.process_id: found for found in engine.definitions(actor)}
    drawings = {row.id: read_drawing(row.text, row.id) for row in newest(PROCESS, with_text=True)}
    names = {(kind, row.id): row.name or row.id for kind in (FORM, DECISION) for row in newest(kind)}
    rows = linked.rows()
    links = _joined([*_links(drawings), *_row_links(rows, definitions)])
    strangers = {link.target for link in links} - set(definitions)
    processes = [_process(found, drawings[name], rows, names) for name, found in definitions.items()]
    processes += [
        Process(name, process_name(name), None, rows=tuple(row for row in rows if row.process == name))
        for name in sorted(strangers)
    ]
    return Landscape(tuple(sorted(processes, key=lambda each: (each.name, each.process_id))), tuple(links))


def part(whole: Landscape, *, role: str = "", around: str = "") -> Landscape:
    """The part of a map that somebody asks for.

    Args:
        role: only processes in which this role takes part, which it owns or may begin.
        around: only this process and what is linked with it.
    """
    kept = {each.process_id for each in whole.processes}
    if around in kept:
        near = {link.source for link in whole.reaching(around)} | {link.target for link in whole.leaving(around)}
        kept &= {around, *near}
    if role:
        kept &= {each.process_id for each in whole.processes if role in each.roles}
    return whole.only(kept)


def _process(
    found: DefinitionView, drawing: Drawing, rows: Iterable[LinkedRow], names: Mapping[tuple[str, str], str]
) -> Process:
    nodes = drawing.nodes.values()
    starters = role_ids(found.properties.get("starters", ""))
    owner = found.properties.get("owner", "")
    people = {role for node in nodes if node.kind in PEOPLE for role in role_ids(node.groups)}
    begins = [node for node in nodes if node.kind == "startEvent" and not node.parent and node.timer]
    forms = dict.fromkeys(node.form for node in nodes if node.form and not node.form.startswith("="))
    decisions = dict.fromkeys(node.decision for node in nodes if node.decision and not node.decision.startswith("="))
    return Process(
        found.process_id,
        found.name,
        found.version,
        owner,
        starters,
        frozenset({*people, *starters, *role_ids(owner)}),
        tuple(terms.moment(node.timer, {}) for node in begins),
        tuple(row for row in rows if row.process == found.process_id),
        tuple((form, names.get((FORM, form), form)) for form in forms),
        tuple((decision, names.get((DECISION, decision), decision)) for decision in decisions),
    )


def _links(drawings: dict[str, Drawing]) -> Iterator[Link]:
    caught: dict[str, list[str]] = {}
    for name, drawing in drawings.items():
        for node in drawing.nodes.values():
            if node.message and not node.job:
                caught.setdefault(node.message, []).append(name)
    for name, drawing in drawings.items():
        for node in drawing.nodes.values():
            through = (node.name or node.id,)
            if node.called and not node.called.startswith("="):
                yield Link(name, node.called, CALL, through)
            if node.job == "start-process" and node.literal("processId"):
                yield Link(name, node.literal("processId"), START, through)
            thrown = node.literal("name") if node.job == "publish-message" else ""
            for catcher in caught.get(thrown, []):
                yield Link(name, catcher, MESSAGE, through)


def _row_links(rows: Iterable[LinkedRow], deployed: Collection[str]) -> Iterator[Link]:
    if _MEASURE in deployed:
        for row in rows:
            yield Link(_MEASURE, row.process, ROW, (f"{row.number} {row.title}",))


def _joined(links: Iterable[Link]) -> list[Link]:
    """One link for each pair and kind, with all steps that it stands for."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for link in links:
        found.setdefault((link.source, link.target, link.kind), []).extend(link.through)
    return [Link(*ends, tuple(dict.fromkeys(through))) for ends, through in found.items()]
