"""FEEL in forms: many expressions in one crossing; one that fails is null and costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app import feel
from app.feel import FeelError
from app.kernel.log import logger

log = logger(__name__)
Lookup = Callable[[str], Any]


def evaluate_all(expressions: Sequence[str], lookup: Lookup) -> list[Any]:
    """The values of expressions (without '='); null for one that cannot be evaluated.

    Args:
        lookup: gives a variable's value or raises KeyError.
    """
    if not expressions:
        return []
    try:
        return [value for value, _ in feel.feel.run([feel.compile(text) for text in expressions], lookup)]
    except FeelError as error:
        if len(expressions) == 1:
            log.info("form expression failed", expression=expressions[0][:200], error=str(error))
            return [None]
        return [evaluate_all([text], lookup)[0] for text in expressions]


def lookup_in(*layers: Mapping[str, Any]) -> Lookup:
    """A lookup that tries each mapping in turn."""

    def lookup(name: str) -> Any:
        for layer in layers:
            try:
                return layer[name]
            except KeyError:
                continue
        raise KeyError(name)

    return lookup


def matches(pattern: str, value: str) -> bool | None:
    """Whether the text holds a match of a JavaScript regular expression (as form-js tests it); None when it is broken.

    Evaluated in the FEEL sandbox, so that a pattern that backtracks without end meets its time limit.

    Raises:
        FeelError: it took too long.
    """
    found: bool | None = feel.evaluate("matches(value, pattern)", {"value": value, "pattern": pattern})
    return found
