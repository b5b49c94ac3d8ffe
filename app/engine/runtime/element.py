"""What all elements share: entering, leaving, taking flows, evaluating expressions.

`enter` returns True when the element is done and None when it waits; `leave` may fail; then the flows are taken.
All that the dialect adds lies in `extensions`, plain JSON that SpiffWorkflow's converters carry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from app.engine.runtime.compensation import CompensationMixin
from app.engine.runtime.spiff import BpmnSpecMixin, TaskState
from app.engine.runtime.tokens import Token
from app.engine.runtime.values import quoted, with_path
from app.feel import FeelError, Program, compile, feel, is_expression, program

OPEN_EVENTS = ("timer", "message", "signal", "conditional")
"""Kinds of event that wait as a row; errors, escalations and compensation are found when they are thrown."""


class Behaviour:
    """What every spec of ours does, also the invisible ones."""

    extensions: dict[str, Any] = {}
    name: str
    bpmn_id: str | None
    _outputs: list[str]
    _inputs: list[str]
    _wf_spec: Any
    _update: Any
    is_body = False
    is_trigger = False
    is_inclusive_join = False
    interrupts_scope = False
    follows: frozenset[str] = frozenset()
    followed: dict[str, str] = {}

    @cached_property
    def body(self) -> str | None:
        """The name of the multi-instance spec whose iterations it makes."""
        return self.extensions.get("body")

    def test(self) -> None:
        """SpiffWorkflow's structural check: ours is in app.engine.bpmn."""

    def _predict(self, my_task: Token, *args: Any, **kwargs: Any) -> None:
        """No look-ahead: the tree holds tokens, not guesses."""

    def _update_hook(self, my_task: Token) -> bool | None:
        return True

    def _on_ready(self, my_task: Token) -> None:
        """Nothing happens before the step itself."""

    def _run(self, my_task: Token) -> bool | None:
        return self.enter(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        self.close(my_task)

    def close(self, token: Token) -> None:
        """Free what the token holds when it is cancelled."""

    def keeps_results(self, token: Token) -> bool:
        """Whether results stay in the element's own scope (because output mappings pick from them)."""
        return bool(self.extensions.get("outputs"))

    def enter(self, token: Token) -> bool | None:
        """Begin. Returns True when done, None when it waits. Raises FeelError: nothing has happened then."""
        return True

    def leave(self, token: Token) -> None:
        """End. Raises FeelError: the token stays."""

    @cached_property
    def paths(self) -> list[tuple[str, str | None]]:
        """(target spec, sequence flow id or None) per output."""
        flow_ids: list[str | None] = list(self.extensions.get("flow_ids", ()))
        flow_ids += [None] * (len(self._outputs) - len(flow_ids))
        return list(zip(self._outputs, flow_ids, strict=True))

    def flows(self, token: Token) -> Sequence[tuple[str, str | None]]:
        """The flows to take when it is complete."""
        return self.paths

    def _on_complete(self, token: Token) -> None:
        scope = token.workflow
        specs, top = scope.spec.task_specs, scope.top_workflow
        for target, flow in self.flows(token):
            child = token._add_child(specs[target], TaskState.FUTURE)
            if len(specs[target]._inputs) > 1:
                child.internal_data["src"] = self.name
            if flow is not None:
                top.journal.append(("flow", flow, token.id, None))
        children = token.children
        self.taken(token, children)
        if token.parent is not None:
            scope.discard(token)
        for child in children:
            if child._state == TaskState.FUTURE and child.id in scope.tasks:
                child.task_spec._update(child)
        scope._task_completed_notify(token)

    def taken(self, token: Token, children: list[Token]) -> None:
        """After the flows were taken, before the token goes."""

    def spawn(
        self,
        parent: Token,
        spec: Any,
        variables: dict[str, Any] | None = None,
        state: int = TaskState.FUTURE,
        **facts: Any,
    ) -> Token:
        """A new token at `spec` beside the usual flow: a guard (`state` WAITING) or an event that fired."""
        child = parent._add_child(spec, TaskState.FUTURE)
        child.mark(**facts)
        if variables:
            local = spec.keeps_results(child)
            for name, value in variables.items():
                child.assign(name, value, local)
        if state == TaskState.FUTURE:
            spec._update(child)
        else:
            child._set_state(state)
        return child

    def interrupt(self, top: Any, action: Callable[[], Any]) -> None:
        """Cancel something on behalf of this element, so that the journal says why."""
        before, top.reason = top.reason, f"interrupted by {self.bpmn_id}"
        try:
            action()
        finally:
            top.reason = before


class Element(CompensationMixin, Behaviour, BpmnSpecMixin):  # type: ignore[misc]
    """A BPMN element: mappings, own expressions, attached events."""

    def __init__(self, wf_spec: Any, bpmn_id: str, extensions: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.extensions = extensions or {}

    def expressions(self) -> dict[str, str]:
        """The element's own texts to evaluate on entry, by name; literals stay as they are."""
        return {}

    @cached_property
    def plan(self) -> Plan:
        """What is evaluated on entry: input mappings, own expressions, those of the attached events."""
        return Plan(self)

    @cached_property
    def follows(self) -> frozenset[str]:  # type: ignore[override]
        """The variables whose change moves a date of this element."""
        programs = [program(text) for text in self.followed.values()]
        return frozenset(name for step in programs if step is not None for name in step.names)

    def enter(self, token: Token) -> bool | None:
        """Map inputs, open the attached events, execute."""
        if token.internal_data.get("fired"):
            return True
        plan = self.plan
        values = plan.evaluate(token) if plan.steps else plan.literals
        try:
            for spec in plan.watched:
                guard = self.spawn(token.parent, spec, state=TaskState.WAITING, host=token.id)
                token.mark(guards=[*token.internal_data.get("guards", ()), guard.id])
                spec.open(guard, values.get(spec.name, {}))
            return self.execute(token, values.get(self.name, {}))
        except FeelError:  # entered altogether or not at all
            self.lower_guards(token)
            raise

    def execute(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Do what the element does, with its evaluated expressions."""
        return True

    @cached_property
    def outputs_plan(self) -> list[tuple[Program, str]]:
        """The output mappings."""
        return mapping_steps(self.extensions.get("outputs", ()))

    def leave(self, token: Token) -> None:
        """Map outputs, close the attached events, remember what can be compensated."""
        results: list[tuple[str, Any]] = []
        if self.outputs_plan:
            values = feel.run(self.outputs_plan, token.lookup, "chain")
            results = [(step[1], value) for step, (value, _warning) in zip(self.outputs_plan, values, strict=True)]
        if self.iterates(token):  # before anything is assigned: it may fail
            token.parent.task_spec.weigh(token.parent, token, _overlay(token, results))
        for target, value in results:
            assign_outside(token, target, value)
        self.lower_guards(token)
        self.remember(token)

    def iterates(self, token: Token) -> bool:
        """Whether the token is one iteration (a handler undoing an iteration has another parent)."""
        return self.body is not None and token.parent.task_spec.name == self.body

    def lower_guards(self, token: Token) -> None:
        """Cancel the waiting events attached to it."""
        for number in token.unmark("guards") or ():
            guard = token.workflow.tasks.get(number)
            if guard is not None and guard._state == TaskState.WAITING:
                guard.cancel()

    def close(self, token: Token) -> None:
        """Cancelled: its guards go with it."""
        self.lower_guards(token)

    def taken(self, token: Token, children: list[Token]) -> None:
        """Tell the multi-instance body and a waiting compensation."""
        if self.iterates(token):
            token.parent.task_spec.one_done(token.parent, token)
        self.tell_thrower(token)


class Plan:
    """What an element evaluates on entry, compiled once per spec.

    Attributes:
        steps: (program, target) of all mappings and expressions, in order, for one crossing into V8.
        literals: spec name -> values that need no evaluation.
        watched: specs of the attached events that wait.
    """

    def __init__(self, element: Element) -> None:
        specs = element._wf_spec.task_specs
        attached = [specs[name] for name in element.extensions.get("attached", ())]
        self.watched = [spec for spec in attached if spec.extensions["event"]["kind"] in OPEN_EVENTS]
        self.steps = mapping_steps(element.extensions.get("inputs", ()))
        self.inputs = len(self.steps)
        self.slots: list[tuple[str, str]] = []
        self.literals: dict[str, dict[str, Any]] = {}
        for owner in (element, *self.watched):
            for key, text in owner.expressions().items():
                self._add(owner.name, key, text)

    def _add(self, owner: str, key: str, text: str) -> None:
        step = program(text) if is_expression(text) else None
        if step is None:
            self.literals.setdefault(owner, {})[key] = text
        else:
            self.slots.append((owner, key))
            self.steps.append((step, "_"))

    def evaluate(self, token: Token) -> dict[str, dict[str, Any]]:
        """Apply the input mappings to the token's scope and return the expressions' values by spec name.

        Raises:
            FeelError: one of them fails; the scope is put back by the caller.
        """
        values = feel.run(self.steps, token.lookup, "chain")
        for (_, target), (value, _warning) in zip(self.steps[: self.inputs], values[: self.inputs], strict=True):
            assign_inside(token, target, value)
        results = {owner: dict(given) for owner, given in self.literals.items()}
        for (owner, key), (value, _warning) in zip(self.slots, values[self.inputs :], strict=True):
            results.setdefault(owner, {})[key] = value
        return results


def mapping_steps(mappings: Sequence[dict[str, str]]) -> list[tuple[Program, str]]:
    """Compiled input or output mappings; a source without '=' is a text."""
    return [(program(m["source"]) or compile(quoted(m["source"])), m["target"]) for m in mappings]


def _overlay(token: Token, results: list[tuple[str, Any]]) -> dict[str, Any]:
    """The variables as they will be once the output mappings are applied."""
    overlay: dict[str, Any] = {}
    for target, value in results:
        head, *rest = target.split(".")
        if rest:
            try:
                base = overlay[head] if head in overlay else token.lookup(head)
            except KeyError:
                base = None
            value = with_path(base, rest, value)
        overlay[head] = value
    return overlay


def condition_text(text: str) -> str:
    """A condition as '=FEEL': the dialect allows it without the sign."""
    return text.strip() if is_expression(text) else "=" + text.strip()


def assign_inside(token: Token, target: str, value: Any) -> None:
    """Write an input mapping's target (a dotted path) in the element's own scope."""
    head, *rest = target.split(".")
    if rest:
        value = with_path((token.locals or {}).get(head), rest, value)
    token.assign(head, value, local=True)


def assign_outside(token: Token, target: str, value: Any) -> None:
    """Write an output mapping's target outside the element. One iteration of a multi-instance reads from and
    writes to its own scope, as Zeebe does."""
    head, *rest = target.split(".")
    outside = token.outer()
    if outside is not None and outside.task_spec.name == token.task_spec.body:
        outside = token
    top = token.workflow.top_workflow
    if rest:
        try:
            base = top.data.get(head) if outside is None else outside.lookup(head)
        except KeyError:
            base = None
        value = with_path(base, rest, value)
    if outside is None:
        top.write(None, head, value)
    else:
        outside.assign(head, value)
