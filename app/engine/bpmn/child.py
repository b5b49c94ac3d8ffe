"""The child process of `read_definitions_limited`: XML on standard input, JSON on standard output."""

from __future__ import annotations

import json
import sys

from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.reader import read_definitions
from app.feel import evaluate


def main() -> None:
    """Say "ready", read, answer {"models": [...]} or {"findings": [...]}."""
    evaluate("=1", {})  # opens V8 before the time counts
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    answer: dict[str, list[object]]
    try:
        answer = {"models": [model.to_json() for model in read_definitions(sys.stdin.buffer.read())]}
    except ModelError as error:
        answer = {"findings": [finding.to_dict() for finding in error.findings]}
    except RecursionError:
        answer = {"findings": [Finding(None, None, "reader_died", {"reason": "recursion"}).to_dict()]}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
