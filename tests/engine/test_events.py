"""Boundary events, event sub-processes, conditional events, messages, timers in an instance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.engine.drawing import (
    ERRORS,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Drawing,
    box,
    event_box,
    line,
    many,
    mappings,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    on_timer,
    terminates,
)
from tests.engine.running import NOW, Run

DEFINITIONS = {
    "message": on_message,
    "timer": on_timer("timeDuration", "PT1H"),
    "signal": on_signal,
    "error": on_error,
    "escalation": on_escalation,
    "conditional": on_condition("=go = 1"),
}


def reminded() -> Drawing:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.users("u", "call", "paid", "z")
    drawing.boundary("rem", "u", on_timer("timeCycle", "R3/P1D"), interrupting=False)
    drawing.boundary("mb", "u", on_message)
    drawing.end()
    drawing.chain("s", "u", "z", "e")
    drawing.chain("rem", "call")
    drawing.chain("mb", "paid")
    return drawing


def test_boundary_events_interrupting_and_not(cold: bool) -> None:
    run = Run(reminded(), {"orderId": 5}, cold=cold)
    assert run.waits() == ["mb", "rem", "u"]
    assert run.wait("mb")["key"] == "5"
    run.fire("rem")
    run.fire("rem")
    assert run.waits() == ["call", "call", "mb", "rem", "u"]
    run.fire("rem")
    assert run.waits() == ["call", "call", "call", "mb", "u"]  # three repetitions, then closed
    run.fire("mb", amount=3)
    assert run.waits() == ["call", "call", "call", "paid"]
    assert run.variables["amount"] == 3
    assert [entry[1] for entry in run.entries("timer", "message")] == ["rem", "rem", "rem", "mb"]
    for name in ("call", "call", "call", "paid"):
        run.done(name)
    assert run.ended


def test_finished_activity_closes_its_events(cold: bool) -> None:
    run = Run(reminded(), {"orderId": 5}, cold=cold)
    run.done("u")
    assert run.waits() == ["z"]
    closed = [effect[2]["element"] for effect in run.effects if effect[0] == "close"]
    assert sorted(closed) == ["mb", "rem", "u"]


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", ["message", "timer", "signal", "error", "escalation", "conditional"])
def test_event_subprocess(cold: bool, kind: str, interrupting: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE, SIGNAL, ERRORS, ESCALATION)
    drawing.start()
    drawing.users("u", "v")
    drawing.end()
    drawing.chain("s", "u", "v", "e")
    drawing.add(event_box("es", DEFINITIONS[kind], "h", interrupting))
    run = Run(drawing, {"orderId": 1, "go": 0}, cold=cold)
    if kind in ("error", "escalation"):
        assert run.waits() == ["u"]
        if kind == "error":
            run.error("u", "E1")
        else:
            run.instance.escalate(run.token("u").id, "X1")
            run.go()
    elif kind == "conditional":
        assert run.waits() == ["es", "u"]
        run.set(go=1)
    else:
        assert run.waits() == ["es", "u"]
        run.fire("es", payload=1)
        assert "payload" not in run.variables
        assert run.seen("h")["payload"] == 1
    if interrupting or kind == "error":  # errors always interrupt
        assert run.waits() == ["h"]
        run.done("h")
        assert run.ended
    else:
        assert [name for name in run.waits() if name != "es"] == ["h", "u"]
        run.done("h")
        assert not run.ended
        run.done("u")
        run.done("v")
        assert run.ended
    sibling = Run(drawing, {"orderId": 1, "go": 0}, cold=cold)
    sibling.done("u")
    sibling.done("v")
    assert sibling.ended


def test_non_interrupting_event_subprocess_runs_several_times(cold: bool) -> None:
    drawing = line("u")
    drawing.define(MESSAGE)
    drawing.add(event_box("es", on_message, "h", interrupting=False))
    run = Run(drawing, {"orderId": 1}, cold=cold)
    run.fire("es", k=1)
    run.fire("es", k=2)
    assert run.waits() == ["es", "h", "h", "u"]
    assert sorted(run.seen("h", nth)["k"] for nth in (0, 1)) == [1, 2]
    run.done("u")
    assert run.waits() == ["es", "h", "h"]
    run.done("h")
    run.done("h")
    assert run.ended
    assert not run.instance.waits


def test_event_subprocess_with_a_null_key_is_repaired(cold: bool) -> None:
    drawing = line("u")
    drawing.define(MESSAGE)
    drawing.add(event_box("es", on_message, "w", interrupting=False))
    run = Run(drawing, cold=cold)
    assert run.trouble == [("es", "the correlation key is null")]
    run.set(orderId="A")
    run.retry()
    assert run.waits() == ["es", "u"]
    run.done("u")
    assert run.ended


def test_failing_boundary_key_applies_inputs_once(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.user("u", mappings([("=x + 1", "x")]))
    drawing.boundary("be", "u", on_message)
    drawing.user("h")
    drawing.chain("s", "u")
    drawing.chain("be", "h")
    run = Run(drawing, {"x": 1}, cold=cold)
    assert [element for element, _ in run.trouble] == ["u"]
    run.set(orderId="A")
    run.retry()
    assert run.seen("u")["x"] == 2
    assert [effect[0] for effect in run.effects].count("open") == 2


def test_failing_conditional_event_does_not_break_another_task(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.users("u", "k", "n")
    drawing.node("parallelGateway", "g")
    drawing.chain("s", "g", "u")
    drawing.chain("g", "k")
    drawing.boundary("b", "u", on_condition("=function(a) a"))
    drawing.chain("b", "n")
    run = Run(drawing, cold=cold)
    run.done("k", z=1)
    assert run.waits() == ["b", "u"]
    assert [element for element, _ in run.trouble] == ["b"]


def test_conditional_boundary_fires_on_each_rising_edge(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.users("u", "n")
    drawing.boundary("b", "u", on_condition("=late"), interrupting=False)
    drawing.chain("s", "u")
    drawing.chain("b", "n")
    run = Run(drawing, {"late": False}, cold=cold)
    for value, count in ((True, 1), (True, 1), (False, 1), (True, 2)):
        run.set(late=value, other=count)
        assert run.waits("user_task").count("n") == count


def test_group_waits_for_messages_with_own_keys(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(
        '<bpmn:message id="m1" name="entry"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="=course + &quot;:&quot; + l"/>'
        "</bpmn:extensionElements></bpmn:message>"
    )
    drawing.start()
    drawing.node("receiveTask", "g", many("=ls", "l"), messageRef="m1")
    drawing.boundary("be", "g", on_timer("timeDuration", "P5D"))
    drawing.user("six")
    drawing.end()
    drawing.chain("s", "g", "six", "e")
    drawing.chain("be", "six")
    run = Run(drawing, {"course": "C", "ls": ["a", "b", "c"]}, cold=cold)
    assert [run.wait("g", nth)["key"] for nth in range(3)] == ["C:a", "C:b", "C:c"]
    run.fire("g")
    run.fire("be")
    assert run.waits() == ["six"]


def test_withdrawal_by_boundary_and_terminate(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    inside = Drawing("sp", "subProcess")
    inside.start("ss")
    inside.user("u", inner=many("=xs", "x"))
    inside.chain("ss", "u")
    drawing.add(inside)
    drawing.end()
    drawing.chain("s", "sp", "e")
    drawing.boundary("be", "sp", on_message, interrupting=False)
    drawing.user("approve")
    drawing.end("term", terminates)
    drawing.chain("be", "approve", "term")
    run = Run(drawing, {"orderId": "A", "xs": [1, 2]}, cold=cold)
    run.fire("be")
    run.done("approve")
    assert run.ended
    assert not run.waits()


def caught(kind: str, text: str) -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("intermediateCatchEvent", "c", on_timer(kind, text))
    drawing.end()
    drawing.chain("s", "c", "e")
    return drawing


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "P1M", "2026-02-28T09:00:00+00:00"),
        ("timeDate", "2026-07-01T10:00:00", "2026-07-01T07:00:00+00:00"),
        ("timeDuration", '=duration("PT36H")', "2026-02-01T21:00:00+00:00"),
        ("timeDate", '=date("2026-02-10") + duration("P1D")', "2026-02-10T21:00:00+00:00"),
        ("timeDate", "=d", "2026-03-01T21:00:00+00:00"),
    ],
)
def test_timers(kind: str, text: str, due: str) -> None:
    run = Run(caught(kind, text), {"d": "2026-03-02"})
    assert run.wait("c")["due"] == due
    run.fire("c")
    assert run.ended


@pytest.mark.parametrize("value", ["rubbish", "P99999Y", None, 5])
def test_a_bad_timer_value_is_an_incident_and_can_be_repaired(cold: bool, value: object) -> None:
    run = Run(caught("timeDuration", "=d"), {"d": value}, cold=cold)
    assert [element for element, _ in run.trouble] == ["c"]
    assert run.waits() == []
    run.set(d="P1D")
    run.retry()
    assert run.waits() == ["c"]
    assert run.trouble == []


def moving() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.user("u", '<zeebe:taskSchedule dueDate="=until"/>')
    drawing.users("n", "k")
    drawing.boundary("b", "u", on_timer("timeDate", "=until"))
    drawing.chain("s", "g", "u")
    drawing.chain("g", "k")
    drawing.chain("b", "n")
    return drawing


def test_dates_follow_the_variable_they_read(cold: bool) -> None:
    run = Run(moving(), {"until": "2026-03-01T00:00:00Z"}, cold=cold)
    run.done("k", until="2026-04-01T00:00:00Z")
    assert run.wait("b")["due"].startswith("2026-04-01")
    assert run.wait("u")["dueDate"] == "2026-04-01T00:00:00Z"
    assert {entry[1]: (entry[3]["before"], entry[3]["after"]) for entry in run.entries("rescheduled")} == {
        "b": ("2026-03-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00"),
        "u": ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"),
    }
    assert [effect[0] for effect in run.effects].count("update") == 2


def test_reschedule_by_hand(cold: bool) -> None:
    run = Run(moving(), {"until": "2026-03-01T00:00:00Z"}, cold=cold)
    run.instance.reschedule(run.token("b").id, datetime.fromisoformat("2026-05-01T00:00:00+03:00"))
    run.instance.reschedule(run.token("u").id, "2026-05-02", "dueDate")
    run.go()
    assert run.wait("b")["due"] == "2026-04-30T21:00:00+00:00"
    assert run.wait("u")["dueDate"] == "2026-05-02"
    with pytest.raises(LookupError):
        run.instance.reschedule(run.token("k").id, NOW)


def test_a_cycle_skips_what_was_missed(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.users("u", "n")
    drawing.boundary("b", "u", on_timer("timeCycle", "R/P1D"), interrupting=False)
    drawing.chain("s", "u")
    drawing.chain("b", "n")
    run = Run(drawing, cold=cold)
    run.now = NOW + timedelta(days=10, hours=1)
    run.fire("b")
    assert run.waits("user_task") == ["n", "u"]
    assert run.wait("b")["due"] == "2026-02-11T09:00:00+00:00"


def test_subprocess_in_box_is_left_by_message(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.add(box("sub"))
    drawing.boundary("b", "sub", on_message)
    drawing.users("z", "h")
    drawing.chain("s", "sub", "z")
    drawing.chain("b", "h")
    run = Run(drawing, {"orderId": "7"}, cold=cold)
    run.fire("b")
    assert run.waits() == ["h"]
    assert {entry[1]: entry[3]["reason"] for entry in run.entries("cancelled")} == {
        "subu": "interrupted by b",
        "sub": "interrupted by b",
    }
