"""Reading BPMN 2.0 with the `zeebe:` extensions: XML -> definitions, refusing whatever would not run as drawn.

    models = read_definitions(xml)                     # in this process
    models = read_definitions_limited(xml, seconds=2)  # in a killable child process: use it for uploads

ProcessModel:
    process_id, name, documentation, version_tag
    spec, subspecs          shared by all instances; give them to Instance and decode
    starts                  list[Start]: element, kind ('none'|'message'|'signal'|'timer'), name (message, signal;
                            may be '=FEEL'), key (message, informative), timer_type, value
    references              list[Reference]: kind ('process'|'decision'|'form'|'job'|'group'), name (may be '=FEEL'),
                            binding ('latest'|'deployment'|'versionTag'), version_tag, element
    elements                BPMN id -> ElementInfo: id, kind (BPMN tag), name, documentation, lane, lane_id, parent
                            (enclosing sub-process id or None), properties, user (raw user-task settings),
                            multi_instance (bool)
    flows                   sequence flow id -> Flow: source, target, name, condition
    to_json() / ProcessModel.from_json(text)

Raises ModelError with `.findings: list[Finding]`; Finding: element_id, element_name, code, message_key, params,
severity ('error'|'warning'), text('ru'|'en').
"""

from app.engine.bpmn.findings import Finding, ModelError
from app.engine.bpmn.limited import read_definitions_limited
from app.engine.bpmn.model import ElementInfo, Flow, ProcessModel, Reference, Start
from app.engine.bpmn.reader import read_definitions

__all__ = [
    "ElementInfo",
    "Finding",
    "Flow",
    "ModelError",
    "ProcessModel",
    "Reference",
    "Start",
    "read_definitions",
    "read_definitions_limited",
]
