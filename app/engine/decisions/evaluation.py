"""Making a decision, with the trace that an auditor needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.engine.decisions.errors import DecisionError
from app.engine.decisions.model import Decision, DecisionModel, Literal, Table
from app.engine.decisions.policies import apply_policy
from app.engine.decisions.types import check_type, temporal
from app.feel import FeelError, compile, feel


@dataclass(frozen=True)
class DecisionResult:
    """What was decided and why.

    Attributes:
        value: the result, JSON; null when no rule matches.
        rules: the matching rules that count: {"id", "index" (1-based), "outputs"}.
        inputs: {"id", "name", "value"} per input column.
        required: the results of the decisions it required, in the order they were made.
    """

    decision_id: str
    name: str | None
    value: Any
    rules: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    required: list[DecisionResult] = field(default_factory=list)

    def trace(self) -> list[dict[str, Any]]:
        """The required decisions and this one, as JSON rows."""
        rows = [row for result in self.required for row in result.trace()]
        own = {"decision": self.decision_id, "inputs": self.inputs, "rules": self.rules, "output": self.value}
        return [*rows, own]


@dataclass(frozen=True)
class DecisionAnswer:
    """What an instance's `decide` callback returns.

    Attributes:
        version: which definition decided, as the host names it.
    """

    value: Any
    version: Any = None
    inputs: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, result: DecisionResult, version: Any = None) -> DecisionAnswer:
        """From a result."""
        return cls(result.value, version, result.inputs, result.rules, result.trace())


def evaluate_decision(model: DecisionModel, decision_id: str, variables: Mapping[str, Any]) -> DecisionResult:
    """Make a decision and those it requires.

    Args:
        variables: JSON values by name; a required decision's value hides a variable of its name.
    Raises:
        DecisionError: there is no such decision, an expression fails, a value has the wrong type, or the rules
            contradict the hit policy.
    """
    if decision_id not in model.decisions:
        raise DecisionError(f"there is no decision {decision_id!r}")
    made: dict[str, DecisionResult] = {}
    values: dict[str, Any] = {}
    for name in _order(model, decision_id):
        made[name] = _decide(model.decisions[name], variables, values)
        values[model.decisions[name].variable] = values[name] = made[name].value
    result = made.pop(decision_id)
    return DecisionResult(
        result.decision_id, result.name, result.value, result.rules, result.inputs, list(made.values())
    )


def _order(model: DecisionModel, decision_id: str) -> list[str]:
    """The decisions to make, required ones first."""
    order: list[str] = []
    todo: list[tuple[str, bool]] = [(decision_id, False)]
    while todo:
        name, expanded = todo.pop()
        if name in order:
            continue
        if expanded:
            order.append(name)
            continue
        todo.append((name, True))
        todo += [(required, False) for required in reversed(model.decisions[name].requires)]
    return order


def _decide(decision: Decision, variables: Mapping[str, Any], values: Mapping[str, Any]) -> DecisionResult:
    def lookup(name: str) -> Any:
        return values[name] if name in values else variables[name]

    try:
        if isinstance(decision.logic, Literal):
            value, _warning = feel.run([compile(decision.logic.expression)], lookup)[0]
            check_type(value, decision.logic.type, decision.id)
            return DecisionResult(decision.id, decision.name, value)
        return _decide_table(decision, decision.logic, lookup)
    except DecisionError:
        raise
    except FeelError as error:
        raise DecisionError(f"{decision.id}: {error}") from None


def _decide_table(decision: Decision, table: Table, lookup: Any) -> DecisionResult:
    columns = [compile(column.expression) for column in table.inputs]
    tests = [[None if text is None else compile(text, "unary") for text in rule.tests] for rule in table.rules]
    types = [temporal(column.type) for column in table.inputs]
    given, matched = feel.match(columns, tests, lookup, types)
    for column, value in zip(table.inputs, given, strict=True):
        check_type(value, column.type, f"{decision.id}, {column.label or column.expression}")
    rules = _outputs(decision, table, matched, lookup)
    value, counted = apply_policy(decision.id, table, rules)
    if not rules:
        value = _default(table, lookup, value)
    inputs = [
        {"id": column.id, "name": column.label or column.expression, "value": item}
        for column, item in zip(table.inputs, given, strict=True)
    ]
    return DecisionResult(decision.id, decision.name, value, counted, inputs)


def _outputs(decision: Decision, table: Table, matched: list[int], lookup: Any) -> list[dict[str, Any]]:
    """The matching rules with their evaluated outputs, in one crossing."""
    programs = [compile(text) for index in matched for text in table.rules[index].outputs]
    results = feel.run(programs, lookup) if programs else []
    width, rows = len(table.outputs), []
    for place, index in enumerate(matched):
        values = [value for value, _warning in results[place * width : (place + 1) * width]]
        for output, value in zip(table.outputs, values, strict=True):
            check_type(value, output.type, f"{decision.id}, rule {index + 1}")
        rows.append({"id": table.rules[index].id, "index": index + 1, "outputs": values})
    return rows


def _default(table: Table, lookup: Any, value: Any) -> Any:
    """The default output entries, where no rule matches and there are any."""
    if not any(output.default for output in table.outputs):
        return value
    values = [feel.run([compile(output.default)], lookup)[0][0] if output.default else None for output in table.outputs]
    if len(values) == 1:
        return values[0]
    return {str(output.name): item for output, item in zip(table.outputs, values, strict=True)}
