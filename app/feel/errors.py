"""What goes wrong with an expression."""

from __future__ import annotations


class FeelError(Exception):
    """An expression that cannot be compiled or evaluated, or whose value has the wrong type.

    Attributes:
        element: the BPMN element whose expression it is, where it differs from the one being run.
    """

    element: str | None = None
    position: int | None = None
    """Where in the expression a syntax error stands: characters before it."""
