"""Reading a stranger's file in a child process that can be killed: what reads it may loop or grow on hostile input.

Children are kept warm (starting one takes a second or more, reading a usual model a tenth of that). Each answers one
question at a time and sets its own alarm on processor time and its own limit of memory (`child.py`), so that a busy
machine refuses nobody; what ignores both is killed after `PATIENCE`.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.model import ProcessModel

SECONDS = 1.8
"""Processor time that reading one file may take."""
START_UP = 30.0
"""Seconds the child may take to start (imports, V8), on a busy machine."""
PATIENCE = 10.0
"""How many times longer than its processor time an answer may take before the child is killed."""
AT_ONCE = 2
"""So many files are read at the same time per process."""
QUEUE = 20.0
"""Seconds to wait for a free child."""
USES = 200
"""After so many files a child is replaced."""
ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "app.engine.deployments.child")


class _Gone(Exception):
    """The child has ended before it answered."""


class Child:
    """One child process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.uses = 0
        self._ready = False

    def ask(self, question: Mapping[str, Any], content: bytes, seconds: float) -> dict[str, Any]:
        """Send a file with a question and wait for the answer.

        Raises:
            ModelError: it took too long or broke off.
            _Gone: the child had ended by itself.
        """
        if not self._ready:
            if self._line(START_UP) != b"ready":
                raise ModelError([Finding(None, None, "reader_died", {"reason": "start"})])
            self._ready = True
        fresh, self.uses = self.uses == 0, self.uses + 1
        header = json.dumps({**question, "size": len(content), "seconds": seconds}).encode()
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(header + b"\n" + content)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise _Gone from None
        line = self._line(seconds * PATIENCE)
        if line is None:  # nor did its alarm ring: it had no processor
            raise ModelError([Finding(None, None, "reader_busy")])
        if not line:
            raise self._ended(fresh, seconds)
        found: dict[str, Any] = json.loads(line)
        return found

    def _ended(self, fresh: bool, seconds: float) -> Exception:
        """Why there is no answer."""
        code = self.process.wait(5)
        if code == -signal.SIGPROF:
            return ModelError([Finding(None, None, "timed_out", {"seconds": f"{seconds:g}"})])
        if code == 0 and not fresh:
            return _Gone()
        return ModelError([Finding(None, None, "reader_died", {"reason": "exit"})])

    def _line(self, seconds: float) -> bytes | None:
        """The next line of the child, b'' when it has ended, None when the time is over."""
        assert self.process.stdout is not None
        pipe, end, parts = self.process.stdout.fileno(), time.monotonic() + seconds, []
        while True:
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            part = os.read(pipe, 1 << 20)
            if not part:
                return b""
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts).strip()

    def close(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue


class Pool:
    """Warm children of this process.

    Attributes:
        idle: those that wait for a question.
    """

    def __init__(self) -> None:
        self._forget()
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def _forget(self) -> None:
        """In a forked child: the children belong to the parent."""
        self._left = getattr(self, "idle", [])
        self.idle: list[Child] = []
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)

    def warm(self) -> None:
        """Begin to start a child, if none waits."""
        with self._lock:
            if not self.idle:
                self.idle.append(Child())

    def ask(self, question: Mapping[str, Any], content: bytes, seconds: float) -> dict[str, Any]:
        """The answer of a child.

        Raises:
            ModelError: it took too long, broke off, or no child was free.
        """
        with self.place():
            while True:
                child = self._take()
                try:
                    answer = child.ask(question, content, seconds)
                except BaseException as error:
                    child.close()
                    if isinstance(error, _Gone):
                        continue
                    raise
                self._give_back(child)
                return answer

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places at which a file is read.

        Raises:
            ModelError: none became free.
        """
        if not self._places.acquire(timeout=QUEUE):
            raise ModelError([Finding(None, None, "reader_busy")])
        try:
            yield
        finally:
            self._places.release()

    def _take(self) -> Child:
        with self._lock:
            while self.idle:
                child = self.idle.pop()
                if child.process.poll() is None:
                    return child
                child.close()
        return Child()

    def _give_back(self, child: Child) -> None:
        with self._lock:
            if child.uses < USES and len(self.idle) < AT_ONCE:
                self.idle.append(child)
                return
        child.close()

    def close(self) -> None:
        """Kill the children that wait."""
        with self._lock:
            idle, self.idle = self.idle, []
        for child in idle:
            child.close()


pool = Pool()


def read_definitions_limited(xml: bytes, seconds: float = SECONDS) -> list[ProcessModel]:
    """`read_definitions` in a child process.

    Args:
        seconds: processor time that the reading may take.
    Raises:
        ModelError: the model is refused, or reading took too long or broke off.
    """
    answer = pool.ask({"kind": "bpmn"}, xml, seconds)
    if "models" not in answer:
        raise ModelError([Finding.from_dict(row) for row in answer["findings"]])
    return [ProcessModel.from_json(text) for text in answer["models"]]
