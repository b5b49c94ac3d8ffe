"""The hazards of SpiffWorkflow 3.2.0 in what it is given: timers, messages, data, scripts, files."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from app.engine import timers
from app.engine.bpmn import ModelError, read_definitions, read_definitions_limited
from tests.engine import stock
from tests.engine.drawing import (
    MESSAGE,
    Drawing,
    line,
    on_message,
    on_timer,
)
from tests.engine.host import Host
from tests.engine.running import Run
from tests.engine.test_hazards import PLAIN_MESSAGE, refused


def test_hazard_10_month_end() -> None:
    start = datetime(2026, 1, 31, tzinfo=UTC)
    span = TimerEventDefinition.get_timedelta_from_start(TimerEventDefinition.parse_iso_duration("P1M"), start)
    assert (start + span).date().isoformat() == "2026-03-03"

    ours = timers.add_duration(start, timers.parse_duration("P1M"))
    assert ours.date().isoformat() == "2026-02-28"


def test_hazard_10_timer_expressions_are_python() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("intermediateCatchEvent", "c", on_timer("timeDuration", "P1D"))
    drawing.end()
    drawing.chain("s", "c", "e")
    workflow = BpmnWorkflow(*stock.specs(drawing))
    with pytest.raises(WorkflowTaskException):
        workflow.do_engine_steps()  # at run time, and for a right duration

    assert Run(drawing).wait("c")["due"] == "2026-02-01T09:00:00+00:00"


@pytest.mark.parametrize("bad", ["1 day", "P", "PT", "P1Y2"])
def test_hazard_10_bad_timers_are_refused_at_deploy(bad: str) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("intermediateCatchEvent", "c", on_timer("timeDuration", bad))
    drawing.chain("s", "c")
    assert refused(drawing) == {"c": "bad_timer"}


def test_hazard_11_any_message_is_accepted() -> None:
    drawing = Drawing()
    drawing.define(PLAIN_MESSAGE)
    drawing.start()
    drawing.node("intermediateCatchEvent", "c", on_message)
    drawing.end()
    drawing.chain("s", "c", "e")
    workflow = stock.started(drawing)
    workflow.send_event(BpmnEvent(MessageEventDefinition("paid"), payload={"orderId": "somebody else's"}))
    workflow.do_engine_steps()
    assert workflow.is_completed()

    ours = Drawing()
    ours.define(MESSAGE)
    ours.parts += drawing.parts
    host = Host(ours)
    host.start("p", {"orderId": "mine"})
    host.publish("paid", "somebody else's")
    assert host.open() == ["c"]
    host.publish("paid", "mine")
    assert host.statuses() == ["completed"]


def test_hazard_12_serialiser_breaks_on_user_data() -> None:
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    workflow = stock.started(line("u"))
    stock.ready(workflow)[0].data["v"] = {"typename": "UUID"}
    with pytest.raises(KeyError):
        serializer.deserialize_json(serializer.serialize_json(workflow))
    stock.ready(workflow)[0].data["v"] = Decimal("1.5")
    with pytest.raises(TypeError):
        serializer.serialize_json(workflow)

    run = Run(line("u", "v"))
    run.done("u", v={"typename": "UUID"}, d=Decimal("1.5"), day=datetime(2026, 1, 1, tzinfo=UTC).date())
    assert run.variables == {"v": {"typename": "UUID"}, "d": 1.5, "day": "2026-01-01"}


def test_hazard_13_scripts_reach_the_machine() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node(
        "scriptTask", "sc", "<bpmn:script>secret = __import__('pathlib').Path('/etc/passwd').read_text()</bpmn:script>"
    )
    drawing.user("u")
    drawing.chain("s", "sc", "u")
    assert "root" in stock.ready(stock.started(drawing))[0].data["secret"]

    assert refused(drawing) == {"sc": "foreign_script"}


@pytest.mark.parametrize(
    "expression",
    [
        "=open('/etc/passwd')",
        '=Function("return process")()',
        "=x.constructor.constructor",
        "=globalThis",
        "=__proto__",
        '=x["constructor"]',
    ],
)
def test_hazard_13_feel_reaches_nothing(expression: str) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.script("sc", expression, "secret")
    drawing.user("u")
    drawing.chain("s", "sc", "u")
    with suppress(ModelError):  # refused is right as well
        assert Run(drawing, {"x": {"a": 1}}).variables.get("secret") in (None, [])


LOOPING = Drawing()
LOOPING.parts.append('<bpmn:dataObject id="data"/>')
LOOPING.start()
LOOPING.end()
_outer, _inner = Drawing("outer", "subProcess"), Drawing("inner", "subProcess")
_inner.start("is")
_inner.user(
    "u",
    inner='<bpmn:dataInputAssociation id="dia"><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>',
)
_inner.end("ie")
_inner.chain("is", "u", "ie")
_inner.parts.append('<bpmn:dataObjectReference id="ref" dataObjectRef="data"/>')
_outer.start("os")
_outer.add(_inner)
_outer.end("oe")
_outer.chain("os", "inner", "oe")
LOOPING.add(_outer)
LOOPING.chain("s", "outer", "e")


def test_hazard_14_parser_loops_forever() -> None:
    script = textwrap.dedent(
        """
        import sys
        from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
        parser = BpmnParser()
        parser.add_bpmn_str(sys.stdin.buffer.read())
        print("reading", flush=True)
        parser.get_subprocess_specs("p")
        print("read", flush=True)
        """
    )
    stuck = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert stuck.stdin is not None
    assert stuck.stdout is not None
    stuck.stdin.write(LOOPING.document())
    stuck.stdin.close()
    assert stuck.stdout.readline() == b"reading\n"
    with pytest.raises(subprocess.TimeoutExpired):
        stuck.wait(timeout=1.0)
    stuck.kill()
    stuck.wait()
    stuck.stdout.close()

    assert read_definitions_limited(LOOPING.document())[0].process_id == "p"


ENTITIES = {
    "external": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
    "laughs": b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>'
    b"<definitions>&c;</definitions>",
    "empty": b"<!DOCTYPE d><definitions/>",
}


@pytest.mark.parametrize("document", ENTITIES.values(), ids=ENTITIES)
def test_hazard_15_entities_are_refused(document: bytes) -> None:
    with pytest.raises(ModelError) as error:
        read_definitions(document)
    assert error.value.findings[0].code in ("xml_doctype", "xml_broken")
    assert "root:" not in str(error.value)
