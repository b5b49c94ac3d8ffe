"""What is known of a process definition: for running it, and for everybody who must not read XML."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from app.engine.bpmn.findings import Finding

FORMAT = 1


@dataclass(frozen=True)
class Start:
    """How an instance can begin.

    Attributes:
        element: id of the start event.
        kind: 'none', 'message', 'signal' or 'timer'.
        name: of the message or signal; may be '=FEEL' without variables.
        key: the message's correlation key expression, for information: a start takes every key.
        timer_type, value: 'timeDate' or 'timeCycle' and its text.
    """

    element: str
    kind: str
    name: str | None = None
    key: str | None = None
    timer_type: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Reference:
    """Something outside the model that it needs.

    Attributes:
        kind: 'process', 'decision', 'form' or 'job'.
        name: its id or type; may be '=FEEL'.
        binding: 'latest', 'deployment' or 'versionTag'.
    """

    kind: str
    name: str
    element: str
    binding: str = "latest"
    version_tag: str | None = None


@dataclass(frozen=True)
class ElementInfo:
    """One flow node as drawn.

    Attributes:
        kind: the BPMN tag, e.g. 'userTask'.
        lane, lane_id: name and id of its lane.
        parent: id of the enclosing sub-process, None in the process itself.
        properties: zeebe:properties.
        user: a user task's settings as written (texts or '=FEEL').
        event: a event's definition as read: kind and its settings.
    """

    id: str
    kind: str
    name: str | None = None
    documentation: str | None = None
    lane: str | None = None
    lane_id: str | None = None
    parent: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    user: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] | None = None
    multi_instance: bool = False


@dataclass(frozen=True)
class Flow:
    """One sequence flow."""

    id: str
    source: str
    target: str
    name: str | None = None
    condition: str | None = None


@dataclass
class ProcessModel:
    """A process definition. `spec` and `subspecs` are shared by all its instances."""

    process_id: str
    name: str | None
    documentation: str | None
    version_tag: str | None
    starts: list[Start]
    references: list[Reference]
    elements: dict[str, ElementInfo]
    flows: dict[str, Flow]
    properties: dict[str, str]
    warnings: list[Finding]
    spec: Any = field(repr=False, default=None)
    subspecs: dict[str, Any] = field(repr=False, default_factory=dict)

    def called(self, kind: str) -> list[Reference]:
        """The references of one kind."""
        return [reference for reference in self.references if reference.kind == kind]

    def to_json(self) -> str:
        """Everything as JSON, also for another process."""
        from app.engine.bpmn.converters import convert

        plain = {name: value for name, value in self.__dict__.items() if name not in ("spec", "subspecs")}
        plain["starts"] = [asdict(start) for start in self.starts]
        plain["references"] = [asdict(reference) for reference in self.references]
        plain["elements"] = {name: asdict(info) for name, info in self.elements.items()}
        plain["flows"] = {name: asdict(flow) for name, flow in self.flows.items()}
        plain["warnings"] = [finding.to_dict() for finding in self.warnings]
        specs = {"spec": convert(self.spec), "subspecs": {name: convert(sub) for name, sub in self.subspecs.items()}}
        return json.dumps({"format": FORMAT, **plain, **specs}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ProcessModel:
        """From `to_json`; the specs are rebuilt and wired."""
        from app.engine.bpmn.converters import restore

        data = json.loads(text)
        if data.pop("format") != FORMAT:
            raise ValueError("a process model of another format: read its XML again")
        return cls(
            process_id=data["process_id"],
            name=data["name"],
            documentation=data["documentation"],
            version_tag=data["version_tag"],
            starts=[Start(**row) for row in data["starts"]],
            references=[Reference(**row) for row in data["references"]],
            elements={name: ElementInfo(**row) for name, row in data["elements"].items()},
            flows={name: Flow(**row) for name, row in data["flows"].items()},
            properties=data["properties"],
            warnings=[Finding.from_dict(row) for row in data["warnings"]],
            spec=restore(data["spec"]),
            subspecs={name: restore(sub) for name, sub in data["subspecs"].items()},
        )
