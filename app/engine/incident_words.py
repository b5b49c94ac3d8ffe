"""What an incident says to who looks after the engine and must not read values (roles.md §3)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.engine.runtime.incidents import (
    CALL,
    CONDITION,
    DECISION,
    ENDLESS,
    FORM,
    JOB,
    KINDS,
    OTHER,
    UNCAUGHT,
    VALUE,
)

__all__ = ["KINDS", "OTHER", "sentence"]

_SENTENCES = {
    VALUE: _l("An expression of the model could not be computed: a value is missing or is of another kind."),
    CONDITION: _l("No branch could be chosen: a condition is neither true nor false, or none of them is true."),
    DECISION: _l("A decision table gave no answer for the values that it got."),
    FORM: _l("The form of the task is not installed."),
    CALL: _l("The process that this step starts is not installed or cannot be started."),
    JOB: _l("Automatic work failed and is not repeated by itself any more."),
    UNCAUGHT: _l("An error was reported that the model does not provide for."),
    ENDLESS: _l("The process runs in a circle without waiting for anything."),
    OTHER: _l("An automatic step was refused with the data that it got."),
}


def sentence(kind: str) -> str:
    """A kind of incident in words, without anybody's data."""
    return str(_SENTENCES.get(kind, _SENTENCES[OTHER]))
