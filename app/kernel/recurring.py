"""What comes round: the leading clock calls these functions every few minutes, each in a unit of work of its own.

They decide themselves whether anything is due (a row per night keeps it from being done twice) and put long work down
for the workers.
"""

from __future__ import annotations

from collections.abc import Callable

from .db import db
from .log import logger

log = logger(__name__)
Look = Callable[[], object]
_looks: list[Look] = []


def look(function: Look) -> Look:
    """Register a function (in a feature's `jobs.py`)."""
    _looks.append(function)
    return function


def run() -> None:
    """Call all of them; one that fails hinders no other."""
    for function in _looks:
        try:
            with db.unit_of_work():
                function()
        except Exception:
            log.exception("recurring work could not be put down", work=function.__qualname__)
