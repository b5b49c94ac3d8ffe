"""Changing where an instance stands: tokens are started before elements, live elements are ended.

Everything is checked before anything changes; new tokens come first, so that a scope in which all is replaced lives
on. A scope whose last element was ended ends with it, and so does the instance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engine.runtime.events import BoundaryEvent, StartEvent
from app.engine.runtime.instance import Instance
from app.engine.runtime.migration import CHILD
from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token

REASON = "modified"
"""What the journal gives as the reason of what was ended when nobody says more."""


class ModificationRefused(LookupError):
    """An instruction that cannot be carried out; nothing has changed.

    Attributes:
        element: BPMN id, or the number of a token.
        reason: `unknown`, `kind`, `multi_instance`, `ambiguous`, `event_sub_process`, `not_live`, `scope`.
    """

    def __init__(self, element: object, reason: str) -> None:
        self.element, self.reason = str(element), reason
        super().__init__(f"{element}: {reason}")


@dataclass(frozen=True, slots=True)
class Activation:
    """A token to start before an element.

    Attributes:
        variables: (id of the element in whose scope, None for the instance's own; names and values).
        within: numbers of tokens; where several scopes could hold the element, the one that is among them.
    """

    element: str
    variables: Sequence[tuple[str | None, Mapping[str, Any]]] = ()
    within: frozenset[int] = frozenset()


@dataclass(slots=True)
class Tree:
    """Which scope an element is drawn in, and which element opens that scope."""

    home: dict[str, str | None] = field(default_factory=dict)
    """Element -> name of its scope's specification, None for the process itself."""
    opener: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    """Specification of a sub-process -> where its element is drawn, and the element's name."""


def modify(
    instance: Instance, activations: Iterable[Activation], terminations: Iterable[int] = (), reason: str = REASON
) -> None:
    """Start tokens and end live elements. Follow it by `do_engine_steps` and `drain`.

    Args:
        terminations: numbers of tokens.
        reason: for the journal, and of the instance when nothing of it is left: its result is `cancelled` then.
    Raises:
        ModificationRefused: an instruction makes no sense here. ValueError: a variable is not JSON.
        FeelError: an input mapping of a sub-process that would be opened fails; drop the instance.
    """
    tree, started, wanted = _tree(instance), list(activations), list(dict.fromkeys(terminations))
    for activation in started:
        _demand_place(instance, tree, activation)
    ending = [_demand_live(instance, number) for number in wanted]
    ended = [token.task_spec.bpmn_id for token in ending]
    for activation in started:
        _activate(instance, tree, activation)
    before, instance.reason = instance.reason, reason
    for token in ending:
        _terminate(instance, token, reason)
    instance.reason = before
    facts = {"activated": [activation.element for activation in started], "terminated": ended}
    instance.note("modified", None, facts)


def live_tokens(instance: Instance, element: str) -> list[Token]:
    """The live tokens of an element; of a multi-instance its body alone."""
    return [
        token
        for token in instance.every_token()
        if token.task_spec.bpmn_id == element and _stands(token) and token.task_spec.body is None
    ]


def around(instance: Instance, number: int) -> frozenset[int]:
    """A token with those of the sub-processes around it: where what replaces it belongs."""
    token, found = instance.get_task_from_id(number), set()
    while token is not None:
        found.add(token.id)
        token = token.workflow.owner
    return frozenset(found)


def _tree(instance: Instance) -> Tree:
    tree = Tree()
    for name, spec in ((None, instance.spec), *instance.subprocess_specs.items()):
        for element in spec.task_specs.values():
            if element.bpmn_id is not None and not element.name.endswith(CHILD):
                tree.home[element.bpmn_id] = name
            inner = getattr(element, "spec", None)
            if isinstance(inner, str):
                tree.opener[inner] = (name, element.name)
    return tree


def _path(tree: Tree, element: str) -> list[tuple[str, str]]:
    """(specification, element) of the sub-processes around an element, the outermost first."""
    path: list[tuple[str, str]] = []
    scope = tree.home[element]
    while scope is not None:
        home, opener = tree.opener[scope]
        path.insert(0, (scope, opener))
        scope = home
    return path


def _demand_place(instance: Instance, tree: Tree, activation: Activation) -> None:
    """Refuse what no token can be started before."""
    name = activation.element
    if name not in tree.home:
        raise ModificationRefused(name, "unknown")
    scope: Any = instance
    path = _path(tree, name)
    if any(opener.endswith(CHILD) for _, opener in path):
        raise ModificationRefused(name, "multi_instance")
    for inner, opener in path:
        scope = None if scope is None else _inside(scope, opener, activation)
        if scope is None and _spec(instance, tree.opener[inner][0]).task_specs[opener].is_trigger:
            raise ModificationRefused(name, "event_sub_process")
    spec = _spec(instance, tree.home[name]).task_specs[name]
    if isinstance(spec, StartEvent | BoundaryEvent) or spec.is_trigger:
        raise ModificationRefused(name, "kind")
    known = {None, name, *(opener for _, opener in path)}
    for scope_id, _ in activation.variables:
        if scope_id not in known:
            raise ModificationRefused(scope_id, "scope")


def _spec(instance: Instance, name: str | None) -> Any:
    return instance.spec if name is None else instance.subprocess_specs[name]


def _inside(scope: Any, opener: str, activation: Activation) -> Any:
    """The live scope that a sub-process has opened in another one; None when it is not live."""
    top = scope.top_workflow
    owners = [token for token in scope.live() if token.task_spec.name == opener and token.id in top.subprocesses]
    chosen = [token for token in owners if token.id in activation.within]
    if len(owners) > 1 and len(chosen) != 1:
        raise ModificationRefused(activation.element, "ambiguous")
    if not owners:
        return None
    return top.subprocesses[(chosen or owners)[0].id]


def _demand_live(instance: Instance, number: int) -> Token:
    token = instance.get_task_from_id(number)
    if token is None or token.task_spec.bpmn_id is None or not _stands(token):
        raise ModificationRefused(number, "not_live")
    if token.loop or token.task_spec.body is not None:
        raise ModificationRefused(token.task_spec.bpmn_id, "multi_instance")
    return token


def _stands(token: Token) -> bool:
    """Whether a token is at its element, or waits at a join; an event that only guards something is neither."""
    if token._state == TaskState.WAITING:
        return "via" in token.internal_data
    return bool(TaskState.WAITING < token._state < TaskState.COMPLETED)


def _activate(instance: Instance, tree: Tree, activation: Activation) -> None:
    """Start one token, in sub-processes that are opened where they are not live."""
    given: dict[str | None, Mapping[str, Any]] = {}
    for scope_id, variables in activation.variables:
        given[scope_id] = {**given.get(scope_id, {}), **variables}
    instance.set_variables(None, given.get(None, {}))
    scope: Any = instance
    for _, opener in _path(tree, activation.element):
        inner = _inside(scope, opener, activation)
        if inner is None:
            inner = _opened(scope, opener, given.get(opener, {}))
        elif opener in given:
            instance.set_variables(inner.owner.id, given[opener], local=True)
        scope = inner
    token = _planted(scope, activation.element, given.get(activation.element, {}))
    token._ready()


def _opened(scope: Any, opener: str, variables: Mapping[str, Any]) -> Any:
    """A sub-process that is entered without its start event."""
    token = _planted(scope, opener, variables)
    token.mark(hollow=True)
    token._set_state(TaskState.READY)
    token.run()
    return scope.top_workflow.subprocesses[token.id]


def _planted(scope: Any, name: str, variables: Mapping[str, Any]) -> Token:
    """A token that has not begun, with variables of its own."""
    token: Token = scope.task_tree._add_child(scope.spec.task_specs[name], TaskState.FUTURE)
    scope.task_tree.row = None
    if variables:
        scope.top_workflow.set_variables(token.id, variables, local=True)
    return token


def _terminate(instance: Instance, token: Token, reason: str) -> None:
    """End a token, and every scope that is left without one."""
    while token._state < TaskState.COMPLETED:  # a sub-process that ended before may have taken it along
        scope = token.workflow
        token.cancel()
        if any(_stands(other) or other._state == TaskState.FUTURE for other in scope.live()):
            scope.update_waiting_tasks()
            return
        if scope.owner is None:
            instance.set_variables(None, {"result": "cancelled"})
            instance.cancel(reason)
            return
        token = scope.owner
