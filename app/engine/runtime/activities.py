"""Tasks and call activities."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from app.engine.runtime.element import Element
from app.engine.runtime.tokens import Token
from app.engine.runtime.values import plain
from app.feel import FeelError, is_expression


class PlainTask(Element):
    """A task that does nothing by itself (bpmn:task, bpmn:manualTask)."""


class JobTask(Element):
    """A service, send, business rule or script task with a job type: for a registered type or an outside worker."""

    def expressions(self) -> dict[str, str]:
        """Type and retries."""
        job = self.extensions["job"]
        return {"type": job["type"], "retries": job["retries"]}

    def execute(self, token: Token, values: dict[str, Any]) -> None:
        """Wait for the worker.

        Raises:
            FeelError: the type is not a text.
        """
        if not isinstance(values["type"], str) or not values["type"]:
            raise FeelError(f"the job type is not a text: {values['type']!r}")
        token.workflow.top_workflow.subscribe(token, "job", headers=self.extensions["job"]["headers"], **values)


class UserTask(Element):
    """Waits for a person."""

    @cached_property
    def followed(self) -> dict[str, str]:  # type: ignore[override]
        """Dates read from variables move with them."""
        user = self.extensions["user"]
        return {key: user[key] for key in ("dueDate", "followUpDate") if is_expression(user.get(key))}

    def expressions(self) -> dict[str, str]:
        """Assignment, form, schedule, priority."""
        return self.extensions["user"]  # type: ignore[no-any-return]

    def execute(self, token: Token, values: dict[str, Any]) -> None:
        """Wait."""
        name, lane = self.bpmn_name, self.lane
        token.workflow.top_workflow.subscribe(token, "user_task", name=name, lane=lane, **values)


class ScriptTask(Element):
    """Evaluates a FEEL expression into a variable."""

    def expressions(self) -> dict[str, str]:
        """The script."""
        return {"value": self.extensions["script"]["expression"]}

    def execute(self, token: Token, values: dict[str, Any]) -> bool:
        """Assign the value."""
        token.assign(self.extensions["script"]["resultVariable"], values["value"], self.keeps_results(token))
        return True


class DecisionTask(Element):
    """Asks for a decision: at once when the instance can decide, else it waits for the host."""

    def expressions(self) -> dict[str, str]:
        """Which decision."""
        return {"decision": self.extensions["decision"]["decisionId"]}

    def execute(self, token: Token, values: dict[str, Any]) -> bool | None:
        """Decide and assign.

        Raises:
            FeelError: there is no such decision, or it fails (DecisionError).
        """
        called, top = self.extensions["decision"], token.workflow.top_workflow
        binding, version_tag = called["bindingType"], called.get("versionTag")
        result = called["resultVariable"]
        if top.decide is None:
            what = {"bindingType": binding, "versionTag": version_tag, "result": result}
            top.subscribe(token, "decision", **what, **values)
            return None
        answer = top.decide(values["decision"], binding, version_tag, token.data)
        facts = {
            "decision": values["decision"],
            "version": answer.version,
            "inputs": answer.inputs,
            "rules": answer.rules,
            "output": answer.value,
            "trace": answer.trace,
        }
        top.note("decision", token, facts)
        token.assign(result, plain(answer.value), self.keeps_results(token))
        return True


class CallActivity(Element):
    """Runs as its own instance: this one waits, the host starts, completes or cancels the child."""

    def expressions(self) -> dict[str, str]:
        """Which process."""
        return {"process": self.extensions["call"]["processId"]}

    def execute(self, token: Token, values: dict[str, Any]) -> None:
        """Wait for the child, which is given all variables seen here or only the mapped ones.

        Raises:
            FeelError: the process id is not a text.
        """
        called = self.extensions["call"]
        if not isinstance(values["process"], str) or not values["process"]:
            raise FeelError(f"the process id is not a text: {values['process']!r}")
        everything = called.get("propagateAllParentVariables", "true") == "true"
        given = dict(token.data) if everything else plain(token.locals or {})
        token.workflow.top_workflow.subscribe(
            token,
            "call",
            process=values["process"],
            bindingType=called["bindingType"],
            versionTag=called.get("versionTag"),
            variables=given,
        )

    def keeps_results(self, token: Token) -> bool:
        """Results go out only by output mappings, or when everything is propagated."""
        everything = self.extensions["call"].get("propagateAllChildVariables", "true") == "true"
        return bool(self.extensions.get("outputs")) or not everything
