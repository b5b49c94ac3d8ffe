"""Decisions and what they require, as read from DMN."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

HIT_POLICIES = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


@dataclass(frozen=True)
class Input:
    """An input column: FEEL expression and type."""

    id: str
    label: str | None
    expression: str
    type: str | None = None


@dataclass(frozen=True)
class Output:
    """An output column.

    Attributes:
        values: the allowed values as FEEL texts, most important first (for PRIORITY and OUTPUT ORDER).
        default: FEEL text for the case that no rule matches.
    """

    id: str
    label: str | None
    name: str | None
    type: str | None = None
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Rule:
    """A row: unary tests (None: irrelevant) and output expressions."""

    id: str
    tests: tuple[str | None, ...]
    outputs: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class Table:
    """A decision table; `policy` is one letter of HIT_POLICIES."""

    policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Literal:
    """A literal expression."""

    expression: str
    type: str | None = None


@dataclass(frozen=True)
class Decision:
    """One decision of the graph.

    Attributes:
        variable: the name under which decisions that require it see its value (also its id).
        requires: ids of the decisions it needs.
        input_data: names of the input data it needs.
    """

    id: str
    name: str | None
    variable: str
    requires: tuple[str, ...]
    input_data: tuple[str, ...]
    logic: Table | Literal
    version_tag: str | None = None


@dataclass
class DecisionModel:
    """A DMN file: its decisions by id."""

    id: str
    name: str | None
    decisions: dict[str, Decision] = field(default_factory=dict)

    def to_json(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> DecisionModel:
        """From `to_json`."""
        data = json.loads(text)
        decisions = {name: _decision(row) for name, row in data["decisions"].items()}
        return cls(data["id"], data["name"], decisions)


def _decision(row: dict[str, Any]) -> Decision:
    logic = row["logic"]
    rebuilt = _table(logic) if "policy" in logic else Literal(**logic)
    plain = {key: value for key, value in row.items() if key not in ("logic", "requires", "input_data")}
    return Decision(requires=tuple(row["requires"]), input_data=tuple(row["input_data"]), logic=rebuilt, **plain)


def _table(row: dict[str, Any]) -> Table:
    outputs = tuple(Output(**{**output, "values": tuple(output["values"])}) for output in row["outputs"])
    rules = tuple(Rule(rule["id"], tuple(rule["tests"]), tuple(rule["outputs"]), rule["note"]) for rule in row["rules"])
    inputs = tuple(Input(**column) for column in row["inputs"])
    return Table(row["policy"], row["aggregation"], inputs, outputs, rules)
