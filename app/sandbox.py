"""The child process of the designer's sandbox (`python -m app.sandbox`).

A question is a line of JSON on standard input, its answer lines of JSON on standard output.

Before the answer come lines `{"phase": …}`: `ready` once it is there, `alone` when the run's turn has come, `deployed`
when the files are in. The asker counts the time from each of them. The child ends when its input does, or after a
while without work.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
import tempfile
from pathlib import Path
from typing import Any

from app.designer.sandbox import schema, verbs
from app.kernel.config import Settings
from app.main import create_app
from app.people import passwords

IDLE = 900.0
"""Seconds without work after which the process gives its memory back."""
_MEMORY = 2 << 30
"""Bytes of data; V8 keeps its own, lower limits."""


def main() -> None:
    """Make the schema, say that it is ready, answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints must not come between the answers
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    passwords.configure(time_cost=1, memory_cost=8)
    with tempfile.TemporaryDirectory(prefix="marshrut-sandbox-") as folder:
        _serve(answers, Settings.from_env(), Path(folder))


def _serve(answers: Any, named: Settings, folder: Path) -> None:
    assert named.database_url is not None  # the asker names it
    settings = Settings(
        data_dir=folder, database_url=schema.address(named.database_url), secret_key="sandbox" * 8, log_level="ERROR"
    )
    app = create_app(settings, connect=False)

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message, ensure_ascii=False, default=str) + "\n")
        answers.flush()

    with app.app_context():
        schema.make(named.database_url, settings.root)
        verbs.warm()
        say({"phase": "ready"})
        while select.select([sys.stdin], [], [], IDLE)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            with app.test_request_context("/"):
                say(verbs.answer(json.loads(line), say))


if __name__ == "__main__":
    main()
