"""What goes wrong when a decision is made."""

from __future__ import annotations

from app.feel import FeelError


class DecisionError(FeelError):
    """A decision that cannot be made: several rules match a UNIQUE table, a value has the wrong type, an expression
    fails. In an instance it becomes an incident."""

    kind = "DECISION_EVALUATION_ERROR"
