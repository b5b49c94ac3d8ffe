"""The web process' side of the sandbox: one warm child, one question at a time, killed when it takes too long.

A fork of the program (gunicorn) starts its own child when it first needs one. Runs of all children of an installation
take turns (`schema.PLAY`), so a question may wait for its turn; only what is done in the turn is limited.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.engine.views import Resource
from app.kernel.db import db
from app.kernel.errors import Invalid, Unavailable

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "app.sandbox")
SECONDS = {"start": 90.0, "turn": 30.0, "alone": 10.0, "deployed": 8.0}
"""How long each phase may take, by what was said last: `turn` until it is this run's turn, `alone` for reading and
deploying the files, `deployed` for the run."""
_TURN = 30.0
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME", "TMPDIR")
"""What the child gets of the environment: no broker, no mail server, no secret."""


class TooLong(Invalid):
    """The files or the scenario never come to an end."""


def ask(resources: Iterable[Resource], scenario: str, process: str, **more: Any) -> dict[str, Any]:
    """Play a scenario over these files.

    Args:
        scenario: YAML text.
        process: id of its process.
        more: `finished`, `form`, see `verbs.answer`.

    Raises:
        TooLong: it was stopped.
        Unavailable: the sandbox cannot be started, or others keep it busy.
    """
    question = {
        "files": _packed(resources),
        "scenario": scenario,
        "process": process,
        "locale": str(get_locale() or "ru"),
    }
    return _child.ask({**question, **more})


def processes(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    """The processes of these files, see `about.processes`.

    Raises:
        TooLong, Unavailable: as `ask`.
    """
    models = [each for each in resources if each.name.endswith(".bpmn")]
    found: list[dict[str, Any]] = _child.ask({"about": _packed(models)})["processes"]
    return found


def _packed(resources: Iterable[Resource]) -> list[list[str]]:
    return [[each.name, base64.b64encode(each.content).decode()] for each in resources]


class _Child:
    """The process and its pipes."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._url = ""
        self._rest = b""
        self._lock = threading.Lock()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Send a question, wait for its answer. A child that ended meanwhile (idle, killed) is started once more."""
        if not self._lock.acquire(timeout=_TURN):
            raise Unavailable(_l("The sandbox is busy with other runs. Please try again in a minute."))
        try:
            for _attempt in range(2):
                started = self._start()
                try:
                    return self._converse(question, started)
                except EOFError:
                    self._kill()
                    if started:
                        break
                except BaseException:
                    self._kill()
                    raise
        finally:
            self._lock.release()
        raise TooLong(_l("The run broke off: it needs more memory than the sandbox has."))

    def _start(self) -> bool:
        """Have a child of the database that `db` is connected to. Returns whether it was started now."""
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        url = db.engine.url.render_as_string(hide_password=False)
        if self._process is not None and self._process.poll() is None and self._url == url:
            return False
        self._kill()
        self._url = url
        known = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._rest = b""
        self._process = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            env={**known, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return True

    def _converse(self, question: Mapping[str, Any], started: bool) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        if started and self._line(SECONDS["start"], "start") != {"phase": "ready"}:
            raise EOFError
        try:
            process.stdin.write(json.dumps(question, ensure_ascii=False).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        phase = "turn" if "scenario" in question else "deployed"
        while True:
            answer = self._line(SECONDS[phase], phase)
            if "phase" not in answer:
                return answer
            phase = answer["phase"]

    def _line(self, seconds: float, phase: str) -> dict[str, Any]:
        """The next line.

        Raises:
            EOFError: the child died.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        source, until = self._process.stdout.fileno(), time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                raise _late(phase)
            part = os.read(source, 1 << 20)
            if not part:
                raise EOFError
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self) -> None:
        """End the child with the program; a fork leaves the child of its parent alone."""
        if self._owner == os.getpid():
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _late(phase: str) -> Exception:
    if phase == "start":
        return Unavailable(_l("The sandbox does not start. Please tell the administrator."))
    if phase == "turn":
        return Unavailable(_l("The sandbox is busy with other runs. Please try again in a minute."))
    if phase == "alone":
        return TooLong(_l("The files could not be read in time: is there something endless in them?"))
    return TooLong(_l("The run was stopped: it did not come to rest in time."))


_child = _Child()
atexit.register(_child.stop)
