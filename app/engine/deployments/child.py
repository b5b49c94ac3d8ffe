"""The child of `app.engine.bpmn.limited`: a line of JSON and a file on standard input, a line of JSON on its output.

It limits itself: an alarm on processor time that ends it (SIGPROF), a limit on its memory, an end when nobody asks.
"""

from __future__ import annotations

import json
import resource
import select
import signal
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from flask_babel import Babel

from app.engine.bpmn import dialect
from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.linting import lint
from app.engine.bpmn.reader import read_definitions
from app.engine.bpmn.xml import parse_xml
from app.engine.decisions import read_decisions
from app.engine.deployments.files import Defect, Need
from app.feel import evaluate
from app.forms import operations as forms
from app.web import translations_build

MEMORY = 600 * 1024 * 1024
"""Bytes that reading may add to what the process has at its start."""
IDLE = 600.0
"""Seconds without a question after which the process ends."""
_EMPTY = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t" />'


def main() -> None:
    """Say "ready", then answer until the input ends."""
    evaluate("=1", {})  # opens V8 before the time counts
    lint(_EMPTY, {})
    _limit_memory()
    _say("ready")
    while select.select([sys.stdin], [], [], IDLE)[0]:
        header = sys.stdin.buffer.readline()
        if not header:
            return
        question = json.loads(header)
        content = sys.stdin.buffer.read(question["size"])
        signal.setitimer(signal.ITIMER_PROF, question["seconds"])
        answer = json.dumps(_answer(question, content), ensure_ascii=False)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _say(answer)


def _say(text: str) -> None:
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.flush()


def _limit_memory() -> None:
    with open("/proc/self/status") as status:
        used = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (used + MEMORY, used + MEMORY))


def _answer(question: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        return _KINDS[question["kind"]](question, content)
    except ModelError as error:
        return {"findings": [finding.to_dict() for finding in error.findings]}
    except RecursionError:
        return {"findings": [Finding(None, None, "reader_died", {"reason": "recursion"}).to_dict()]}
    except MemoryError:
        return {"findings": [Finding(None, None, "too_much_memory").to_dict()]}


def _bpmn(question: dict[str, Any], content: bytes) -> dict[str, Any]:
    """{models} or {findings}; with a vocabulary {remarks} too."""
    found: dict[str, Any] = {}
    try:
        found["models"] = [model.to_json() for model in read_definitions(content)]
    except ModelError as error:
        found["findings"] = [finding.to_dict() for finding in error.findings]
        found.update(claims=_claims(content, "process"), needs=_needs(content))
    if "vocabulary" in question and not _unread(found):
        remarks = lint(content, question["vocabulary"])
        found["remarks"] = [[getattr(each, name) for name in each.__dataclass_fields__] for each in remarks]
    return found


def _unread(found: dict[str, Any]) -> bool:
    """Whether the file is no BPMN at all, so that rules have nothing to say."""
    return any(row["code"].startswith(("xml_", "not_")) for row in found.get("findings", ()))


def _dmn(question: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        return {"model": read_decisions(content).to_json()}
    except ModelError as error:
        findings = [finding.to_dict() for finding in error.findings]
        return {"findings": findings, "claims": _claims(content, "decision")}


_NAMING = (
    ("form", "formDefinition", "formId"),
    ("decision", "calledDecision", "decisionId"),
    ("process", "calledElement", "processId"),
)


def _needs(content: bytes) -> list[Need]:
    """What the elements of a refused model name."""
    try:
        root = parse_xml(content)
    except ModelError:
        return []
    found = []
    for kind, tag, attribute in _NAMING:
        for node in root.iter(f"{{{dialect.ZEEBE}}}{tag}"):
            holder = node.getparent()
            element = None if holder is None else holder.getparent()
            name = node.get(attribute)
            if element is not None and name:
                found.append(Need(kind, name, str(element.get("id")), element.get("name")))
    return found


def _claims(content: bytes, kind: str) -> list[tuple[str, str]]:
    """Ids of what a refused file would define."""
    try:
        root = parse_xml(content)
    except ModelError:
        return []
    return [(kind, str(node.get("id"))) for node in root.iter(f"{{*}}{kind}") if node.get("id")]


def _form(question: dict[str, Any], content: bytes) -> dict[str, Any]:
    """{form: its id or None, defects: those of Defect without the file's name}."""
    form, findings = forms.check_form(content)
    with _languages().app_context():
        defects = [Defect.of_form("", finding) for finding in findings]
    rows = [[getattr(each, name) for name in each.__dataclass_fields__ if name != "resource"] for each in defects]
    return {"form": None if form is None else form.form_id, "defects": rows}


@cache
def _languages() -> Flask:
    """An application that only knows languages."""
    app = Flask("child")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations_build.FOLDER)
    Babel(app)
    return app


_KINDS: dict[str, Callable[[dict[str, Any], bytes], dict[str, Any]]] = {"bpmn": _bpmn, "dmn": _dmn, "form": _form}


if __name__ == "__main__":
    main()
