"""Errors, escalations, compensation."""

from __future__ import annotations

import pytest

from tests.engine.drawing import (
    ERRORS,
    ESCALATION,
    MESSAGE,
    Drawing,
    box,
    event_box,
    many,
    on_compensation,
    on_error,
    on_escalation,
    on_message,
)
from tests.engine.running import Run

LINK = '<bpmn:association id="{0}" sourceRef="{1}" targetRef="{2}"/>'


def failing() -> Drawing:
    drawing = Drawing()
    drawing.define(ERRORS)
    inside = Drawing("sub", "subProcess")
    inside.start("ss")
    inside.job("j")
    inside.node("exclusiveGateway", "x", default="d")
    inside.end("ok")
    inside.end("bad", on_error)
    inside.chain("ss", "j", "x")
    inside.flow("x", "bad", "=fail")
    inside.flow("x", "ok", name="d")
    drawing.start()
    drawing.add(inside)
    drawing.users("z", "h")
    drawing.end()
    drawing.chain("s", "sub", "z", "e")
    drawing.boundary("b", "sub", on_error)
    drawing.chain("b", "h")
    return drawing


def test_error_end_is_caught_at_the_border(cold: bool) -> None:
    run = Run(failing(), cold=cold)
    run.done("j", fail=True)
    assert run.waits() == ["h"]
    assert not run.instance.subprocesses
    assert run.entries("error")[0][3] == {"code": "E1", "message": None, "variables": {}, "caught": "b"}


def test_no_error_no_catch(cold: bool) -> None:
    run = Run(failing(), cold=cold)
    run.done("j", fail=False)
    assert run.waits() == ["z"]


def test_job_error_is_caught_with_its_variables(cold: bool) -> None:
    run = Run(failing(), cold=cold)
    run.error("j", "E1", why="x")
    assert run.waits() == ["h"]
    assert run.variables["why"] == "x"


def test_uncaught_job_error_is_an_incident_and_told_to_the_caller(cold: bool) -> None:
    run = Run(failing(), cold=cold)
    assert not run.instance.catches_error(run.token("j").id, "E2")
    run.error("j", "E2")
    assert [element for element, _ in run.trouble] == ["j"]
    assert run.waits() == ["j"]
    assert ("uncaught", "error", "E2", {}, None) in run.effects
    run.retry()
    assert run.trouble == []
    run.done("j", fail=False)
    assert run.waits() == ["z"]


