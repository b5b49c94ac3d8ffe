"""What holds for every model, decision and form: names that exist, words for people, a drawing that can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree

from app.engine import services
from app.engine.bpmn.dialect import NAMESPACES
from app.engine.decisions import read_decisions
from app.forms.reading import read_form
from app.people.catalogue import roles

from .conftest import ROOT
from .drawing import Drawing
from .test_scenarios import MODELS, model, named

FORMS = sorted((ROOT / "forms").rglob("*.form"))
DECISIONS = sorted((ROOT / "workflows").rglob("*.dmn"))
POSITIONS = frozenset(
    {"candidate", "executor", "preparer", "signatory", "owner", "decision_owner", "responsible", "secretary", "chair"}
    | {"members", "applicant", "dispatcher", "consultant"}
)
"""Lanes of positions: who does it is said by the candidate groups (roles.md §2a)."""
MESSAGES = frozenset(
    (
        "dpp.approved",
        "course.announced",
        "enrolment.requested",
        "listener.enrolled",
        "place.free",
        "course.cancelled",
        "place.withdraw",
        "listener.withdraw",
        "entry.done",
        "group.set",
        "attestation.result",
        "sheet.signed",
        "listener.finished",
        "decision.required",
        "analytics.ready",
        "report.verified",
        "event.closed",
        "schools.list.approved",
        "curator.appointed",
        "curator.replace",
        "agreement.signed",
        "monitoring.municipal.done",
        "monitoring.school.done",
        "programme.school.approved",
        "recommendations.issued",
        "programme.municipal.approved",
        *("analysis.done", "roadmap.change", "roadmap.approved", "measure.request", "measure.result"),
    )
)
SHOWN = frozenset(
    (
        *("course_application", "certificate", "attestation_base_record"),
        *("monitor_motives", "monitor_satisfaction", "monitor_school_life"),
    )
)
"""Forms that pages show without a task."""
ENDS = {
    "approve": "approved refused",
    "course_run": "completed cancelled",
    "rmp_enrolment": "enrolled not_sent refused waitlist_closed",
    "rmp_listener": "certified certified_recommended not_attested no_positive_diagnostics withdrawn",
    "rmp_remediation": "passed failed not_passed",
    "survey_difficulties": "done",
    "course_report_verification": "verified not_verified no_report",
    "post_course_support": "completed stopped",
    "external_course": "closed",
    "management_decision": "done not_needed not_effective",
    "rmp_analytics": "done",
    "dpp_development": "approved rejected refused",
    "working_group_meeting": "protocol_signed not_held",
    "school_identification": "list_approved cancelled",
    "region_results_monitoring": "done",
    "cooperation_agreement": "completed refused terminated expired",
    "network_support": "active removed cancelled",
    "expert_pool": "approved cancelled",
    "curator_appointment": "appointed partly_appointed cancelled",
    "municipal_monitoring": "stage_done",
    "school_monitoring": "stage_done",
    "school_programme": "completed_success completed_support stopped",
    "arp_monitoring": "stage_done",
    "effective_mode_assessment": "moved_to_effective continue strengthen",
    "targeted_support_programme": "completed declined",
    "concept_documents": "approved unchanged cancelled",
    "consultation": "answered not_held declined redirected",
    "roadmap_planning": "approved cancelled",
    "roadmap_measure": "done partly not_done",
    "measure_occurrence": "done partly not_done",
    "infrastructure_formation": "created refused",
    "municipal_programme": "approved cancelled passed_on",
    "effectiveness_analysis": "done missing",
    "programme_closing": "closed_full closed_partly closed_not_done extended cancelled",
}
"""End states of the catalogue."""


def nodes(path: Path, tag: str) -> Iterator[etree._Element]:
    """The elements of a tag in a model."""
    return etree.fromstring(path.read_bytes()).iterfind(f".//bpmn:{tag}", NAMESPACES)


def extension(node: etree._Element, name: str) -> etree._Element | None:
    """A zeebe extension element of a node."""
    return node.find(f"bpmn:extensionElements/zeebe:{name}", NAMESPACES)


every_model = pytest.mark.parametrize("path", MODELS, ids=named)


@every_model
def test_drawing_can_be_read(path: Path) -> None:
    assert list(Drawing(path).findings()) == []


@every_model
def test_every_form_decision_process_and_service_exists(path: Path, app: Flask) -> None:
    known = {
        "form": {json.loads(form.read_text())["id"] for form in FORMS},
        "decision": {one for file in DECISIONS for one in read_decisions(file.read_bytes()).decisions},
        "process": {model(each).process_id for each in MODELS},
        "job": set(services.names()),
    }
    missing = [
        (reference.element, reference.kind, reference.name)
        for reference in model(path).references
        if reference.kind in known and reference.name not in known[reference.kind]
    ]
    assert missing == []


@every_model
def test_every_task_says_who_what_and_by_when(path: Path) -> None:
    for task in nodes(path, "userTask"):
        name, who = task.get("id"), extension(task, "assignmentDefinition")
        assert who is not None, name
        assert who.get("candidateGroups"), f"{name}: candidateGroups"
        form = extension(task, "formDefinition")
        assert form is not None, f"{name}: form"
        assert form.get("bindingType") == "deployment", f"{name}: binding"
        help_text = task.findtext("bpmn:documentation", namespaces=NAMESPACES) or ""
        assert len(help_text) > 40, f"{name}: documentation"
        if name != "open_course":
            due = extension(task, "taskSchedule")
            assert due is not None, f"{name}: deadline"
            assert due.get("dueDate"), f"{name}: deadline"


@every_model
def test_groups_and_lanes_are_roles(path: Path) -> None:
    known = set(roles())
    lanes = {lane.get("id", "").removeprefix("lane_") for lane in nodes(path, "lane")}
    assert lanes <= known | POSITIONS
    for who in etree.fromstring(path.read_bytes()).iterfind(".//zeebe:assignmentDefinition", NAMESPACES):
        text = who.get("candidateGroups", "")
        named_roles = {part.split("@")[0] for part in text.replace("=", '"').split('"') if part.split("@")[0] in known}
        given = any(name in text for name in ("preparer_role", "signatory", "owner_role"))
        assert named_roles or given, text


@every_model
def test_calls_are_explicit_and_bound(path: Path) -> None:
    for call in nodes(path, "callActivity"):
        called = extension(call, "calledElement")
        assert called is not None
        assert called.get("propagateAllParentVariables") == "false"
        assert called.get("propagateAllChildVariables") == "false"
        assert called.get("bindingType") == "deployment"
        assert extension(call, "ioMapping") is not None
    for rule in nodes(path, "businessRuleTask"):
        decision = extension(rule, "calledDecision")
        assert decision is not None
        assert decision.get("bindingType") == "deployment"


@every_model
def test_process_is_described_and_versioned(path: Path) -> None:
    (process,) = nodes(path, "process")
    assert path.stem == process.get("id")
    assert process.get("isExecutable") == "true"
    assert process.findtext("bpmn:documentation", namespaces=NAMESPACES)
    assert extension(process, "versionTag") is not None
    properties = {each.get("name") for each in process.iterfind("bpmn:extensionElements//zeebe:property", NAMESPACES)}
    assert {"owner", "starters", "title"} <= properties
    names = {message.get("name") for message in nodes(path, "message")}
    assert names <= MESSAGES


@every_model
def test_end_states_are_those_of_the_catalogue(path: Path) -> None:
    process = model(path)
    own = {each.id for each in process.elements.values() if each.kind == "endEvent" and each.parent is None}
    assert own == set(ENDS[process.process_id].split())
    for end in nodes(path, "endEvent"):
        if end.get("id") in own:
            output = end.find("bpmn:extensionElements/zeebe:ioMapping/zeebe:output", NAMESPACES)
            assert output is not None
            assert (output.get("target"), output.get("source")) == ("result", f'="{end.get("id")}"')


@pytest.mark.parametrize("path", FORMS, ids=named)
def test_form_has_no_finding_and_is_used_or_shown(path: Path, app: Flask) -> None:
    with app.app_context():
        definition, findings = read_form(path.read_bytes())
    assert definition is not None
    assert findings == []
    assert definition.form_id == path.stem
    used = {
        form.get("formId")
        for file in MODELS
        for form in etree.fromstring(file.read_bytes()).iterfind(".//zeebe:formDefinition", NAMESPACES)
    }
    assert path.stem in used | SHOWN
