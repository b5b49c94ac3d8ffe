"""Moving an instance in memory: what would come of it, or why it cannot be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.engine import decisions_made, services
from app.engine.assignments import FormMissing
from app.engine.definitions import Definition, definition
from app.engine.live import Head
from app.engine.moving.task_changes import TaskChange, changes_of
from app.engine.runtime import Instance, Obstacle, migrate, plan_migration
from app.engine.runtime.instance import Effect
from app.engine.runtime.migration import REASONS
from app.feel import FeelError
from app.kernel.errors import Conflict


@dataclass(slots=True)
class Trial:
    """What a migration of one instance would do.

    Attributes:
        obstacles: why it cannot be done; empty when it can.
        opens, closes: ids of events that would begin or stop to wait.
        tasks: open tasks whose rows change.
        moved: the instance on its new definition, None with obstacles. The old one is as it was.
    """

    obstacles: list[Obstacle]
    opens: list[str] = field(default_factory=list)
    closes: list[str] = field(default_factory=list)
    tasks: list[TaskChange] = field(default_factory=list)
    moved: Instance | None = None


class MoveRefused(Conflict):
    """The instance cannot be moved; `obstacles` say why, element by element."""

    def __init__(self, source: Definition, obstacles: list[Obstacle]) -> None:
        self.obstacles = obstacles
        said = "; ".join(sentence(source, obstacle) for obstacle in obstacles)
        super().__init__(_l("The instance cannot be moved: %(reasons)s.", reasons=said))


def sentence(source: Definition, obstacle: Obstacle) -> str:
    """An obstacle in the reader's language, with the element's name."""
    locale = get_locale()
    language = "en" if locale is not None and locale.language == "en" else "ru"
    return Obstacle(called(source, obstacle.element), obstacle.reason).text(language)


def called(of: Definition, element: str | None) -> str | None:
    """What people call an element; what has no name itself by the step that follows."""
    info = of.model.elements.get(element or "")
    if info is None or info.name:
        return info.name if info else element
    following = onward(of, info.id)
    return str(_l("the point before “%(name)s”", name=following)) if following else info.id


def onward(of: Definition, name: str) -> str:
    """The name of a step that follows an element."""
    model = of.model
    following = (model.elements.get(flow.target) for flow in model.flows.values() if flow.source == name)
    return next((info.name for info in following if info is not None and info.name), "")


def sentence_of(source_key: int | None, element: str | None, code: str) -> str:
    """A kept reason: of an obstacle (element and code), or the sentence itself.

    Args:
        source_key: of the definition that names the element, None when it is not known.
    """
    if code not in REASONS:
        return code
    obstacle = Obstacle(element, code)
    return obstacle.text() if source_key is None else sentence(definition(source_key), obstacle)


def tried(at: Head, instance: Instance, source: Definition, target: Definition, mapping: Mapping[str, str]) -> Trial:
    """Move a copy of a live instance; the instance itself stays as it is."""
    spec, subspecs = target.model.spec, target.model.subspecs
    plan = plan_migration(instance, spec, subspecs, mapping)
    if plan.obstacles:
        return Trial(plan.obstacles)
    try:
        moved = migrate(instance, spec, subspecs, mapping)
        tasks = changes_of(at, (source, instance), (target, moved))
    except FeelError as error:
        # its message may quote values, which a designer does not read
        return Trial([Obstacle(error.element, "form_missing" if isinstance(error, FormMissing) else "expression")])
    moved.decide = decisions_made.decider(target)
    moved.effects = _written(instance, moved)
    return Trial([], plan.opens, plan.closes, tasks, moved)


def _written(now: Instance, moved: Instance) -> list[Effect]:
    """The effects of a move without those that change a row in its place.

    A job that somebody outside was to take and that is a service inside the action now goes, with its incident, and the
    service is reached anew: nobody else would ever do it.
    """
    for token in [effect[1] for effect in moved.effects if _comes_inside(now, effect)]:
        moved.clear_incident(moved.waits[token])
    found: list[Effect] = []
    for effect in moved.effects:
        if _comes_inside(now, effect):
            found += [("close", effect[1], now.waits[effect[1]].wait), ("open", effect[1], effect[2])]
        elif not _by_row(effect):
            found.append(effect)
    return found


def _comes_inside(now: Instance, effect: Effect) -> bool:
    """Whether a changed wait is a job whose new type runs inside the action, other than its old one."""
    if effect[0] != "update" or effect[2]["kind"] != "job":
        return False
    wait = now.waits[effect[1]].wait
    return wait is not None and services.inside(effect[2]["type"]) and not services.inside(wait["type"])


def _by_row(effect: tuple[Any, ...]) -> bool:
    """Whether a changed wait is written to its own row, which keeps its key: tasks and jobs."""
    return effect[0] == "update" and effect[2]["kind"] in ("user_task", "job")


def differences(now: Instance, then: Instance) -> Iterator[tuple[Any, ...]]:
    """The effects that lead from the waits of one state of an instance to those of another (undoing)."""
    for token, waiting in now.waits.items():
        if token not in then.waits:
            yield "close", token, waiting.wait
    for token, waiting in then.waits.items():
        before = now.waits.get(token)
        if before is None:
            yield "open", token, waiting.wait
        elif before.wait != waiting.wait:
            effect = ("update", token, waiting.wait)
            if not _by_row(effect):
                yield effect
