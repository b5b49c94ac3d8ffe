"""Comparing before and after, and refusing to overwrite what somebody else has just changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel.db import Base
from app.kernel.errors import Conflict


class ChangedMeanwhile(Conflict):
    """Somebody else saved this object after it was shown."""


def apply(row: Base, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set attributes that differ. Returns what changed: field → (before, after)."""
    changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changes[name] = (before, after)
    return changes


def demand_version(row: Any, version: int | None) -> None:
    """Refuse a change that was made on an older version than the stored one.

    Args:
        version: the version that was shown; None skips the check (imports, commands).

    Raises:
        ChangedMeanwhile: they differ.
    """
    if version is not None and row.version != version:
        raise ChangedMeanwhile(
            _l("Somebody else has changed this while you were editing. Compare, and save again if yours is right.")
        )
