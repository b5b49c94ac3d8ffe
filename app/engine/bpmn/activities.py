"""Reading tasks and call activities."""

from __future__ import annotations

from typing import Any

from app.engine import timers
from app.engine.bpmn.base import ElementParser
from app.engine.runtime.activities import DecisionTask, JobTask, ScriptTask
from app.feel import FeelError, is_expression

USER_SETTINGS = (
    ("assignmentDefinition", ("assignee", "candidateGroups", "candidateUsers")),
    ("formDefinition", ("formId", "formKey", "externalReference", "bindingType", "versionTag")),
    ("taskSchedule", ("dueDate", "followUpDate")),
    ("priorityDefinition", ("priority",)),
)


class UserTaskParser(ElementParser):
    """bpmn:userTask."""

    def own(self, facts: dict[str, Any]) -> None:
        """Assignment, form, schedule, priority."""
        user: dict[str, str] = {}
        for tag, names in USER_SETTINGS:
            node = self.ext(tag)
            if node is not None:
                user.update({name: str(self.checked(node.get(name))) for name in names if node.get(name)})
        facts["user"] = user
        self._check_form(user)
        self._check_schedule(user)
        if not any(user.get(name) for name in ("assignee", "candidateGroups", "candidateUsers")):
            self.warn("no_assignment")

    def warn(self, code: str) -> None:
        """Record a warning."""
        self.process_parser.parser.warn(self.node, code)

    def _check_form(self, user: dict[str, str]) -> None:
        node = self.ext("formDefinition")
        if node is None:
            return
        binding = self.binding(node)
        given = [name for name in ("formId", "formKey", "externalReference") if node.get(name)]
        if len(given) > 1:
            self.note("form_twice")
        if not given:
            self.note("missing", what="formId")
        if node.get("formId"):
            self.refer("form", str(node.get("formId")), binding["bindingType"], binding["versionTag"])

    def _check_schedule(self, user: dict[str, str]) -> None:
        for name in ("dueDate", "followUpDate"):
            text = user.get(name)
            if not text or is_expression(text):
                continue
            try:  # a date or, as ours allows, a duration
                if not timers.WORKING_DAYS.match(text):
                    timers.parse_duration(text) if text.strip().startswith(("P", "-P")) else timers.parse_date(text)
            except FeelError as error:
                self.note("bad_timer", reason=str(error))
        priority = user.get("priority")
        if priority and not is_expression(priority) and not (priority.isdigit() and int(priority) <= 100):
            self.note("bad_value", what="priority", value=priority)


class JobParser(ElementParser):
    """bpmn:serviceTask and bpmn:sendTask."""

    def own(self, facts: dict[str, Any]) -> None:
        """The job."""
        self.job(facts)


class ScriptParser(ElementParser):
    """bpmn:scriptTask: FEEL, or a job."""

    def create_task(self) -> Any:
        """The kind follows from the extension."""
        self.spec_class = ScriptTask if self.ext("script") is not None else JobTask
        return super().create_task()

    def own(self, facts: dict[str, Any]) -> None:
        """The expression and where its value goes."""
        script = self.ext("script")
        if script is None:
            written = self.xpath("./bpmn:script")
            if written and self.ext("taskDefinition") is None:
                language = self.node.get("scriptFormat") or "bpmn:script"
                self.refuse("foreign_script", language=language)
            self.job(facts)
            return
        text = script.get("expression") or ""
        if not text.strip():
            self.refuse("missing", what="zeebe:script expression")
        if not script.get("resultVariable"):
            self.note("missing", what="zeebe:script resultVariable")
        result = self.variable(script.get("resultVariable"), "resultVariable")
        facts["script"] = {"expression": self.checked_feel(text), "resultVariable": result}


class DecisionParser(ElementParser):
    """bpmn:businessRuleTask: a DMN decision, or a job."""

    def create_task(self) -> Any:
        """The kind follows from the extension."""
        self.spec_class = DecisionTask if self.ext("calledDecision") is not None else JobTask
        return super().create_task()

    def own(self, facts: dict[str, Any]) -> None:
        """The decision and where its value goes."""
        called = self.ext("calledDecision")
        if called is None:
            self.job(facts)
            return
        for name in ("decisionId", "resultVariable"):
            if not called.get(name):
                self.note("missing", what=f"zeebe:calledDecision {name}")
        decision = self.checked(called.get("decisionId"))
        result = self.variable(called.get("resultVariable"), "resultVariable")
        binding = self.binding(called)
        facts["decision"] = {"decisionId": decision, "resultVariable": result, **binding}
        self.refer("decision", str(decision), binding["bindingType"], binding["versionTag"])


class CallParser(ElementParser):
    """bpmn:callActivity."""

    def own(self, facts: dict[str, Any]) -> None:
        """The process."""
        called = self.ext("calledElement")
        if called is None or not called.get("processId"):
            self.refuse("missing", what="zeebe:calledElement processId")
        process = str(self.checked(called.get("processId")))
        binding = self.binding(called)
        facts["call"] = {**dict(called.attrib), "processId": process, **binding}
        self.refer("process", process, binding["bindingType"], binding["versionTag"])
        flags = ("propagateAllParentVariables", "propagateAllChildVariables")
        if any(called.get(flag, "true") == "true" for flag in flags):
            self.process_parser.parser.warn(self.node, "everything_propagated")
