"""Calls that wait: for the end of an instance, for a job to come. Each holds a thread, so few may wait at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_places = threading.BoundedSemaphore(2)
"""So many calls of a process may wait; the others keep the server alive."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25


@contextmanager
def place() -> Iterator[bool]:
    """Take a place among the waiting, if there is one. Yields whether there was."""
    found = _places.acquire(blocking=False)
    try:
        yield found
    finally:
        if found:
            _places.release()


def pauses(seconds: float) -> Iterator[None]:
    """Look, pause a little longer each time, look again; ends when `seconds` are over."""
    until = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        yield
        if time.monotonic() + pause > until:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
