"""FEEL, the expression language of every model: one evaluator for forms, decisions and processes.

    evaluate("=score >= 95", {"score": 97})                         -> True
    evaluate_many(["=a + 1", "literal"], {"a": 1})                  -> [2, "literal"]
    program("=a + 1")                                               -> Program (compiled and kept), None for a literal
    compile("a + 1")                                                -> Program; FeelError on a syntax error
    with within(2.0): ...                                           -> a limit for all evaluations of the block together
    feel.set_calendar("default", holidays=[date(2026, 1, 1)])       -> for the business-day functions

`now()` and `today()` follow `app.kernel.clock`. Our own functions are described in `app.feel.functions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.feel.errors import FeelError
from app.feel.evaluator import Feel, Kind, Program
from app.feel.v8 import within

__all__ = [
    "Feel",
    "FeelError",
    "Program",
    "compile",
    "evaluate",
    "evaluate_many",
    "feel",
    "is_expression",
    "program",
    "within",
]

feel = Feel()
"""The evaluator of this process."""


def is_expression(text: str | None) -> bool:
    """Whether a text of a model is FEEL (it starts with '=') rather than a literal."""
    return text is not None and text.lstrip().startswith("=")


def compile(source: str, kind: Kind = "expression") -> Program:
    """Compile an expression given without its '='; kind 'unary' for a cell of a decision table.

    Raises:
        FeelError: a syntax error.
    """
    return feel.compile(source, kind)


def program(text: str | None) -> Program | None:
    """The program of '=expression'; None for a literal.

    Raises:
        FeelError: a syntax error.
    """
    if text is None or not is_expression(text):
        return None
    return feel.compile(text.lstrip()[1:].strip())


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression, with or without its leading '='. Unknown names are null.

    Args:
        expression: FEEL text.
        variables: JSON values by name.
    Returns:
        a JSON value; dates, times and durations as ISO text.
    Raises:
        FeelError: it cannot be compiled or evaluated, or hits a limit.
    """
    source = expression.lstrip().removeprefix("=").strip()
    return feel.run([feel.compile(source)], variables.__getitem__)[0][0]


def evaluate_many(texts: Sequence[str], variables: Mapping[str, Any]) -> list[Any]:
    """The values of several texts in one crossing; texts without a leading '=' are literals and stay as they are.

    Raises:
        FeelError: one of them cannot be compiled or evaluated.
    """
    programs = [program(text) for text in texts]
    steps = [step for step in programs if step is not None]
    values = iter(feel.run(steps, variables.__getitem__) if steps else ())
    return [text if step is None else next(values)[0] for text, step in zip(texts, programs, strict=True)]
