"""What comes round: programmes that near their end begin to be closed (KEM, SOS 16)."""

from __future__ import annotations

from datetime import timedelta

from app.engine import operations as engine
from app.engine.definitions import latest_key
from app.kernel import clock, recurring
from app.kernel.actor import PLATFORM

from . import queries

PROCESS = "programme_closing"
DAYS_BEFORE = timedelta(days=60)
"""The report is written while the executors still work (KEM: the note of February, SOS: December)."""


@recurring.look
def begin_closings() -> None:
    """Start the closing of every programme whose end is near or past; its row keeps it from starting twice."""
    if latest_key(PROCESS) is None:
        return
    today = clock.today()
    for found in queries.closings.nearing_end(today, today + DAYS_BEFORE):
        engine.start_instance(
            PLATFORM,
            PROCESS,
            {"programme": found.code},
            key=f"closing:{found.code}",
            organisation=found.organisation,
            internal=True,
        )
