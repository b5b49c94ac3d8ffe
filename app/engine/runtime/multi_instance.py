"""Multi-instance: one scope for the collection, one child with its own scope per item."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from app.engine.runtime.element import Element, assign_outside, condition_text
from app.engine.runtime.incidents import NoAnswer
from app.engine.runtime.spiff import TaskState
from app.engine.runtime.tokens import Token
from app.feel import FeelError, Program, feel, program

_HEAD = re.compile(r"^\s*=\s*([^\W\d]\w*)(?:\.\w+)*\s*$")
MAX_ITEMS = 10_000


class MultiInstance(Element):
    """The body. Parallel: all iterations at once; sequential: one after the other."""

    is_body = True

    def expressions(self) -> dict[str, str]:
        """The collection."""
        return {"items": self.extensions["mi"]["inputCollection"]}

    def execute(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Start the iterations.

        Raises:
            FeelError: the collection is not a list, or too long.
        """
        settings, items = self.extensions["mi"], values["items"]
        if not isinstance(items, list):
            raise FeelError(f"the input collection is not a list: {items!r}"[:200])
        if len(items) > MAX_ITEMS:
            raise FeelError(f"more than {MAX_ITEMS} items: model them as separate instances")
        if token.locals is None:
            token.locals = {}
        if settings.get("outputCollection"):
            token.locals[settings["outputCollection"]] = [None] * len(items)
        token.mark(n=len(items), done=0, next=0)
        if settings["sequential"]:
            token.internal_data["items"] = items
        if not items:
            return True
        top = token.workflow.top_workflow
        top.budget += 50 * len(items)
        for index in range(1 if settings["sequential"] else len(items)):
            self.start_one(token, index, items[index])
        return None

    @cached_property
    def result_name(self) -> str | None:
        """The variable that the output element reads: it belongs to the iteration."""
        text = self.extensions["mi"].get("outputElement")
        match = _HEAD.match(text) if text else None
        return match[1] if match else None

    def start_one(self, token: Token, index: int, item: Any) -> None:
        """Start one iteration."""
        settings = self.extensions["mi"]
        child = token._add_child(token.workflow.spec.task_specs[settings["inner"]], TaskState.FUTURE)
        child.loop = index + 1
        child.locals = {"loopCounter": index + 1}
        if settings.get("inputElement"):
            child.locals[settings["inputElement"]] = item
        if self.result_name:
            child.locals.setdefault(self.result_name, None)
        child.internal_data["i"] = index
        token.mark(next=index + 1)
        child._ready()

    @cached_property
    def results_plan(self) -> dict[str, Program]:
        """What is evaluated when an iteration ends."""
        settings = self.extensions["mi"]
        texts = {"out": settings.get("outputElement")}
        if settings.get("completionCondition"):
            texts["stop"] = condition_text(settings["completionCondition"])
        return {key: step for key, text in texts.items() if (step := program(text)) is not None}

    def weigh(self, token: Token, child: Token, overlay: dict[str, Any]) -> None:
        """Evaluate one iteration's output and the completion condition, before the iteration is left.

        Args:
            overlay: what the iteration's output mappings are about to assign.
        Raises:
            FeelError: one of them fails.
        """
        if not self.results_plan:
            return
        facts = token.internal_data
        active = (1 if self.extensions["mi"]["sequential"] else len(token._children)) - 1
        known = {
            **overlay,
            "numberOfInstances": facts["n"],
            "numberOfCompletedInstances": facts["done"] + 1,
            "numberOfActiveInstances": active,
            "numberOfTerminatedInstances": 0,
        }

        def lookup(name: str) -> Any:
            return known[name] if name in known else child.lookup(name)

        results = feel.run(list(self.results_plan.values()), lookup)
        values = {key: value for key, (value, _warning) in zip(self.results_plan, results, strict=True)}
        if "stop" in values and values["stop"] is not None and not isinstance(values["stop"], bool):
            raise NoAnswer(f"the completion condition gave {values['stop']!r}, neither true nor false")
        child.internal_data["weighed"] = values

    def iterations(self, token: Token) -> list[Token]:
        """The iterations that have not ended."""
        return [child for child in token.children if child.task_spec.name == self.extensions["mi"]["inner"]]

    def leave_out(self, token: Token, child: Token) -> None:
        """End an iteration without its work: its output is what its variables say now, null where nothing does.

        A completion condition counts it as completed: who decides that nobody waits for it decides this too.
        """
        top = token.workflow.top_workflow
        try:
            self.weigh(token, child, {})
        except FeelError:
            child.mark(weighed={"out": None} if "out" in self.results_plan else {})
        self.interrupt(top, child.cancel)
        self.one_done(token, child)

    def one_done(self, token: Token, child: Token) -> None:
        """An iteration has ended: keep its output, start the next or finish."""
        settings, facts = self.extensions["mi"], token.internal_data
        weighed = child.internal_data.get("weighed", {})
        done, top = facts["done"] + 1, token.workflow.top_workflow
        if "out" in weighed:
            name, index = settings["outputCollection"], child.internal_data["i"]
            token.locals[name][index] = weighed["out"]  # type: ignore[index]
            top.note("output", child, {"collection": name, "index": index, "value": weighed["out"]})
        token.mark(done=done)
        if weighed.get("stop") is True:
            for other in token.children:
                if other is not child:
                    self.interrupt(top, other.cancel)
        elif done < facts["n"]:
            if settings["sequential"]:
                self.start_one(token, facts["next"], facts["items"][facts["next"]])
            return
        token.mark(leaving=True)
        top.agenda.append(token)

    def leave(self, token: Token) -> None:
        """Hand the collected outputs out."""
        super().leave(token)
        name = self.extensions["mi"].get("outputCollection")
        if name and token.locals is not None:
            assign_outside(token, name, token.locals[name])
