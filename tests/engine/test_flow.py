"""Sequence, gateways, joins, links, ends."""

from __future__ import annotations

import pytest

from tests.engine.drawing import MESSAGE as MESSAGE_XML
from tests.engine.drawing import SIGNAL, Drawing, line, many, on_message, on_signal, on_timer, terminates
from tests.engine.running import Run


def forked() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.users("a", "b", "b2")
    drawing.node("parallelGateway", "j")
    drawing.user("after")
    drawing.end()
    drawing.chain("s", "g", "a", "j", "after", "e")
    drawing.chain("g", "b", "b2", "j")
    return drawing


def test_and_join_loses_nothing_and_branches_see_each_other(cold: bool) -> None:
    run = Run(forked(), cold=cold)
    run.done("a", A=1, shared="a", lst=["a"], d={"a": 1})
    seen = run.seen("b")
    assert seen["A"] == 1
    run.done("b", B=1, lst=[*seen["lst"], "b"], d={**seen["d"], "b": 1})
    run.done("b2")
    assert run.waits() == ["after"]
    assert run.seen("after") == {"A": 1, "B": 1, "shared": "a", "lst": ["a", "b"], "d": {"a": 1, "b": 1}}
    run.done("after")
    assert run.ended


def looping() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "m")
    drawing.node("parallelGateway", "sp")
    drawing.users("a", "b")
    drawing.node("parallelGateway", "j")
    drawing.script("inc", "=i+1", "i")
    drawing.node("exclusiveGateway", "g", default="again")
    drawing.end()
    drawing.chain("s", "m", "sp", "a", "j", "inc", "g")
    drawing.chain("sp", "b", "j")
    drawing.flow("g", "e", "=i >= 50")
    drawing.flow("g", "m", name="again")
    return drawing


def test_and_join_in_a_loop(cold: bool) -> None:
    run = Run(looping(), {"i": 0}, cold=cold)
    for round_ in range(50):
        first, second = ("a", "b") if round_ % 2 else ("b", "a")
        run.done(first)
        assert run.waits() == [second]
        assert run.variables["i"] == round_
        run.done(second)
    assert run.ended
    assert len(run.instance.tasks) <= 2


def test_surplus_token_waits_for_its_round() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.users("a1", "a2", "b", "z")
    drawing.node("exclusiveGateway", "x")
    drawing.node("parallelGateway", "j")
    drawing.end()
    drawing.chain("s", "g", "a1", "x", "j", "z", "e")
    drawing.chain("g", "a2", "x")
    drawing.chain("g", "b", "j")
    run = Run(drawing)
    run.done("a1")
    run.done("a2")
    assert run.waits() == ["b"]
    run.done("b")
    assert run.waits() == ["z"]
    run.done("z")
    assert not run.ended  # one token remains at the join, as in Zeebe


def inclusive() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.node("inclusiveGateway", "g", default="fd")
    drawing.users("a", "b", "c", "z")
    drawing.node("inclusiveGateway", "j")
    drawing.end()
    drawing.flow("s", "g")
    drawing.flow("g", "a", "=n > 1")
    drawing.flow("g", "b", "=n > 2")
    drawing.flow("g", "c", name="fd")
    for name in "abc":
        drawing.flow(name, "j")
    drawing.chain("j", "z", "e")
    return drawing


def test_inclusive_split_and_join(cold: bool) -> None:
    run = Run(inclusive(), {"n": 3}, cold=cold)
    assert run.waits() == ["a", "b"]
    run.done("a")
    assert run.waits() == ["b"]
    run.done("b")
    assert run.waits() == ["z"]
    run.done("z")
    assert run.ended


@pytest.mark.parametrize(("n", "waits"), [(2, ["a"]), (0, ["c"])])
def test_inclusive_takes_what_is_true_or_the_default(cold: bool, n: int, waits: list[str]) -> None:
    assert Run(inclusive(), {"n": n}, cold=cold).waits() == waits


@pytest.mark.parametrize("condition", ['=level = "bad"', "=5", "=missing"])
def test_inclusive_condition_that_is_no_boolean_is_an_incident(cold: bool, condition: str) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("inclusiveGateway", "g", default="d")
    drawing.users("a", "b", "c")
    drawing.flow("s", "g")
    drawing.flow("g", "a", "=true")
    drawing.flow("g", "b", condition)
    drawing.flow("g", "c", name="d")
    run = Run(drawing, cold=cold)
    assert [element for element, _ in run.trouble] == ["g"]
    assert run.waits() == []


@pytest.mark.parametrize("condition", ["=n > 1", "=5", '="yes"'])
def test_exclusive_condition_that_is_no_boolean_is_an_incident(cold: bool, condition: str) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "g", default="d")
    drawing.users("a", "b")
    drawing.flow("s", "g")
    drawing.flow("g", "a", condition)
    drawing.flow("g", "b", name="d")
    run = Run(drawing, {"n": None}, cold=cold)
    assert [element for element, _ in run.trouble] == ["g"]


