"""The life of a V8 context: made when first needed, limited in time and memory, made anew after a limit or a fork."""

from __future__ import annotations

import atexit
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

from app.feel.errors import FeelError

BUNDLE = Path(__file__).with_name("feel.js")
_left: ContextVar[list[float] | None] = ContextVar("seconds left", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All evaluations of this block together may take so many seconds; what comes too late is a `FeelError`.

    For expressions of people that nobody has judged yet: each alone stays in its limit, hundreds of them do not.
    """
    token = _left.set([seconds])
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def _taking(most: float) -> Iterator[float]:
    """How long one call may take; its time is taken from what is left."""
    left = _left.get()
    if left is None:
        yield most
        return
    began = time.monotonic()
    try:
        yield min(most, left[0])
    finally:
        left[0] -= time.monotonic() - began


class V8:
    """One context. Calls from several threads take turns, as V8 would make them anyway.

    Attributes:
        generation: grows with every new context; programs compiled in an older one are gone.
        lock: hold it from asking for the generation until the call that relies on it.
    """

    def __init__(self, time_limit: float, memory_limit: int, bundle: Path = BUNDLE) -> None:
        self.time_limit, self.memory_limit, self.bundle = time_limit, memory_limit, bundle
        self.generation = 0
        self.lock = threading.RLock()
        self._prepared: dict[str, str] = {}
        self._v8: MiniRacer | None = None
        self._abandoned: list[MiniRacer] = []
        os.register_at_fork(after_in_child=self._after_fork)

    def context(self) -> MiniRacer:
        """The context, opened if need be.

        Raises:
            RuntimeError: the bundle has not been built.
        """
        with self.lock:
            if self._v8 is None:
                self._v8 = self._open()
            return self._v8

    def _open(self) -> MiniRacer:
        if not self.bundle.exists():
            raise RuntimeError(f"{self.bundle} is not built: run `npm run build` in app/web/ui")
        v8 = MiniRacer()
        atexit.register(v8.close)  # else the process can hang at exit
        v8.eval(self.bundle.read_text())
        for script in self._prepared.values():
            v8.eval(script)
        self.generation += 1
        return v8

    def prepare(self, key: str, script: str) -> None:
        """Run a script now (if the context is open) and in every new context; a later one of the key replaces it."""
        with self.lock:
            self._prepared[key] = script
            if self._v8 is not None:
                self._v8.eval(script)

    def close(self) -> None:
        """Drop the context; the next use opens a new one."""
        with self.lock:
            v8, self._v8 = self._v8, None
            if v8 is not None:
                atexit.unregister(v8.close)
                v8.close()

    def _after_fork(self) -> None:
        """In a forked child: V8's threads did not come along, so its context is left alone."""
        self.lock = threading.RLock()
        if self._v8 is not None:
            atexit.unregister(self._v8.close)
            self._abandoned.append(self._v8)  # closing or freeing it would wait for threads that do not exist
            self._v8 = None

    def call(self, function: str, what: str, *arguments: str) -> Any:
        """Call a function of the bundle with texts, within the limits. Returns its JSON answer.

        Args:
            what: the expressions, for messages.
        Raises:
            FeelError: it failed or hit a limit.
        """
        # eval of a string literal costs half of a function call through mini-racer
        source = f"{function}({','.join(json.dumps(text) for text in arguments)})"
        with self.lock, _taking(self.time_limit) as seconds:
            if seconds <= 0:
                raise FeelError(f"{what}: with those before it took longer than is allowed")
            v8 = self.context()
            try:
                answer = v8.eval(source, timeout_sec=seconds, max_memory=self.memory_limit)
            except JSTimeoutException:
                self._forget(v8)
                raise FeelError(f"{what}: took longer than {seconds:.1g} s") from None
            except JSOOMException:
                self._forget(v8)
                raise FeelError(f"{what}: needs more memory than is allowed") from None
            except JSEvalException as error:
                raise FeelError(f"{what}: {_first_line(error)}") from None
        return json.loads(str(answer))

    def _forget(self, v8: MiniRacer) -> None:
        """Throw away a context that hit a limit (its heap and its programs may be in any state)."""
        with suppress(JSEvalException, JSTimeoutException):
            v8.eval("0", timeout_sec=self.time_limit)  # the stopped call reports to the loop that closing ends
        self.close()


def _first_line(error: Exception) -> str:
    """The message of a JavaScript error without its stack."""
    for line in str(error).splitlines():
        text = line.strip()
        if "Error: " in text:
            return text.split("Error: ", 1)[1][:200]
    return (str(error).strip().splitlines() or ["failed"])[0][:200]
