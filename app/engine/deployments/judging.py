"""Files of people: read by a child that can be killed, and judged by the rules of drawing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from app.engine import services
from app.engine.bpmn import Finding, ModelError, ProcessModel
from app.engine.bpmn.limited import SECONDS, pool
from app.engine.bpmn.linting import Remark, without_repetitions
from app.engine.decisions import DecisionModel
from app.engine.deployments.files import Defect, File, Need
from app.people.catalogue import roles

KEPT = 64
"""Answers kept: while somebody draws, only one of a draft's files changes between two checks."""
_answers: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


def judge(file: File, suffix: str) -> list[Defect]:
    """Fill in what a `.bpmn`, `.dmn` or `.form` file holds.

    Returns:
        everything that is to be said of it; with an error among it the file holds nothing.
    Raises:
        ModelError: reading broke off, or no child was free.
    """
    answer = _ask(suffix, file)
    file.claims = tuple((kind, name) for kind, name in answer.get("claims", ()))
    file.needs = tuple(Need(*row) for row in answer.get("needs", ()))
    if suffix == "form":
        file.form = answer.get("form")
        return [Defect(file.name, *row) for row in answer.get("defects", ())] + _said(file, answer)
    if suffix == "dmn":
        file.decisions = DecisionModel.from_json(answer["model"]) if "model" in answer else None
        return _said(file, answer)
    file.processes = [ProcessModel.from_json(text) for text in answer.get("models", ())]
    return _said(file, answer)


def _ask(suffix: str, file: File) -> dict[str, Any]:
    """The child's answer about a file. It is kept, also that the file takes too long; other failures are not."""
    key = suffix, file.sha256
    with _lock:
        found = _answers.get(key)
        if found is not None:
            _answers.move_to_end(key)
            return found
    vocabulary = {"roles": list(roles()), "serviceTypes": services.names()}
    try:
        found = pool.ask({"kind": suffix, "vocabulary": vocabulary}, file.content, SECONDS)
    except ModelError as error:
        if error.findings[0].code != "timed_out":
            raise
        found = {"findings": [error.findings[0].to_dict()]}
    with _lock:
        _answers[key] = found
        if len(_answers) > KEPT:
            _answers.popitem(last=False)
    return found


def _said(file: File, answer: dict[str, Any]) -> list[Defect]:
    """Reader and rules, each fault once."""
    findings = [Finding.from_dict(row) for row in answer.get("findings", ())]
    for model in file.processes:
        findings += model.warnings
    remarks = [Remark(*row) for row in answer.get("remarks", ())]
    findings, remarks = without_repetitions(findings, remarks)
    defects = [Defect.of_finding(file.name, finding) for finding in findings]
    return defects + [Defect.of_remark(file.name, remark) for remark in remarks]
