"""The gate «сценарии»: every process of a draft is told by a scenario, all go as told, every end is reached."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer.findings import Finding, Severity
from app.designer.gates import gate
from app.designer.queries import scenarios
from app.designer.queries.scenarios import Coverage, ScenarioView
from app.designer.views import DraftView
from app.kernel.actor import Actor


@gate("scenarios", label=_l("Scenarios of the draft"), order=30)
def told_and_green(actor: Actor, draft: DraftView) -> list[Finding]:
    """What keeps a draft from being published as far as its scenarios go."""
    found = scenarios.scenarios_of(actor, draft)
    findings = [finding for view in found for finding in _of_scenario(view)]
    for covered in scenarios.coverage(actor, draft, found):
        findings += _of_process(covered)
    return findings


def _of_scenario(view: ScenarioView) -> Iterator[Finding]:
    name = view.file.name
    if view.state == scenarios.STALE:
        yield _finding(name, _("Run the scenario “%(title)s”: something has changed.", title=view.title), "stale")
    elif view.state == scenarios.RED:
        yield _finding(name, _("The scenario “%(title)s” does not go as told.", title=view.title), "red")
    elif view.state == scenarios.OPEN:
        yield _finding(name, _("Say what the scenario “%(title)s” expects.", title=view.title), "expects-nothing")
    elif view.state == scenarios.UNREADABLE:
        yield _finding(name, _("The scenario “%(title)s” cannot be read.", title=view.title), "unreadable")


def _of_process(covered: Coverage) -> Iterator[Finding]:
    name, file = covered.drawing.name, covered.file.name
    severity: Severity = "warning" if covered.note else "error"
    if not any(view.state != scenarios.PREPARED for view in covered.scenarios):
        text = _("Record a scenario of the process “%(name)s”, or explain why there is none.", name=name)
        yield _finding(file, text, "no-scenario", severity=severity)
        return
    for element, label in covered.ends:
        text = _("No scenario reaches the end “%(label)s”: record one, or explain why not.", label=label)
        yield Finding(file, element, label, text, severity, "scenario-end")


def _finding(resource: str, text: str, rule: str, *, severity: Severity = "error") -> Finding:
    return Finding(resource, None, None, text, severity, f"scenario-{rule}")
