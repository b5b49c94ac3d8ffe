"""Checking and making documents in a child process with limits of time and memory.

One child per process works for all its threads, one question at a time; it is started when needed and killed when a
file keeps it too long, so that nothing a template holds can stop the program.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgpack

from . import office
from .defects import Defect, GaveUp, Refused
from .kinds import Field

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "app.documents.renditions.child")
CHECK_SECONDS, MAKE_SECONDS = 15.0, 20.0
_START_UP = 20.0
"""Seconds that the imports may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Made:
    """The renditions of one document.

    Attributes:
        made_with: which program wrote the PDF.
    """

    docx: bytes
    pdf: bytes
    html: str
    made_with: str


def check(template: bytes, root: Field, sample: dict[str, Any], *, seconds: float = CHECK_SECONDS) -> list[Defect]:
    """Everything that is wrong with a template, warnings included; also when its trial takes too long.

    Args:
        root: the names that it may use; `sample`: facts for the trial.
    """
    message = {"verb": "check", "template": template, "root": root.to_json(), "facts": sample, "made_at": _EPOCH}
    try:
        return [Defect.from_json(row) for row in _child.ask(message, seconds)["defects"]]
    except Refused as refused:
        return refused.defects


def make(template: bytes, facts: dict[str, Any], made_at: datetime, *, seconds: float = MAKE_SECONDS) -> Made:
    """Write a document.

    Raises:
        Refused: the template fails on these facts.
        GaveUp: it took too long, or the child died: the machine's fault as well as the template's.
    """
    message = {"verb": "make", "template": template, "facts": facts, "made_at": made_at.isoformat()}
    answer = _child.ask(message, seconds + (office.SECONDS if office.program() else 0))
    if "defects" in answer:
        raise Refused([Defect.from_json(row) for row in answer["defects"]])
    return Made(answer["docx"], answer["pdf"], answer["html"], answer["made_with"])


_EPOCH = "2000-01-01T00:00:00+00:00"


class _Child:
    """The process and its pipes. A fork of the program (gunicorn) starts its own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a question, wait for its answer. A child that died meanwhile (idle, killed) is started once more.

        Raises:
            GaveUp: no answer in time, or the child died of this question.
        """
        packed = msgpack.packb(message)
        with self._lock:
            for fresh in (False, True):
                process, started = self._running(fresh)
                try:
                    return self._converse(process, packed, seconds + (_START_UP if started else 0))
                except TimeoutError:
                    self._kill()
                    raise GaveUp([Defect("timed_out")]) from None
                except (BrokenPipeError, EOFError):
                    self._kill()
                    if started:
                        break
        raise GaveUp([Defect("failed", {"reason": "the process ended"})])

    def _running(self, fresh: bool) -> tuple[subprocess.Popen[bytes], bool]:
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is not None and self._process.poll() is None and not fresh:
            return self._process, False
        self._kill()
        self._process = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self._process, True

    def _converse(self, process: subprocess.Popen[bytes], packed: bytes, seconds: float) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        until = time.monotonic() + seconds
        process.stdin.write(len(packed).to_bytes(4, "big") + packed)
        process.stdin.flush()
        length = int.from_bytes(_read(process.stdout.fileno(), 4, until), "big")
        answer: dict[str, Any] = msgpack.unpackb(_read(process.stdout.fileno(), length, until))
        return answer

    def stop(self) -> None:
        """End the child with the program; a fork leaves the child of its parent alone."""
        if self._owner == os.getpid():
            self._kill()

    def _kill(self) -> None:
        """End the child and what it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _read(source: int, wanted: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < wanted:
        left = until - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            raise TimeoutError
        part = os.read(source, min(wanted - len(found), 1 << 20))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


_child = _Child()
atexit.register(_child.stop)
