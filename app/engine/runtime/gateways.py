"""Gateways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from app.engine.runtime.element import Element, condition_text
from app.engine.runtime.incidents import NoAnswer
from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token
from app.feel import feel, program


class ConditionalGateway(Element):
    """Chooses among its flows by conditions; each evaluated condition goes to the journal."""

    @cached_property
    def conditions(self) -> list[tuple[Any, str, str, str]]:
        """(program, text, target, flow id) per flow with a condition."""
        rows = self.extensions.get("conditions", ())
        return [(program(condition_text(text)), text, target, flow) for text, target, flow in rows]

    def chosen(self, token: Token, mode: str) -> list[tuple[str, str | None]]:
        """The flows whose conditions are true, else the default flow.

        Args:
            mode: 'first' stops at the first true condition, 'all' evaluates every one.
        Raises:
            NoAnswer: a condition is neither true nor false, or none is true and there is no default flow.
        """
        hit: list[tuple[str, str | None]] = []
        results = feel.run([row[0] for row in self.conditions], token.lookup, mode)  # type: ignore[arg-type]
        top = token.workflow.top_workflow
        for (_, text, target, flow), (value, warning) in zip(self.conditions, results, strict=False):
            if value is not True and (value is not False or (warning and mode == "all")):
                # an inclusive branch that is silently not taken is work that nobody misses
                reason = f": {warning}" if warning else ""
                raise NoAnswer(f"the condition {text!r} gave {value!r}, neither true nor false{reason}")
            top.note("condition", token, {"flow": flow, "expression": text, "value": value})
            if value:
                hit.append((target, flow))
        if hit:
            return hit
        default = self.extensions.get("default")
        if default is None:
            raise NoAnswer("no condition is true and there is no default flow")
        return [(default[0], default[1])]

    def flows(self, token: Token) -> Sequence[tuple[str, str | None]]:
        """The chosen flows."""
        chosen = token.internal_data.get("flows")
        return self.paths if chosen is None else [(target, flow) for target, flow in chosen]


class ExclusiveGateway(ConditionalGateway):
    """Takes the first flow whose condition is true."""

    def enter(self, token: Token) -> bool:
        """Choose."""
        if self.conditions:
            token.mark(flows=self.chosen(token, "first")[:1])
        elif self.extensions.get("default"):
            token.mark(flows=[self.extensions["default"]])
        return True


class JoinMixin:
    """Counting tokens per incoming flow."""

    _inputs: list[str]

    def arrived(self, token: Token) -> dict[str, list[Token]]:
        """The tokens that have come to this join, by the element they came from."""
        if "via" not in token.internal_data:
            token.mark(via=token.internal_data["src"])
        here: dict[str, list[Token]] = {}
        for other in token.workflow.tasks.values():
            if other.task_spec is self and (other is token or other._state == TaskState.WAITING):
                here.setdefault(other.internal_data["via"], []).append(other)
        return here


class ParallelGateway(JoinMixin, Element):
    """Fires when every incoming flow holds a token, taking one from each; surplus ones wait for the next round."""

    def _update_hook(self, my_task: Token) -> bool | None:
        if len(self._inputs) < 2:
            return True
        here = self.arrived(my_task)
        needed = Counter(self._inputs)
        if any(len(here.get(name, ())) < count for name, count in needed.items()):
            my_task._set_state(TaskState.WAITING)
            return None
        for name, count in needed.items():
            for other in sorted(here[name], key=lambda one: one is not my_task)[:count]:
                if other is not my_task:
                    my_task.workflow.discard(other)
        return True


class InclusiveGateway(JoinMixin, ConditionalGateway):
    """Split: every true condition. Join: waits while a token could still reach an empty incoming flow
    (BPMN 2.0, table 13.3)."""

    @property
    def is_inclusive_join(self) -> bool:  # type: ignore[override]
        """Whether it joins."""
        return len(self._inputs) > 1

    def _update_hook(self, my_task: Token) -> bool | None:
        if len(self._inputs) < 2:
            return True
        here = self.arrived(my_task)
        if self._may_still_come(my_task, here):
            my_task._set_state(TaskState.WAITING)
            return None
        for tokens in here.values():
            taken = my_task if my_task in tokens else tokens[0]
            if taken is not my_task:
                my_task.workflow.discard(taken)
        return True

    def _may_still_come(self, token: Token, here: dict[str, list[Token]]) -> bool:
        empty = [sources for name, sources in self.upstream.items() if name not in here]
        filled = [sources for name, sources in self.upstream.items() if name in here]
        for other in token.workflow.tasks.values():
            if other._state >= TaskState.COMPLETED or other.task_spec is self:
                continue
            name = other.task_spec.name
            if any(name in sources for sources in empty) and not any(name in sources for sources in filled):
                return True
        return False

    @cached_property
    def upstream(self) -> dict[str, frozenset[str]]:
        """Per incoming element: everything from which a token can come to it without passing this gateway."""
        specs = self._wf_spec.task_specs
        result: dict[str, frozenset[str]] = {}
        for source in set(self._inputs):
            seen, todo = {source}, [source]
            while todo:
                spec = specs[todo.pop()]
                host = spec.extensions.get("attached_to")
                for name in [*spec._inputs, *([host] if host else [])]:
                    if name not in seen and name != self.name and name in specs:
                        seen.add(name)
                        todo.append(name)
            result[source] = frozenset(seen)
        return result

    def enter(self, token: Token) -> bool:
        """Choose, where it splits by conditions."""
        if self.conditions:
            token.mark(flows=self.chosen(token, "all"))
        return True


class EventBasedGateway(Element):
    """The first of its events wins; the others are cancelled."""

    def taken(self, token: Token, children: list[Token]) -> None:
        """Let the events know of one another."""
        for child in children:
            child.mark(race=[other.id for other in children])
