"""The hazards of SpiffWorkflow 3.2.0: each shown on the stock engine, then how it goes here (or is refused)."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from app.engine.bpmn import ModelError, read_definitions
from tests.engine import stock
from tests.engine.drawing import (
    ERRORS,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Drawing,
    event_box,
    line,
    many,
    on_compensation,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    on_timer,
)
from tests.engine.running import Run

PLAIN_MESSAGE = '<bpmn:message id="m1" name="paid"/>'


def refused(drawing: Drawing) -> dict[str | None, str]:
    """The errors of a refused model: element -> code."""
    with pytest.raises(ModelError) as error:
        read_definitions(drawing.document())
    return {finding.element_id: finding.code for finding in error.value.findings if finding.severity == "error"}


def circling(condition: str, tasks: int, expression: bool) -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "m")
    drawing.user("u")
    steps = [f"n{number}" for number in range(tasks)]
    for name in steps:
        if expression:
            drawing.node("task", name)
        else:
            drawing.node("scriptTask", name, "<bpmn:script>pass</bpmn:script>")
    drawing.node("exclusiveGateway", "g", default="back")
    drawing.end()
    drawing.chain("s", "m", "u", *steps, "g")
    drawing.flow("g", "e", condition)
    drawing.flow("g", "m", name="back")
    return drawing


def test_hazard_01_depth_limit_completes_silently() -> None:
    workflow = stock.started(circling("False", 60, expression=False))
    rounds = 0
    while stock.ready(workflow) and rounds < 30:
        stock.finish(workflow, "u")
        rounds += 1
    assert rounds < 30
    assert workflow.is_completed()  # although the loop never ends

    run = Run(circling("=false", 60, expression=True))
    for _ in range(60):
        run.done("u")
    assert run.waits() == ["u"]
    assert not run.ended
    assert run.bytes < 300


def joining(end: str) -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "m")
    drawing.node("parallelGateway", "sp")
    drawing.users("a", "b", "c")
    drawing.node("parallelGateway", "j")
    drawing.node("exclusiveGateway", "g", default="again")
    drawing.end()
    drawing.chain("s", "m", "sp", "a", "j", "c", "g")
    drawing.chain("sp", "b", "j")
    drawing.flow("g", "e", end)
    drawing.flow("g", "m", name="again")
    return drawing


def test_hazard_02_join_in_a_loop_fires_early() -> None:
    workflow = stock.started(joining("False"))
    for name in ("a", "b", "c", "b"):
        stock.finish(workflow, name)
    assert stock.names(workflow) == ["a", "c"]  # the join fired in round 2 without a

    run = Run(joining("=false"))
    for name in ("a", "b", "c", "b"):
        run.done(name)
    assert run.waits() == ["a"]
    run.done("a")
    assert run.waits() == ["c"]


def test_hazard_03_multi_instance_after_reload_with_parser_built_specs() -> None:
    characteristics = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=characteristics)
    drawing.user("z")
    drawing.end()
    drawing.chain("s", "u", "z", "e")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    loaded = serializer.from_dict(serializer.to_dict(stock.started(drawing)))
    loaded.spec, _ = stock.specs(drawing)
    for task in loaded.tasks.values():
        task.task_spec = loaded.spec.task_specs[task.task_spec.name]
    for _ in range(2):
        stock.finish(loaded, "u [child]")
    assert stock.names(loaded) == []  # nothing is open
    assert not loaded.is_completed()  # and it never ends

    ours = Drawing()
    ours.start()
    ours.user("u", inner=many("=xs", "x"))
    ours.user("z")
    ours.chain("s", "u", "z")
    run = Run(ours, {"xs": [1, 2]}, cold=True)
    run.done("u")
    run.done("u")
    assert run.waits() == ["z"]


def listening(message: str) -> Drawing:
    drawing = line("u")
    drawing.define(message)
    drawing.add(event_box("es", on_message, "h", interrupting=False))
    return drawing


def test_hazard_04_event_subprocess_changes_the_shared_spec() -> None:
    spec, subspecs = stock.specs(listening(PLAIN_MESSAGE))
    first = BpmnWorkflow(spec, subspecs)
    first.do_engine_steps()
    first.send_event(BpmnEvent(MessageEventDefinition("paid")))
    assert spec.start._outputs == ["s", "es"]  # was ["s"]
    second = BpmnWorkflow(spec, subspecs)
    second.do_engine_steps()
    stock.finish(second, "u")
    assert not second.is_completed()  # it hangs in an event sub-process that nobody triggered

    one = Run(listening(MESSAGE), {"orderId": 1}, cold=False)
    before = one.model.to_json()
    one.fire("es")
    assert one.model.to_json() == before
    other = Run(listening(MESSAGE), {"orderId": 2})
    other.done("u")
    assert other.ended


@pytest.mark.parametrize("definition", [on_error, on_escalation])
def test_hazard_05_event_subprocess_starts_by_itself(definition: str) -> None:
    drawing = line("u")
    drawing.define(ERRORS, ESCALATION)
    drawing.add(event_box("es", definition, "h"))
    assert stock.names(stock.started(drawing)) == ["h", "u"]  # nothing was thrown

    run = Run(drawing)
    assert run.waits() == ["u"]
    run.done("u")
    assert run.ended


def test_hazard_05_pending_timer_start_blocks_completion() -> None:
    drawing = line("u")
    drawing.add(event_box("es", on_timer("timeDuration", '"P1D"'), "h"))
    workflow = stock.started(drawing)
    stock.finish(workflow, "u")
    assert not workflow.is_completed()

    ours = line("u")
    ours.add(event_box("es", on_timer("timeDuration", "P1D"), "h"))
    run = Run(ours)
    run.done("u")
    assert run.ended


def test_hazard_05_interrupting_is_ignored() -> None:
    workflow = stock.started(listening(PLAIN_MESSAGE))
    drawing = line("u")
    drawing.define(PLAIN_MESSAGE)
    drawing.add(event_box("es", on_message, "h", interrupting=True))
    workflow = stock.started(drawing)
    workflow.send_event(BpmnEvent(MessageEventDefinition("paid")))
    workflow.do_engine_steps()
    assert stock.names(workflow) == ["h", "u"]  # u should be gone

    ours = line("u")
    ours.define(MESSAGE)
    ours.add(event_box("es", on_message, "h", interrupting=True))
    run = Run(ours, {"orderId": 1})
    run.fire("es")
    assert run.waits() == ["h"]


def ending(definition: str) -> Drawing:
    drawing = Drawing()
    drawing.define(SIGNAL)
    drawing.start()
    drawing.user("u")
    drawing.end("e", definition)
    drawing.chain("s", "u", "e")
    return drawing


def test_hazard_06_events_silently_turned_into_nothing() -> None:
    workflow = stock.started(ending(on_signal))
    stock.finish(workflow, "u")
    assert workflow.is_completed()
    assert workflow.get_events() == []  # no signal was sent

    run = Run(ending(on_signal))
    run.done("u")
    assert [effect[1] for effect in run.effects if effect[0] == "signal"] == ["sig"]


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("<bpmn:cancelEventDefinition/>", "unsupported_event"),
        (f"{on_signal}{on_compensation}", "several_events"),
        ('<bpmn:signalEventDefinition signalRef="nobody"/>', "reference_unknown"),
    ],
)
def test_hazard_06_what_is_not_supported_is_refused(definition: str, code: str) -> None:
    assert refused(ending(definition))["e"] == code


def test_hazard_07_and_join_loses_data() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.users("a", "b", "after")
    drawing.node("parallelGateway", "j")
    drawing.end()
    drawing.chain("s", "g", "a", "j", "after", "e")
    drawing.chain("g", "b", "j")
    workflow = stock.started(drawing)
    stock.finish(workflow, "a", items=["a"])
    stock.finish(workflow, "b", items=["b"])
    assert stock.ready(workflow)[0].data == {"items": ["b"]}  # a's item is lost

    run = Run(drawing)
    run.done("a", items=["a"])
    run.done("b", items=[*run.seen("b")["items"], "b"])
    assert run.seen("after") == {"items": ["a", "b"]}


def test_hazard_08_nested_data_is_shared_between_tasks() -> None:
    workflow = stock.started(line("a", "b"))
    first = stock.ready(workflow)[0]
    stock.finish(workflow, "a", x={"k": [1]})
    stock.ready(workflow)[0].data["x"]["k"].append(2)
    assert first.data["x"] == {"k": [1, 2]}  # a completed task has changed

    run = Run(line("a", "b"), cold=False)
    run.done("a", x={"k": [1]})
    run.token("b").data["x"]["k"].append(2)
    assert run.variables == {"x": {"k": [1]}}
    assert run.entries("variable")[0][3]["after"] == {"k": [1]}


def test_hazard_09_failing_script_leaves_half_of_its_work() -> None:
    drawing = Drawing()
    drawing.define(ERRORS)
    drawing.start()
    drawing.node("scriptTask", "sc", "<bpmn:script>a = 1\nb = 1 / 0</bpmn:script>")
    drawing.users("z", "h")
    drawing.boundary("b", "sc", on_error)
    drawing.chain("s", "sc", "z")
    drawing.chain("b", "h")
    workflow = BpmnWorkflow(*stock.specs(drawing))
    with pytest.raises(WorkflowTaskException):
        workflow.do_engine_steps()
    task = next(task for task in workflow.get_tasks() if task.task_spec.name == "sc")
    assert task.has_state(TaskState.ERROR)
    assert task.data == {"a": 1}

    ours = Drawing()
    ours.start()
    ours.script("sc", "=function(a) a", "a")
    ours.user("z")
    ours.chain("s", "sc", "z")
    run = Run(ours, {"x": 1})
    assert [element for element, _ in run.trouble] == ["sc"]
    assert run.variables == {"x": 1}
    assert [entry[0] for entry in run.journal if entry[1] == "sc"] == ["entered", "incident"]
