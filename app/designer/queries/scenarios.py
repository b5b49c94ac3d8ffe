"""Scenarios of a draft: how their last runs went, what they reach together, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.designer import policies
from app.designer.models import ModelScenario, ScenarioNote, ScenarioRun
from app.designer.queries import drafts
from app.designer.rules import naming, reading, scenarios
from app.designer.views import DraftView, FileView
from app.engine.drawing import Drawing, read_drawing
from app.engine.models import Deployment
from app.engine.scenarios import Scenario
from app.engine.views import Resource
from app.kernel.actor import Actor
from app.kernel.db import db

GREEN, RED, OPEN, STALE = "green", "red", "open", "stale"
PREPARED, UNREADABLE = "prepared", "unreadable"
"""How a scenario stands: went as told; did not; goes, but expects nothing yet; not run since something changed; only
developers can run it; no scenario at all."""


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario of a draft.

    Attributes:
        state: one of the words above.
        answer: of its last run if that is not stale, see `sandbox.verbs.answer`.
    """

    file: FileView
    title: str
    process: str
    state: str
    steps: int
    answer: dict[str, Any] | None
    ran_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the green scenarios of a draft reach in one of its processes.

    Attributes:
        reached: ids of elements and flows; `missed`: (id, label) of the others.
        ends: (id, label) of the ends of the process that no scenario reaches.
        note: why that is so, in a designer's words.
    """

    drawing: Drawing
    file: FileView
    reached: frozenset[str]
    missed: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]
    note: str
    scenarios: tuple[ScenarioView, ...]

    @property
    def percent(self) -> int:
        """Of elements and flows, rounded down: 100 is really all."""
        everything = len(self.drawing.nodes) + len(self.drawing.flows)
        return 100 * (everything - len(self.missed)) // everything if everything else 0


def digest(resources: Sequence[Resource], content: bytes) -> str:
    """What a run of a scenario over these files depends on, with what is deployed now."""
    newest = db.session.scalar(select(func.max(Deployment.key))) or 0
    return scenarios.digest(resources, content, newest)


def scenarios_of(actor: Actor, draft: DraftView) -> list[ScenarioView]:
    """The scenarios of a draft by the names of their files."""
    contents = {each.name: each.content for each in drafts.contents(actor, draft.key, naming.SCENARIO)}
    files = [file for file in draft.files if file.kind == naming.SCENARIO]
    runs = {
        run.file_key: run
        for run in db.session.scalars(select(ScenarioRun).where(ScenarioRun.file_key.in_([file.key for file in files])))
    }
    newest = db.session.scalar(select(func.max(Deployment.key))) or 0
    resources = drafts.resources(actor, draft.key) if files else []
    return [
        _view(file, contents[file.name], runs.get(file.key), scenarios.digest(resources, contents[file.name], newest))
        for file in files
    ]


def one(actor: Actor, draft_key: int, file_key: int) -> ScenarioView:
    """One scenario of a draft.

    Raises:
        NotFound: there is none, or the actor does not read models.
    """
    file = drafts.file(actor, draft_key, file_key)
    content = drafts.content(actor, file_key)
    return _view(
        file, content, db.session.get(ScenarioRun, file_key), digest(drafts.resources(actor, draft_key), content)
    )


def _view(file: FileView, content: bytes, run: ScenarioRun | None, now: str) -> ScenarioView:
    scenario = scenarios.parsed(content)
    if run is not None and run.digest != now:
        run = None
    return ScenarioView(
        file=file,
        title=(scenario.title if scenario else "") or naming.stem(file.name),
        process=scenario.process if scenario else "",
        state=_state(scenario, run),
        steps=len(scenario.steps) if scenario else 0,
        answer=run.answer if run else None,
        ran_at=run.ran_at if run else None,
    )


def _state(scenario: Scenario | None, run: ScenarioRun | None) -> str:
    if scenario is None:
        return UNREADABLE
    if scenario.prepared:
        return PREPARED
    if run is None:
        return STALE
    if run.passed:
        return GREEN
    return OPEN if not scenario.expects and run.answer.get("failed", run.answer) is None else RED


def coverage(actor: Actor, draft: DraftView, found: Sequence[ScenarioView] | None = None) -> list[Coverage]:
    """What the green scenarios of a draft reach, process by process of its files."""
    views = scenarios_of(actor, draft) if found is None else found
    notes = dict(
        db.session.execute(
            select(ScenarioNote.process_id, ScenarioNote.text).where(ScenarioNote.draft_key == draft.key)
        ).all()
    )
    covered = []
    for resource in drafts.contents(actor, draft.key, naming.BPMN):
        file = draft.file(resource.name)
        for process, _name in reading.model(resource.content).items:
            if file is not None:
                drawing = read_drawing(resource.content.decode(), process)
                covered.append(_covered(drawing, file, views, notes.get(process, "")))
    return covered


def _covered(drawing: Drawing, file: FileView, views: Sequence[ScenarioView], note: str) -> Coverage:
    reached: set[str] = set()
    for view in views:
        own = ((view.answer or {}).get("covered") or {}).get(drawing.process_id)
        if view.state == GREEN and own:
            reached.update(own["elements"], own["flows"], own["ends"])
    named = {name: label_of(drawing, name) for name in (*drawing.nodes, *drawing.flows)}
    ends = [node.id for node in drawing.inside("") if node.kind == "endEvent"]
    return Coverage(
        drawing=drawing,
        file=file,
        reached=frozenset(reached & named.keys()),
        missed=tuple((name, label) for name, label in named.items() if name not in reached),
        ends=tuple((name, label_of(drawing, name)) for name in ends if name not in reached),
        note=note,
        scenarios=tuple(view for view in views if view.process == drawing.process_id),
    )


def label_of(drawing: Drawing, name: str) -> str:
    """What people call an element or a flow; what has no name is told by what it is."""
    node, flow = drawing.nodes.get(name), drawing.flows.get(name)
    if flow is not None:
        ways = f"{label_of(drawing, flow.source)} → {label_of(drawing, flow.target)}"
        return f"{ways} ({flow.name})" if flow.name else ways
    if node is None or node.name:
        return node.name if node else name
    kind = next((word for ending, word in _UNNAMED.items() if node.kind.endswith(ending)), _STEP)
    return str(kind)


_UNNAMED = {
    "startEvent": _l("the beginning"),
    "endEvent": _l("an end without a name"),
    "Gateway": _l("a fork without a name"),
    "Event": _l("an event without a name"),
}
_STEP = _l("a step without a name")


def stored(actor: Actor, process_id: str) -> list[Resource]:
    """The scenarios that were published last with a process, as files for a draft."""
    policies.demand_reading(actor)
    newest = select(func.max(ModelScenario.version)).where(ModelScenario.process_id == process_id).scalar_subquery()
    rows = db.session.scalars(
        select(ModelScenario)
        .where(ModelScenario.process_id == process_id, ModelScenario.version == newest)
        .order_by(ModelScenario.name)
    )
    return [Resource(row.name, row.content.encode()) for row in rows]
