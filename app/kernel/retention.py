"""What may be deleted when it is old. Features register how; `app.jobs.sweeping` does it, once a day, in small batches.

Never what history or an official document needs: instances, history, the record, documents and their files stay.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

BATCH = 500
"""Rows that one transaction deletes at most."""
Sweep = Callable[[datetime, int], int]
_sweeps: dict[str, tuple[str, Sweep]] = {}


def sweep(name: str, *, kept: str) -> Callable[[Sweep], Sweep]:
    """Register a deletion: (older than, at most so many) -> how many rows went; fewer than asked for: nothing is left.

    Args:
        name: unique, as `mail.bodies`.
        kept: the setting that says for how long, a key of `config.RETENTION`.
    """

    def register(function: Sweep) -> Sweep:
        _sweeps[name] = (kept, function)
        return function

    return register


def sweeps() -> dict[str, tuple[str, Sweep]]:
    """What is registered: name → (setting, function)."""
    return dict(_sweeps)