def test_group_through_inclusive_join_with_a_boundary(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("inclusiveGateway", "g")
    drawing.flow("s", "g")
    drawing.user("assign")
    drawing.flow("g", "assign", "=true")
    drawing.job("base")
    drawing.flow("g", "base", '=level = "ok"')
    drawing.job("rem")
    drawing.flow("g", "rem", '=level = "bad"')
    inside = Drawing("sp", "subProcess")
    inside.start("ss")
    inside.users("do", "check")
    inside.node("exclusiveGateway", "x", default="dd")
    inside.end("se")
    inside.chain("ss", "do", "check", "x")
    inside.flow("x", "do", "=again = true")
    inside.flow("x", "se", name="dd")
    inside.parts.append(many("=tasks", "t", "res", "=again"))
    drawing.add(inside)
    drawing.boundary("bt", "sp", on_timer("timeDuration", "P9D"))
    drawing.node("inclusiveGateway", "j")
    drawing.user("ten")
    drawing.end()
    drawing.chain("assign", "sp", "j", "ten", "e")
    for name in ("bt", "base", "rem"):
        drawing.flow(name, "j")
    run = Run(drawing, {"level": "bad"}, cold=cold)
    run.done("assign", tasks=[1, 2])
    run.done("do")
    run.done("check", again=True)
    run.done("rem")
    assert "ten" not in run.waits()
    while "do" in run.waits() or "check" in run.waits():
        if "do" in run.waits():
            run.done("do")
        else:
            run.done("check", again=False)
    assert run.waits() == ["ten"]


def test_event_gateway(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE_XML)
    drawing.start()
    drawing.node("eventBasedGateway", "g")
    drawing.node("intermediateCatchEvent", "c1", on_message)
    moment = '=date and time("2026-03-29T02:30:00@Europe/Moscow")'
    drawing.node("intermediateCatchEvent", "c2", on_timer("timeDate", moment))
    drawing.users("a", "b")
    drawing.end()
    drawing.chain("s", "g", "c1", "a", "e")
    drawing.chain("g", "c2", "b", "e")
    run = Run(drawing, {"orderId": "k"}, cold=cold)
    assert run.waits() == ["c1", "c2"]
    assert run.wait("c2")["due"] == "2026-03-28T23:30:00+00:00"
    run.fire("c1")
    assert run.waits() == ["a"]
    run.done("a")
    assert run.ended


def test_links_signals_terminate(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(SIGNAL)
    drawing.start()
    drawing.node("intermediateThrowEvent", "lt", '<bpmn:linkEventDefinition name="L"/>')
    drawing.node("intermediateCatchEvent", "lc", '<bpmn:linkEventDefinition name="L"/>')
    drawing.node("parallelGateway", "g")
    drawing.users("u", "v")
    drawing.node("intermediateThrowEvent", "st", on_signal)
    drawing.end("se", on_signal)
    drawing.end("te", terminates)
    drawing.chain("s", "lt")
    drawing.chain("lc", "g", "u", "st", "se")
    drawing.chain("g", "v", "te")
    run = Run(drawing, cold=cold)
    assert run.waits() == ["u", "v"]
    run.done("u")
    assert [effect[1] for effect in run.effects if effect[0] == "signal"] == ["sig", "sig"]
    assert not run.ended
    run.done("v")
    assert run.ended
    other = Run(drawing, cold=cold)
    other.done("v")
    assert other.ended
    assert [entry[1] for entry in other.entries("cancelled")] == ["u"]


def test_implicit_fork_no_end_and_subprocess_without_start(cold: bool) -> None:
    drawing = Drawing()
    inside = Drawing("sub", "subProcess")
    inside.users("a", "b")
    drawing.start()
    drawing.users("u", "w")
    drawing.add(inside)
    drawing.chain("s", "u", "sub")
    drawing.flow("u", "w")
    run = Run(drawing, cold=cold)
    run.done("u")
    assert run.waits() == ["a", "b", "w"]
    run.done("a")
    run.done("w")
    assert not run.ended
    run.done("b")
    assert run.ended


def test_terminate_inside_a_subprocess_ends_only_it(cold: bool) -> None:
    drawing = Drawing()
    inside = Drawing("sub", "subProcess")
    inside.start("ss")
    inside.users("a", "b")
    inside.end("t", terminates)
    inside.chain("ss", "a", "t")
    inside.flow("ss", "b")
    drawing.start()
    drawing.add(inside)
    drawing.user("z")
    drawing.chain("s", "sub", "z")
    run = Run(drawing, cold=cold)
    run.done("a")
    assert run.waits() == ["z"]


def test_gateway_loop_is_an_incident_that_names_the_element() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("exclusiveGateway", "a")
    drawing.node("exclusiveGateway", "b")
    drawing.chain("s", "a", "b", "a")
    run = Run(drawing, cold=True)
    assert len(run.trouble) == 1
    assert run.trouble[0][0] in ("a", "b")
    assert "10000 steps" in run.trouble[0][1]


def test_message_start_is_chosen() -> None:
    drawing = Drawing()
    drawing.define(MESSAGE_XML)
    drawing.start()
    drawing.start("ms", on_message)
    drawing.users("a", "b")
    drawing.chain("s", "a")
    drawing.chain("ms", "b")
    assert Run(drawing).waits() == ["a"]
    assert Run(drawing, start="ms").waits() == ["b"]


def test_cancel_with_reason(cold: bool) -> None:
    run = Run(forked(), cold=cold)
    run.instance.cancel("withdrawn by the school")
    run.go()
    assert run.ended
    assert run.waits() == []
    assert ("cancelled", "withdrawn by the school") in run.effects
    assert {entry[1]: entry[3]["reason"] for entry in run.entries("cancelled")} == {
        "a": "withdrawn by the school",
        "b": "withdrawn by the school",
    }
    assert run.entries("ended")[0][3] == {"reason": "withdrawn by the school"}


def test_cannot_finish_twice(cold: bool) -> None:
    run = Run(line("u", "v"), cold=cold)
    number = run.token("u").id
    run.done("u")
    with pytest.raises(LookupError):
        run.instance.finish(number, {})