def test_uncaught_error_end_is_an_incident(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(ERRORS)
    drawing.start()
    drawing.user("u")
    drawing.end("bad", on_error)
    drawing.chain("s", "u", "bad")
    run = Run(drawing, cold=cold)
    run.done("u")
    assert [element for element, _ in run.trouble] == ["bad"]
    assert ("uncaught", "error", "E1", {}, None) in run.effects
    assert not run.ended


def test_error_in_one_iteration_is_caught_on_the_body(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(ERRORS)
    drawing.start()
    drawing.add(box("sub", many("=xs", "x")))
    drawing.boundary("b", "sub", on_error)
    drawing.users("h", "z")
    drawing.chain("s", "sub", "z")
    drawing.chain("b", "h")
    run = Run(drawing, {"xs": [1, 2, 3]}, cold=cold)
    run.done("subu")
    run.error("subu", "E1")
    assert run.waits() == ["h"]
    assert not run.instance.subprocesses
    run.done("h")
    assert run.ended


def test_error_thrown_again_in_a_handler_goes_outwards(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(ERRORS)
    inside = box("sub")
    handler = Drawing("es", "subProcess", triggeredByEvent="true")
    handler.start("ess", on_error)
    handler.user("h")
    handler.end("ese", on_error)
    handler.chain("ess", "h", "ese")
    inside.add(handler)
    drawing.start()
    drawing.add(inside)
    drawing.boundary("b", "sub", on_error)
    drawing.users("outer", "z")
    drawing.chain("s", "sub", "z")
    drawing.chain("b", "outer")
    run = Run(drawing, cold=cold)
    run.error("subu", "E1")
    assert run.waits() == ["h"]
    run.done("h")
    assert run.waits() == ["outer"]


def test_error_in_a_non_interrupting_event_subprocess_reaches_its_sibling(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE, ERRORS)
    drawing.start()
    drawing.user("u")
    drawing.end()
    drawing.chain("s", "u", "e")
    first = Drawing("w", "subProcess", triggeredByEvent="true")
    first.start("ws", on_message, isInterrupting="false")
    first.end("we", on_error)
    first.chain("ws", "we")
    drawing.add(first)
    drawing.add(event_box("x", on_error, "withdrawn"))
    run = Run(drawing, {"orderId": "A"}, cold=cold)
    run.fire("w")
    assert run.waits() == ["withdrawn"]
    assert run.trouble == []


def test_escalation_does_not_interrupt(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(ESCALATION)
    inside = Drawing("sub", "subProcess")
    inside.start("ss")
    inside.node("intermediateThrowEvent", "t", on_escalation)
    inside.user("u")
    inside.end("se")
    inside.chain("ss", "t", "u", "se")
    drawing.start()
    drawing.add(inside)
    drawing.user("h")
    drawing.end()
    drawing.chain("s", "sub", "e")
    drawing.boundary("b", "sub", on_escalation, interrupting=False)
    drawing.chain("b", "h")
    run = Run(drawing, cold=cold)
    assert run.waits() == ["h", "u"]
    run.done("u")
    assert not run.ended
    run.done("h")
    assert run.ended


def test_uncaught_escalation_goes_to_the_caller_and_does_not_stop(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(ESCALATION)
    drawing.start()
    drawing.node("intermediateThrowEvent", "t", on_escalation)
    drawing.user("u")
    drawing.chain("s", "t", "u")
    run = Run(drawing, cold=cold)
    assert run.waits() == ["u"]
    assert ("uncaught", "escalation", "X1", {}, None) in run.effects


def undone(nested: bool, thrown: str = on_compensation, end: str = "") -> Drawing:
    drawing = Drawing()
    drawing.define(ERRORS)
    inside = Drawing("sub", "subProcess") if nested else drawing
    inside.start("ss" if nested else "s")
    for name in "ab":
        inside.job(name)
        inside.boundary(f"c{name}", name, on_compensation)
        inside.job(f"undo_{name}", isForCompensation="true")
        inside.parts.append(LINK.format(f"as{name}", f"c{name}", f"undo_{name}"))
    drawing.users("q", "z")
    drawing.node("intermediateThrowEvent", "t", thrown)
    drawing.end("e", end)
    if nested:
        inside.job("c")
        inside.end("se")
        inside.chain("ss", "a", "b", "c", "se")
        drawing.start()
        drawing.add(inside)
        drawing.chain("s", "sub", "q", "t", "z", "e")
    else:
        drawing.chain("s", "a", "b", "q", "t", "z", "e")
    return drawing


@pytest.mark.parametrize("nested", [False, True])
def test_compensation(cold: bool, nested: bool) -> None:
    run = Run(undone(nested), cold=cold)
    for name in ("a", "b", *(["c"] if nested else []), "q"):
        run.done(name)
    assert run.waits() == ["undo_a", "undo_b"]
    run.done("undo_b")
    assert run.waits() == ["undo_a"]
    run.done("undo_a")
    assert run.waits() == ["z"]
    run.done("z")
    assert run.ended


def test_compensation_of_one_activity_and_at_the_end(cold: bool) -> None:
    only_a = '<bpmn:compensateEventDefinition activityRef="a"/>'
    run = Run(undone(False, only_a, on_compensation), cold=cold)
    for name in ("a", "b", "q"):
        run.done(name)
    assert run.waits() == ["undo_a"]
    run.done("undo_a")
    run.done("z")
    assert run.waits() == ["undo_b"]
    run.done("undo_b")
    assert run.ended


def test_compensation_inside_iterations_sees_their_variables(cold: bool) -> None:
    drawing = Drawing()
    inside = box("sub", many("=xs", "x"))
    inside.boundary("c", "subu", on_compensation)
    inside.job("undo", isForCompensation="true")
    inside.parts.append(LINK.format("a1", "c", "undo"))
    drawing.start()
    drawing.add(inside)
    drawing.node("intermediateThrowEvent", "t", on_compensation)
    drawing.user("z")
    drawing.chain("s", "sub", "t", "z")
    run = Run(drawing, {"xs": ["a", "b"]}, cold=cold)
    run.done("subu")
    run.done("subu")
    assert run.waits() == ["undo", "undo"]
    assert sorted(run.seen("undo", nth)["x"] for nth in (0, 1)) == ["a", "b"]
    run.done("undo")
    run.done("undo")
    assert run.waits() == ["z"]
