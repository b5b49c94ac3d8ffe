"""Reading a stranger's model in a child process that can be killed: the parser may loop on hostile input."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from pathlib import Path

from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.model import ProcessModel

START_UP = 8.0
"""Seconds the child may take to start (imports, V8), on a busy machine."""
ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "app.engine.bpmn.child")


def read_definitions_limited(xml: bytes, seconds: float = 2.0) -> list[ProcessModel]:
    """`read_definitions` in a child process.

    Args:
        seconds: what the reading itself may take.
    Raises:
        ModelError: the model is refused, or reading took too long or broke off.
    """
    child = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        return _converse(child, xml, seconds)
    finally:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()


def _converse(child: subprocess.Popen[bytes], xml: bytes, seconds: float) -> list[ProcessModel]:
    assert child.stdout is not None
    ready, _, _ = select.select([child.stdout], [], [], START_UP)
    if not ready or child.stdout.readline().strip() != b"ready":
        raise ModelError([Finding(None, None, "reader_died", {"reason": "start"})])
    try:
        answer, _ = child.communicate(xml, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ModelError([Finding(None, None, "timed_out", {"seconds": f"{seconds:g}"})]) from None
    return _answer(answer)


def _answer(answer: bytes) -> list[ProcessModel]:
    try:
        data = json.loads(answer)
    except ValueError:
        raise ModelError([Finding(None, None, "reader_died", {"reason": "exit"})]) from None
    if "findings" in data:
        raise ModelError([Finding.from_dict(row) for row in data["findings"]])
    return [ProcessModel.from_json(text) for text in data["models"]]
