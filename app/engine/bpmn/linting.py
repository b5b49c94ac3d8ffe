"""The checks of diagrams that the browser makes too: bpmnlint's rules and ours (app/web/ui/lint), run in V8.

They judge how a model is drawn; whether it can run at all says the reader. `lint` is meant for a child process that can
be killed (`limited.py`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from app.engine.bpmn.findings import Finding
from app.feel import FeelError
from app.feel.v8 import V8

BUNDLE = Path(__file__).with_name("rules.js")
_TIME_LIMIT = 2.0
_MEMORY_LIMIT = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of an element. `severity` is that for our own models."""

    element: str
    name: str | None
    rule: str
    ru: str
    en: str
    severity: Literal["error", "warning"]


_COVERED: Mapping[str, frozenset[str]] = {
    "condition-missing": frozenset({"condition_missing"}),
    "conditional-event": frozenset({"missing"}),
    "event-based-gateway": frozenset({"event_gateway_flows", "event_gateway_target", "event_gateway_incoming"}),
    "event-sub-process-typed-start-event": frozenset({"event_subprocess_start"}),
    "link-event": frozenset({"link_targets", "missing"}),
    "single-blank-start-event": frozenset({"several_starts"}),
    "single-event-definition": frozenset({"several_events"}),
    "start-event-required": frozenset({"empty_scope"}),
    "sub-process-blank-start-event": frozenset({"event_start_in_subprocess"}),
    "unreachable": frozenset({"handler_alone"}),
}
"""Rule -> codes of the reader's findings that say the same."""


@cache
def _v8() -> V8:
    return V8(_TIME_LIMIT, _MEMORY_LIMIT, BUNDLE)


def lint(xml: bytes, vocabulary: Mapping[str, Collection[str]]) -> list[Remark]:
    """What the rules say of a BPMN file; nothing when it cannot be read (the reader says why).

    Args:
        vocabulary: ids of `roles`, `serviceTypes`, `forms`, `decisions`, `processes`; what is absent is not checked.
    """
    try:
        known = json.dumps({name: list(ids) for name, ids in vocabulary.items()})
        _v8().call("lintXml", "lint", xml.decode(), known)
        answer = _v8().call("lintAnswered", "lint")
    except (FeelError, UnicodeDecodeError):
        return []
    found = answer.get("findings", [])
    return [Remark(*(row[key] for key in ("element", "name", "rule", "ru", "en", "severity"))) for row in found]


def rules() -> list[str]:
    """The names of all rules."""
    found: list[str] = _v8().call("lintRules", "lint")
    return found


def without_repetitions(findings: Iterable[Finding], remarks: Iterable[Remark]) -> tuple[list[Finding], list[Remark]]:
    """Each fault once: where the reader has said it the rule is silent, and where nobody at all does a task the reader
    need not say that its role is read from the lane."""
    findings, remarks = list(findings), list(remarks)
    said = {(finding.code, element) for finding in findings for element in _elements(finding)}
    kept = [each for each in remarks if not any((code, each.element) in said for code in _covering(each.rule))]
    nobody = {remark.element for remark in kept if remark.rule == "task-role"}
    return [one for one in findings if not (one.code == "no_assignment" and one.element_id in nobody)], kept


def _covering(rule: str) -> frozenset[str]:
    """Codes that make a rule needless; of an element that is refused nothing else is to be said."""
    return _COVERED.get(rule, frozenset()) | {"unsupported_element"}


def _elements(finding: Finding) -> Iterable[str | None]:
    return finding.element_id, finding.params.get("flow")
