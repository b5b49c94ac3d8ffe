"""Handlers of the engine's outbox entries: each runs in a transaction of its own, after the action that left it."""

from __future__ import annotations

from collections.abc import Iterator

from app.audit.operations import verification
from app.engine import announcing, calling, cases, correlation, telling
from app.engine.queries import broken_chains
from app.kernel import outbox

__all__ = ["broken_histories", "telling"]

outbox.handler("engine.call")(calling.call)
outbox.handler("engine.return")(calling.hand_back)
outbox.handler("engine.raise")(calling.raise_above)
outbox.handler("engine.stop_called")(calling.stop_called)
outbox.handler("engine.correlate")(correlation.correlate)
outbox.handler("engine.deliver")(correlation.deliver)
outbox.handler("engine.take_buffered")(correlation.take_buffered)
outbox.handler("engine.message_start")(correlation.message_start)
outbox.handler("engine.next_start")(correlation.next_start)
outbox.handler("engine.signal")(correlation.signal)
outbox.handler("engine.trigger")(correlation.trigger)
outbox.handler("engine.start")(correlation.start_by_signal)
outbox.handler("engine.start_process")(calling.start_independent)
outbox.handler("engine.case")(cases.open_case)
outbox.handler("engine.case_decided")(cases.carry_out)
outbox.handler("engine.announce")(announcing.announce)


@verification("history_event")
def broken_histories() -> Iterator[str]:
    """The histories of instances, for `marshrut audit verify`."""
    for key, reason in broken_chains():
        yield f"{key}: {reason}"
