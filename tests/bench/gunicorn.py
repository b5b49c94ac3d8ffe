"""gunicorn with 2 processes of 4 threads, as `marshrut web` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.bench.ground import ROOT

WORKERS, THREADS = 2, 4


@contextmanager
def serving(application: str, environment: Mapping[str, str], ready: str) -> Iterator[tuple[int, list[int]]]:
    """Serve an application.

    Args:
        application: what gunicorn loads.
        ready: a path that answers something once it serves.

    Returns:
        The port and the ids of the worker processes.
    """
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--workers", str(WORKERS), "--threads", str(THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--keep-alive", "30"]
    command += ["--log-level", "warning", "--graceful-timeout", "3"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        wait_for(f"http://127.0.0.1:{port}{ready}", process)
        yield port, _children(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> float:
    """Wait until an address answers.

    Returns:
        How long it took, in seconds.

    Raises:
        RuntimeError: the process ended, or it took too long.
    """
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=5)
            return time.perf_counter() - begun
        except urllib.error.HTTPError:
            return time.perf_counter() - begun
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{address} did not answer within {seconds:g} s")


def free_port() -> int:
    """A TCP port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path) as file:
        return [int(child) for child in file.read().split()]


def memory_mb(pid: int) -> float:
    """Memory of a process that it shares with nobody (MB); resident memory where the system does not tell."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            lines = dict(line.split(":", 1) for line in file if ":" in line)
        return sum(int(lines[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024
    except (OSError, KeyError):
        with open(f"/proc/{pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024
