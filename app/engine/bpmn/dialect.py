"""What of BPMN and of the zeebe: extensions is understood, element by element. Everything else is refused."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
CAMUNDA7 = "http://camunda.org/schema/1.0/bpmn"
NAMESPACES = {
    "bpmn": BPMN,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "zeebe": ZEEBE,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}

TASKS = frozenset(
    [
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
    ]
)
ACTIVITIES = TASKS | {"subProcess"}
EVENTS = frozenset(["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"])
GATEWAYS = frozenset(["exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"])
CONDITIONAL_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway"})
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
REFUSED_NODES = frozenset(["complexGateway", "adHocSubProcess", "transaction", "callConversation", "choreographyTask"])
SCOPES = frozenset({"process", "subProcess"})

DRAWINGS = frozenset(
    [
        "sequenceFlow",
        "association",
        "textAnnotation",
        "group",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "ioSpecification",
        "property",
        "auditing",
        "monitoring",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "dataInputAssociation",
        "dataOutputAssociation",
        "artifact",
        "category",
        "relationship",
    ]
)
"""Children of a process or sub-process that do not run (or are read with their element)."""

CATCHABLE = {
    "startEvent": frozenset({"timer", "message", "signal"}),
    "eventSubProcess": frozenset({"timer", "message", "signal", "error", "escalation", "conditional"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation", "conditional", "compensation"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "compensation", "link"}),
    "endEvent": frozenset({"message", "signal", "error", "escalation", "compensation", "terminate"}),
}
"""Event kinds per place."""

_COMMON = frozenset({"ioMapping", "properties"})
_JOB = _COMMON | {"taskDefinition", "taskHeaders"}
_THROW = _JOB | {"publishMessage"}
EXTENSIONS: dict[str, frozenset[str]] = {
    "process": frozenset({"versionTag", "properties"}),
    "userTask": _COMMON
    | {"userTask", "assignmentDefinition", "formDefinition", "taskSchedule", "priorityDefinition", "taskHeaders"},
    "serviceTask": _JOB,
    "sendTask": _JOB,
    "scriptTask": _JOB | {"script"},
    "businessRuleTask": _JOB | {"calledDecision"},
    "callActivity": _COMMON | {"calledElement"},
    "endEvent": _THROW,
    "intermediateThrowEvent": _THROW,
    "message": frozenset({"subscription"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics"}),
    "sequenceFlow": frozenset({"properties"}),
    "collaboration": frozenset({"properties"}),
    "participant": frozenset({"properties"}),
}
"""BPMN tag -> zeebe extension elements it may hold; elements not named here take `_COMMON`."""
DEFAULT_EXTENSIONS = _COMMON

_BINDING = frozenset({"bindingType", "versionTag"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "versionTag": frozenset({"value"}),
    "properties": frozenset(),
    "property": frozenset({"name", "value"}),
    "ioMapping": frozenset(),
    "input": frozenset({"source", "target"}),
    "output": frozenset({"source", "target"}),
    "userTask": frozenset(),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "formDefinition": _BINDING | {"formId", "formKey", "externalReference"},
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "taskDefinition": frozenset({"type", "retries"}),
    "taskHeaders": frozenset(),
    "header": frozenset({"key", "value"}),
    "script": frozenset({"expression", "resultVariable"}),
    "calledDecision": _BINDING | {"decisionId", "resultVariable"},
    "calledElement": _BINDING | {"processId", "propagateAllChildVariables", "propagateAllParentVariables"},
    "publishMessage": frozenset({"correlationKey", "messageId", "timeToLive"}),
    "subscription": frozenset({"correlationKey"}),
    "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
}
"""zeebe extension element -> attributes it may have; children must be named here too."""

LISTENERS = frozenset({"executionListeners", "taskListeners", "executionListener", "taskListener"})


def tag(name: str) -> str:
    """A BPMN tag with its namespace."""
    return f"{{{BPMN}}}{name}"
