"""Moving a running instance to another definition: live tokens are mapped to elements, or it is refused.

The same element id is the default mapping. What a person has begun (task, draft) stays: tokens keep their numbers,
waits that are unchanged keep their rows, changed ones are announced as ("update", token, wait). New boundary events
of live activities and new event sub-processes of live scopes begin to wait; vanished ones are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.runtime.codec import decode, encode
from app.engine.runtime.element import OPEN_EVENTS
from app.engine.runtime.instance import Instance
from app.engine.runtime.resync import resync
from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token

CHILD = " [child]"
REASONS = {
    "scope_vanished": ("подпроцесса нет в новой версии", "the sub-process is not in the new version"),
    "vanished": ("элемента нет в новой версии", "the element is not in the new version"),
    "kind_changed": ("элемент стал другого вида", "the element is of another kind now"),
    "multi_instance_changed": (
        "изменилась многократность идущего элемента",
        "the multi-instance settings of a running element have changed",
    ),
    "host_changed": ("событие прикреплено к другому элементу", "the event is attached to another element"),
    "event_changed": ("событие стало другого вида", "the event is of another kind now"),
    "flow_vanished": (
        "поток, по которому пришли к соединению, исчез",
        "the flow by which a token came to the join is gone",
    ),
    "compensation_vanished": ("обработчик компенсации исчез", "the compensation handler is gone"),
    "form_missing": (
        "форма этого шага не развёрнута вместе с новой версией",
        "the form of this step is not deployed with the new version",
    ),
    "expression": (
        "выражение новой версии не вычисляется на данных экземпляра",
        "an expression of the new version cannot be evaluated with the data of the instance",
    ),
    "ended": ("экземпляр завершён", "the instance is over"),
}
"""Why an instance cannot be moved: code -> (Russian, English)."""


@dataclass(frozen=True)
class Obstacle:
    """Why an instance cannot be moved. `reason` is a code of REASONS."""

    element: str | None
    reason: str
    loop: int | None = None

    def text(self, language: str = "ru") -> str:
        """The obstacle as a sentence."""
        sentence = REASONS[self.reason][0 if language == "ru" else 1]
        return f"{self.element}: {sentence}" if self.element else sentence


@dataclass
class MigrationPlan:
    """What a migration would do.

    Attributes:
        obstacles: empty when it may be done.
        moves: {"token", "from", "to"} of live elements, also those that keep their id.
        opens, closes: ids of events that would begin or stop to wait.
    """

    obstacles: list[Obstacle] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)
    closes: list[str] = field(default_factory=list)


class MigrationRefused(Exception):
    """The instance cannot be moved; `plan.obstacles` say why."""

    def __init__(self, plan: MigrationPlan) -> None:
        self.plan = plan
        super().__init__("; ".join(obstacle.text("en") for obstacle in plan.obstacles))


def plan_migration(
    instance: Instance, spec: Any, subspecs: Mapping[str, Any], mapping: Mapping[str, str] | None = None
) -> MigrationPlan:
    """What moving an instance to other specs would do, without doing it (a dry run).

    Args:
        spec, subspecs: of the new ProcessModel.
        mapping: element id -> element id where they differ.
    """
    names, plan = _Names(instance, spec, mapping or {}), MigrationPlan()
    if instance.completed:
        plan.obstacles.append(Obstacle(None, "ended"))
        return plan
    for scope, target in _scopes(instance, spec, subspecs, names):
        if target is None:
            plan.obstacles.append(Obstacle(scope.owner.task_spec.bpmn_id, "scope_vanished"))
            continue
        for token in scope.live():
            _plan_token(token, target, names, plan)
        plan.opens += _missing_triggers(scope, target, names)
        for entry in scope.compensable:
            if names.new(entry.get("handler") or entry["element"]) not in target.task_specs:
                plan.obstacles.append(Obstacle(entry["element"], "compensation_vanished"))
    return plan


def migrate(
    instance: Instance, spec: Any, subspecs: Mapping[str, Any], mapping: Mapping[str, str] | None = None
) -> Instance:
    """The instance on other specs. Drain it: its journal holds ('migrated', None, None, {"moves", "opens",
    "closes"}), its effects tell which waits were opened, closed or changed.

    Raises:
        MigrationRefused: it cannot be moved.
        FeelError: an expression of a new event cannot be evaluated; nothing was moved.
    """
    plan = plan_migration(instance, spec, subspecs, mapping)
    if plan.obstacles:
        raise MigrationRefused(plan)
    names = _Names(instance, spec, mapping or {})
    copy = _copy(instance, instance.spec, instance.subprocess_specs, None)
    _close_vanished(copy, plan)
    moved = _copy(copy, spec, subspecs, names)
    moved.effects += copy.effects
    old = {token.id: token for token in copy.every_token()}
    for token in moved.every_token():
        _rename_facts(token, names)
    for scope in (moved, *moved.subprocesses.values()):
        scope.compensable[:] = [_renamed_entry(entry, names) for entry in scope.compensable]
    for token in moved.every_token():
        if token.id in old:
            resync(moved, token, old[token.id].task_spec)
    _open_new(moved)
    moved.note("migrated", None, {"moves": plan.moves, "opens": plan.opens, "closes": plan.closes})
    return moved


def _copy(instance: Instance, spec: Any, subspecs: Mapping[str, Any], names: _Names | None) -> Instance:
    """The instance again, on other specs."""
    rename = None if names is None else names.new
    return decode(encode(instance), spec, subspecs, instance.clock, instance.decide, instance.zone, rename)


def _close_vanished(instance: Instance, plan: MigrationPlan) -> None:
    """Stop waiting for events that the new version does not have."""
    for token in list(instance.waits.values()):
        if token._state == TaskState.WAITING and token.task_spec.bpmn_id in plan.closes:
            token.cancel()


class _Names:
    """Old spec names -> new ones."""

    def __init__(self, instance: Instance, spec: Any, mapping: Mapping[str, str]) -> None:
        self.mapping = dict(mapping)
        self.mapping[instance.spec.end.name] = spec.end.name
        for name in instance.subprocess_specs:
            self.mapping[f"{name}.EndJoin"] = f"{self.mapping.get(name, name)}.EndJoin"

    def new(self, name: str) -> str:
        """The new name; an iteration's follows its element's."""
        if name.endswith(CHILD):
            return self.new(name.removesuffix(CHILD)) + CHILD
        return self.mapping.get(name, name)


def _scopes(instance: Instance, spec: Any, subspecs: Mapping[str, Any], names: _Names) -> Iterator[tuple[Any, Any]]:
    """Each live scope with its new specification, None when there is none."""
    yield instance, spec
    for sub in instance.subprocesses.values():
        yield sub, subspecs.get(names.new(sub.spec.name))


def _plan_token(token: Token, target: Any, names: _Names, plan: MigrationPlan) -> None:
    old = token.task_spec
    new = target.task_specs.get(names.new(old.name))
    place = (old.bpmn_id or token.workflow.spec.name, token.loop or None)
    guard = token._state == TaskState.WAITING and bool(old.extensions.get("event"))
    if new is None:
        if guard:
            plan.closes.append(old.bpmn_id)
        else:
            plan.obstacles.append(Obstacle(place[0], "vanished", place[1]))
        return
    reason = _obstacle(token, old, new, names)
    if reason:
        plan.obstacles.append(Obstacle(place[0], reason, place[1]))
        return
    if old.bpmn_id is not None:
        plan.moves.append({"token": token.id, "from": old.bpmn_id, "to": new.bpmn_id})
    if not guard:
        plan.opens += [name for name in _wanted(token, new) if name not in _present(token, names)]


def _obstacle(token: Token, old: Any, new: Any, names: _Names) -> str | None:
    """Why a token cannot go to its new element."""
    if type(old) is not type(new):
        return "kind_changed"
    if old.body is not None and (new.body is None or names.new(old.body) != new.body):
        return "multi_instance_changed"
    if old.is_body and _iteration(old) != _iteration(new):
        return "multi_instance_changed"
    events = [(spec.extensions.get("event") or {}).get("kind") for spec in (old, new)]
    if events[0] != events[1] or old.extensions.get("interrupting") != new.extensions.get("interrupting"):
        return "event_changed"
    host = old.extensions.get("attached_to")
    if host is not None and names.new(host) != new.extensions.get("attached_to"):
        return "host_changed"
    came_from = token.internal_data.get("via")
    if came_from is not None and names.new(came_from) not in new._inputs:
        return "flow_vanished"
    return None


def _iteration(spec: Any) -> dict[str, Any]:
    return {key: value for key, value in spec.extensions["mi"].items() if key != "inner"}


def _wanted(token: Token, spec: Any) -> list[str]:
    """The boundary events that should wait beside a live activity."""
    if token._state != TaskState.STARTED or token.internal_data.get("leaving"):
        return []
    return _open_kinds(spec._wf_spec, spec.extensions.get("attached", ()))


def _open_kinds(scope_spec: Any, names: Iterable[str]) -> list[str]:
    """Of some events those that wait as a row."""
    specs = scope_spec.task_specs
    return [name for name in names if specs[name].extensions["event"]["kind"] in OPEN_EVENTS]


def _present(token: Token, names: _Names) -> set[str]:
    """The events that wait beside a token, under their new names."""
    tasks = token.workflow.tasks
    guards = [tasks[number] for number in token.internal_data.get("guards", ()) if number in tasks]
    return {names.new(guard.task_spec.name) for guard in guards}


def _missing_triggers(scope: Any, target: Any, names: _Names) -> list[str]:
    """The event sub-processes that a live scope does not wait for yet; an interrupted scope waits for none."""
    live = scope.live()
    if any(token.task_spec.interrupts_scope and token._state > TaskState.WAITING for token in live):
        return []
    present = {names.new(token.task_spec.name) for token in live if token._state == TaskState.WAITING}
    return [name for name in _open_kinds(target, target.start.extensions.get("triggers", ())) if name not in present]


def _rename_facts(token: Token, names: _Names) -> None:
    """Names of specs that a token remembers."""
    for fact in ("via", "src"):
        if fact in token.internal_data:
            token.mark(**{fact: names.new(token.internal_data[fact])})


def _renamed_entry(entry: dict[str, Any], names: _Names) -> dict[str, Any]:
    renamed = {**entry, "element": names.new(entry["element"])}
    if entry.get("handler"):
        renamed["handler"] = names.new(entry["handler"])
    if "items" in entry:
        renamed["items"] = [_renamed_entry(item, names) for item in entry["items"]]
    return renamed


def _open_new(instance: Instance) -> None:
    """Begin to wait for the new boundary events of live activities and the new event sub-processes of live scopes.

    Raises:
        FeelError: an expression of one of them fails.
    """
    same = _Names(instance, instance.spec, {})
    for token in instance.every_token():
        present = _present(token, same)
        for name in _wanted(token, token.task_spec):
            if name not in present:
                spec = token.workflow.spec.task_specs[name]
                guard = spec.spawn(token.parent, spec, state=TaskState.WAITING, host=token.id)
                token.mark(guards=[*token.internal_data.get("guards", ()), guard.id])
                spec.open(guard, spec.event_values(token))
    for scope in (instance, *instance.subprocesses.values()):
        for name in _missing_triggers(scope, scope.spec, same):
            spec = scope.spec.task_specs[name]
            guard = spec.spawn(scope.task_tree, spec, state=TaskState.WAITING)
            spec.open(guard, spec.event_values(guard))
