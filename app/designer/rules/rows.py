"""Test rows of decisions («строки проверки»): what goes in, what should come out, and what really does.

Kept as JSON beside the decision: `{"decisions": {"test_level": [{"inputs": {"score_pct": "80"}, "expected": {"level":
"допустимый"}}]}}`. Values are texts as people enter them; the type of the column says how they are read.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app import feel
from app.engine.decisions import DecisionError, DecisionModel, DecisionResult, evaluate_decision
from app.feel import FeelError

from .needs import Value, answers, needs

SUFFIX = ".rows.json"
MOST_ROWS, LONGEST = 200, 2000
SECONDS = 1.5
"""When so much time is gone, no further row is begun: an expression without end costs two seconds, not two a row."""
GATE_SECONDS = 5.0
"""The same for all decisions of a draft together, before it is published."""
_NUMBERS = frozenset({"number", "integer", "long", "double"})
_TEXTS = frozenset({"string", "date", "time", "dateTime"})
_YES, _NO = frozenset({"true", "да", "yes"}), frozenset({"false", "нет", "no"})
_RULES = re.compile(r"(UNIQUE|ANY)\), but these (?:do|differ): ([\d, ]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One test row; values as entered, by the name of the variable or output. Empty: not given, not compared."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One output of a row: what came out, as text, and whether it is what was expected (None: nothing was)."""

    name: str
    text: str
    right: bool | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row.

    Attributes:
        hits: (decision, numbers of the rules that count) of each table on the way.
        problem: why there is no answer, in the reader's language; empty when there is one.
    """

    answers: tuple[Answer, ...] = ()
    hits: tuple[tuple[str, tuple[int, ...]], ...] = ()
    problem: str = ""

    @property
    def right(self) -> bool:
        """Whether it answered, and nothing else came out than was expected."""
        return not self.problem and all(answer.right is not False for answer in self.answers)


Rows = dict[str, list[Row]]


def load(content: bytes) -> Rows:
    """The rows of a file.

    Raises:
        ValueError: it is no file of rows.
    """
    try:
        return parse(json.loads(content)["decisions"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no test rows") from error


def parse(data: Any) -> Rows:
    """The rows of `decisions`, as JSON gives them.

    Raises:
        ValueError: another shape, or too many rows.
    """
    if not isinstance(data, dict):
        raise ValueError("no decisions")
    return {str(name): [_row(row) for row in _limited(rows)] for name, rows in data.items()}


def dump(rows: Rows) -> bytes:
    """The file; empty rows are left out."""
    kept = {
        name: [
            {"inputs": dict(row.inputs), "expected": dict(row.expected)} for row in found if row.inputs or row.expected
        ]
        for name, found in rows.items()
    }
    return json.dumps({"decisions": kept}, ensure_ascii=False, indent=2).encode()


def deadline(seconds: float = SECONDS) -> float:
    """When no further row is begun, on the clock that `run` looks at."""
    return time.monotonic() + seconds


def run(model: DecisionModel, decision_id: str, rows: Sequence[Row], until: float) -> list[Outcome]:
    """Make the decision for every row, as a process would.

    Args:
        until: a `deadline`; rows after it are not computed.
    """
    inputs, outputs = needs(model, decision_id), answers(model.decisions[decision_id])
    found: list[Outcome] = []
    for row in rows:
        if time.monotonic() > until:
            found.append(Outcome(problem=_("Not computed: the rows before it took too long.")))
        else:
            found.append(_outcome(model, decision_id, row, inputs, outputs))
    return found


def _limited(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ValueError("too many rows")
    return rows


def _row(data: Any) -> Row:
    return Row(*(_texts(data.get(name) or {}) for name in ("inputs", "expected")))


def _texts(data: Any) -> dict[str, str]:
    return {str(name): str(text).strip()[:LONGEST] for name, text in data.items() if str(text).strip()}


def _outcome(
    model: DecisionModel, decision_id: str, row: Row, inputs: Sequence[Value], outputs: Sequence[Value]
) -> Outcome:
    variables: dict[str, Any] = {}
    for value in inputs:
        try:
            _put(variables, value.name.split("."), read_value(row.inputs.get(value.name, ""), value.type))
        except ValueError:
            return Outcome(problem=_("“%(label)s”: this value does not fit here.", label=value.label))
    try:
        result = evaluate_decision(model, decision_id, variables)
    except FeelError as error:
        return Outcome(problem=_why(error))
    return Outcome(tuple(_answer(value, result.value, row) for value in outputs), _hits(result))


def read_value(text: str, kind: str) -> Any:
    """A value as entered, by the type of its column.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip()
    if not plain:
        return None
    if kind in _TEXTS:
        return plain
    if kind in _NUMBERS:
        number = float(plain.replace(",", ".").replace(" ", ""))
        return int(number) if number.is_integer() else number
    if kind == "boolean":
        if plain.lower() in _YES | _NO:
            return plain.lower() in _YES
        raise ValueError(plain)
    try:
        return feel.evaluate(f"={plain.removeprefix('=')}", {})
    except FeelError as error:
        raise ValueError(plain) from error


def _put(variables: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        inner = variables.get(name)
        variables = variables.setdefault(name, {}) if isinstance(inner, dict | None) else {}
    variables[path[-1]] = value


def _answer(value: Value, result: Any, row: Row) -> Answer:
    found = result.get(value.name) if value.name and isinstance(result, dict) else None if value.name else result
    expected = row.expected.get(value.name, "")
    if not expected:
        return Answer(value.name, as_text(found), None)
    try:
        return Answer(value.name, as_text(found), read_value(expected, value.type) == found)
    except ValueError:
        return Answer(value.name, as_text(found), False)


def as_text(value: Any) -> str:
    """A result to read: texts plain, everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _hits(result: DecisionResult) -> tuple[tuple[str, tuple[int, ...]], ...]:
    made = [*result.required, result]
    return tuple(
        (one.name or one.decision_id, tuple(rule["index"] for rule in one.rules)) for one in made if one.inputs
    )


def _why(error: FeelError) -> str:
    """An error of the evaluator in words for who draws the table."""
    several = _RULES.search(str(error))
    if several:
        return str(
            _("Several rules fit at once: %(rules)s. With this hit policy only one may.", rules=several[2].strip())
        )
    if "took longer than" in str(error) or "more memory" in str(error):
        return str(_("The decision took too long and was stopped: look for an expression without an end."))
    if isinstance(error, DecisionError) and " is not a " in str(error):
        return str(_("A value is of another type than its column says."))
    return str(_("An expression could not be computed with these values."))
