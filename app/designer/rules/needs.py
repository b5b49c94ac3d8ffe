"""What a decision has to be told, and what it answers: the columns of its test rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app import feel
from app.engine.decisions import Decision, DecisionModel
from app.engine.decisions.model import Table
from app.feel.evaluator import Kind

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_BOUND = re.compile(r"\b(?:for|some|every)\s+([^\W\d]\w*)\s+in\b")

_IMPLICIT = frozenset({"?", "item", "partial"})
"""Names that FEEL gives by itself: the value of a cell's column, the member of a filtered list, a loop's results."""


@dataclass(frozen=True, slots=True)
class Value:
    """A variable that goes in, or an output.

    Attributes:
        name: dotted path of the variable; name of the output, empty for the whole result.
        type: as in the file, empty when it has none: then a value is entered as FEEL.
    """

    name: str
    label: str
    type: str = ""


def needs(model: DecisionModel, decision_id: str) -> list[Value]:
    """The variables that a decision and those it requires read and that none of them gives, in the columns' order."""
    found: dict[str, Value] = {}
    closure = _closure(model, decision_id)
    given = {name for decision in closure for name in (decision.id, decision.variable)} | feel.feel.function_names()
    for decision in closure:
        for value in _read_by(decision):
            head = value.name.partition(".")[0]
            if head not in given:
                found.setdefault(value.name, value)
    heads = {name.partition(".")[0] for name in found if "." in name}
    return [value for name, value in found.items() if name not in heads]


def answers(decision: Decision) -> list[Value]:
    """The outputs of a table that gives one answer, else the whole result."""
    logic = decision.logic
    if isinstance(logic, Table) and logic.policy in ("U", "A", "P", "F"):
        if len(logic.outputs) == 1:
            (output,) = logic.outputs
            return [Value("", output.label or output.name or decision.name or decision.id, output.type or "")]
        return [
            Value(str(output.name), output.label or str(output.name), output.type or "") for output in logic.outputs
        ]
    return [Value("", decision.name or decision.id)]


def _closure(model: DecisionModel, decision_id: str) -> list[Decision]:
    """The decision and everything it requires, itself first."""
    order, todo = [], [decision_id]
    while todo:
        name = todo.pop(0)
        decision = model.decisions[name]
        if decision not in order:
            order.append(decision)
            todo += decision.requires
    return order


def _read_by(decision: Decision) -> Iterator[Value]:
    logic = decision.logic
    if not isinstance(logic, Table):
        yield from _variables(logic.expression)
        return
    for column in logic.inputs:
        if _PATH.fullmatch(column.expression):
            yield Value(column.expression, column.label or column.expression, column.type or "")
        else:
            yield from _variables(column.expression)
    for rule in logic.rules:
        for test in rule.tests:
            yield from _variables(test or "", "unary")
        for output in rule.outputs:
            yield from _variables(output)
    for output_column in logic.outputs:
        yield from _variables(output_column.default or "")


def _variables(text: str, kind: Kind = "expression") -> Iterator[Value]:
    bound = set(_BOUND.findall(text))
    for name in feel.compile(text, kind).names if text else ():
        if name not in bound and name not in _IMPLICIT:
            yield Value(name, name)
