"""Variables: scopes, mappings, types, copies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.drawing import Drawing, line, mappings
from tests.engine.running import Run


def test_mappings_and_scopes(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    inputs = [("=order.id", "x.id"), ("=x.id + 1", "y"), ("const", "k")]
    drawing.user("u", mappings(inputs, [("=x.id * 10", "result.ten"), ("=y", "why")]))
    drawing.user("v")
    drawing.end()
    drawing.chain("s", "u", "v", "e")
    run = Run(drawing, {"order": {"id": 7}}, cold=cold)
    assert run.seen("u") == {"x": {"id": 7}, "y": 8, "k": "const", "order": {"id": 7}}
    run.done("u", secret=1)
    assert run.seen("v") == {"order": {"id": 7}, "result": {"ten": 70}, "why": 8}


def test_subprocess_scope(cold: bool) -> None:
    drawing = Drawing()
    inside = Drawing("sub", "subProcess", zeebe=mappings([("=1", "loc")]))
    inside.start("ss")
    inside.users("u", "w")
    inside.end("se")
    inside.chain("ss", "u", "w", "se")
    drawing.start()
    drawing.add(inside)
    drawing.user("v")
    drawing.end()
    drawing.chain("s", "sub", "v", "e")
    run = Run(drawing, {"a": 0}, cold=cold)
    run.done("u", a=5, loc=9, new=1)
    assert run.seen("w")["loc"] == 9
    run.done("w")
    assert run.seen("v") == {"a": 5, "new": 1}


@pytest.mark.parametrize(("before", "after"), [(1, True), ([0], [False]), ({"a": 1}, {"a": True}), (None, False)])
def test_a_change_of_type_alone_is_a_change(cold: bool, before: Any, after: Any) -> None:
    run = Run(line("a", "b"), {"x": before}, cold=cold)
    run.done("a", x=after)
    assert run.variables["x"] == after
    assert repr(run.variables["x"]) == repr(after)
    assert [entry[3]["after"] for entry in run.entries("variable")] == [after]


def test_the_same_value_is_no_change(cold: bool) -> None:
    run = Run(line("a", "b"), {"x": {"y": [1, "2", None]}}, cold=cold)
    run.done("a", x={"y": [1, "2", None]})
    assert run.entries("variable") == []


def test_values_are_handed_out_and_taken_in_as_copies() -> None:
    given = {"list": [1]}
    run = Run(line("a", "b"), given, cold=False)
    given["list"].append(2)
    run.token("a").data["list"].append(3)
    run.instance.scopes()[0]["variables"]["list"].append(4)
    assert run.variables == {"list": [1]}
    answer = {"x": [1]}
    run.done("a", answer=answer)
    answer["x"].append(2)
    assert run.variables["answer"] == {"x": [1]}


def test_any_key_survives(cold: bool) -> None:
    value = {"typename": "UUID", "x": [1, None, {"я": 1.5}], "": 0}
    assert Run(line("u"), {"typename": value}, cold=cold).variables["typename"] == value


def test_dates_and_decimals_become_json(cold: bool) -> None:
    from datetime import date

    run = Run(line("u", "v"), cold=cold)
    run.done("u", day=date(2026, 2, 3), half=Decimal("0.5"), one=Decimal(1), pair=(1, 2))
    assert run.variables == {"day": "2026-02-03", "half": 0.5, "one": 1, "pair": [1, 2]}


DEEP: list[Any] = []
for _ in range(300):
    DEEP = [DEEP]


@pytest.mark.parametrize("value", [DEEP, object(), {1: 2}, float("nan"), 2**70, {"a": {1, 2}}])
def test_what_is_not_json_is_refused_and_nothing_is_done(value: Any) -> None:
    run = Run(line("u", "v"), {"x": 1})
    with pytest.raises(ValueError):
        run.instance.finish(run.token("u").id, {"x": 2, "bad": value})
    run.go()
    assert run.waits() == ["u"]
    assert run.variables == {"x": 1}


def test_set_variables_in_scopes(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", mappings([("=1", "own")]))
    drawing.chain("s", "u")
    run = Run(drawing, {"root": 1}, cold=cold)
    number = run.token("u").id
    run.instance.set_variables(number, {"own": 2, "root": 3})
    run.instance.set_variables(number, {"mine": 4}, local=True)
    run.instance.set_variables(None, {"all": 5})
    run.go()
    assert run.instance.scopes() == [
        {"token": None, "element": None, "loop": None, "variables": {"root": 3, "all": 5}},
        {"token": number, "element": "u", "loop": None, "variables": {"own": 2, "mine": 4}},
    ]
