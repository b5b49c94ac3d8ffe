"""Views that evaluate what somebody is just writing: all its expressions together end in time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from app import feel

SECONDS = 2.0
"""What all expressions of one request may take («Bad input»)."""
View = Callable[..., ResponseReturnValue]


def in_time(view: View) -> View:
    """A view whose expressions, however many, are stopped after `SECONDS`."""

    @wraps(view)
    def limited(*arguments: Any, **values: Any) -> ResponseReturnValue:
        with feel.within(SECONDS):
            return view(*arguments, **values)

    return limited
