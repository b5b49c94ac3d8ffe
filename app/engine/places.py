"""Organisations and roles as the engine needs them on the hot path: people keeps them in memory for some seconds."""

from __future__ import annotations

import time
from collections import OrderedDict

from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.queries import OrganisationView

DEFAULT_ZONE = Settings().timezone
_PATIENCE = 5.0
"""Seconds during which a code that names no organisation (`role@course`) is not looked for again."""
_unknown: OrderedDict[str, float] = OrderedDict()


def place(code: str | None) -> OrganisationView | None:
    """An organisation by its code; None when there is none."""
    if not code or _unknown.get(code, 0.0) > time.monotonic():
        return None
    try:
        return people.organisation(code)
    except NotFound:
        _unknown[code] = time.monotonic() + _PATIENCE
        while len(_unknown) > 1000:
            _unknown.popitem(last=False)
        return None


def forget() -> None:
    """Look for unknown codes again at once."""
    _unknown.clear()


db.remembered(forget)


def path_of(code: str | None) -> tuple[str, ...]:
    """Codes from the region down to an organisation; just its own for one that is not known."""
    found = place(code)
    return found.path if found else ((code,) if code else ())


def zone_of(code: str | None) -> str:
    """The time zone of an organisation."""
    found = place(code)
    return found.timezone if found else DEFAULT_ZONE


def level_of(code: str | None) -> str | None:
    """`region`, `municipality` or `school`; None for an organisation that is not known."""
    found = place(code)
    return found.level if found else None


def at_level(path: tuple[str, ...], level: str) -> str | None:
    """The code in a path that is of a level; the highest if there are several."""
    return next((code for code in path if level_of(code) == level), None)


def related(code: str) -> tuple[str, ...]:
    """An organisation and its ancestors, itself first."""
    return tuple(reversed(path_of(code)))


def role_level(role: str) -> str | None:
    """The level at which a role works; None for one that is not known."""
    return people.role_level(role)
