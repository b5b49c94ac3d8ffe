"""Multi-instance."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Drawing, box, many, mappings, on_timer
from tests.engine.running import Run


def graded(sequential: bool) -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.user("grade", inner=many("=students", "s", "marks", "={n: s.name, m: mark}", sequential))
    drawing.user("z")
    drawing.end()
    drawing.chain("s", "grade", "z", "e")
    return drawing


@pytest.mark.parametrize("sequential", [False, True])
def test_outputs_are_collected_in_order(cold: bool, sequential: bool) -> None:
    students = [{"name": f"n{k}"} for k in range(4)]
    run = Run(graded(sequential), {"students": students}, cold=cold)
    assert len(run.waits()) == (1 if sequential else 4)
    for k in range(4):
        assert run.wait("grade")["loop"] == k + 1
        seen = run.seen("grade")
        assert (seen["s"]["name"], seen["loopCounter"]) == (f"n{k}", k + 1)
        run.instance.set_variables(run.token("grade").id, {"mark": 10 * k}, local=True)
        run.done("grade")
    assert run.variables["marks"] == [{"n": f"n{k}", "m": 10 * k} for k in range(4)]
    assert [entry[3]["index"] for entry in run.entries("output")] == [0, 1, 2, 3]
    run.done("z")
    assert run.ended


def test_completion_condition(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=many("=xs", "x", until="=numberOfCompletedInstances >= 2"))
    drawing.user("z")
    drawing.chain("s", "u", "z")
    run = Run(drawing, {"xs": [1, 2, 3, 4]}, cold=cold)
    run.done("u", 2)
    run.done("u", 0)
    assert run.waits() == ["z"]
    assert [entry[3]["loop"] for entry in run.entries("cancelled")] == [2, 4]


def test_empty_collection(cold: bool) -> None:
    run = Run(graded(False), {"students": []}, cold=cold)
    assert run.waits() == ["z"]
    assert run.variables["marks"] == []


def test_subprocess_with_boundary(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.add(box("sub", many("=xs", "x", "ys", "=y")))
    drawing.boundary("b", "sub", on_timer("timeDuration", "P1M"))
    drawing.users("z", "late")
    drawing.end()
    drawing.chain("s", "sub", "z", "e")
    drawing.chain("b", "late")
    run = Run(drawing, {"xs": [1, 2]}, cold=cold)
    assert run.waits() == ["b", "subu", "subu"]
    assert run.wait("b")["due"].startswith("2026-02-28T09:00")
    run.done("subu", y=5)
    assert run.waits() == ["b", "subu"]
    run.fire("b")
    assert run.waits() == ["late"]
    assert not run.instance.subprocesses
    other = Run(drawing, {"xs": [1, 2]}, cold=cold)
    other.done("subu", y=3)
    other.done("subu", y=4)
    assert other.waits() == ["z"]
    assert other.variables["ys"] == [3, 4]
    assert "y" not in other.variables


def test_stops_on_the_first_refusal_and_loops(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.users("a3", "a5")
    drawing.user("a4", inner=many("=signers", "p", "signs", "=ok", until="=ok = false"))
    drawing.node("exclusiveGateway", "x", default="d")
    drawing.end()
    drawing.chain("s", "a3", "a4", "x")
    drawing.flow("x", "a3", "=some k in signs satisfies k = false")
    drawing.flow("x", "a5", name="d")
    drawing.chain("a5", "e")
    run = Run(drawing, {"signers": ["c", "m1", "m2"]}, cold=cold)
    run.done("a3")
    run.done("a4", 1, ok=False)
    assert run.waits() == ["a3"]
    run.done("a3")
    for _ in range(3):
        run.done("a4", 0, ok=True)
    assert run.waits() == ["a5"]


def test_failing_output_element_is_an_incident_of_the_iteration_and_can_be_retried(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", mappings([], [("=mark", "kept")]), many("=xs", "x", "ys", "=function(a) a"))
    drawing.user("z")
    drawing.chain("s", "u", "z")
    run = Run(drawing, {"xs": [1]}, cold=cold)
    run.done("u", mark=1)
    assert [element for element, _ in run.trouble] == ["u"]
    assert "kept" not in run.variables
    run.retry()
    assert [element for element, _ in run.trouble] == ["u"]
    assert not run.ended


@pytest.mark.parametrize("items", [5, None, "abc"])
def test_a_collection_that_is_no_list_is_an_incident(cold: bool, items: object) -> None:
    run = Run(graded(False), {"students": items}, cold=cold)
    assert [element for element, _ in run.trouble] == ["grade"]
    run.set(students=[])
    run.retry()
    assert run.waits() == ["z"]


def test_nested_multi_instance(cold: bool) -> None:
    drawing = Drawing()
    inside = box("sub", many("=rows", "row", "all", "=inner"))
    inside.parts = [
        part.replace("</bpmn:userTask>", many("=row", "c", "inner", "=v") + "</bpmn:userTask>")
        if 'id="subu"' in part
        else part
        for part in inside.parts
    ]
    drawing.start()
    drawing.add(inside)
    drawing.user("z")
    drawing.chain("s", "sub", "z")
    run = Run(drawing, {"rows": [[1, 2], [3]]}, cold=cold)
    assert len(run.waits()) == 3
    for value in (10, 20, 30):
        run.done("subu", 0, v=value)
    assert run.waits() == ["z"]
    assert run.variables["all"] == [[10, 20], [30]]


def left_out(run: Run, nth: int) -> None:
    """Go on without the nth open iteration of the only fan."""
    (fan,) = run.instance.fans()
    run.instance.leave_out(fan.open[nth].token)
    run.go()


@pytest.mark.parametrize("sequential", [False, True])
def test_an_iteration_is_left_out_and_the_others_go_on(cold: bool, sequential: bool) -> None:
    students = [{"name": f"n{k}"} for k in range(3)]
    run = Run(graded(sequential), {"students": students}, cold=cold)
    (fan,) = run.instance.fans()
    assert (fan.element, fan.total, fan.done, len(fan.open)) == ("grade", 3, 0, 1 if sequential else 3)
    assert fan.open[0].item == {"name": "n0"}
    assert fan.open[0].waits == [run.token("grade").id]
    left_out(run, 0)
    assert run.instance.fans()[0].done == 1
    run.done("grade", mark=1)
    run.done("grade", mark=1)
    assert run.waits() == ["z"]
    assert run.instance.fans() == []
    assert [row["n"] for row in run.variables["marks"]] == ["n0", "n1", "n2"]
    assert run.variables["marks"][0]["m"] is None
    assert len(run.entries("cancelled")) == 1


def test_the_last_iteration_left_out_ends_the_element_with_all_that_is_inside(cold: bool) -> None:
    drawing, inside = Drawing(), box("sub", many("=xs", "x", "ys", "=y"))
    inside.boundary("b", "subu", on_timer("timeDuration", "P1M"))
    inside.user("late")
    inside.chain("b", "late")
    drawing.start()
    drawing.add(inside)
    drawing.user("z")
    drawing.chain("s", "sub", "z")
    run = Run(drawing, {"xs": [1, 2]}, cold=cold)
    assert run.waits() == ["b", "b", "subu", "subu"]
    (fan,) = run.instance.fans()
    assert [len(each.waits) for each in fan.open] == [2, 2]
    run.done("subu", y=3)
    left_out(run, 0)
    assert run.waits() == ["z"]
    assert run.variables["ys"] == [3, None]
    assert not run.instance.subprocesses


def test_fans_inside_a_fan_are_one(cold: bool) -> None:
    drawing, inside = Drawing(), box("sub")
    inside.user("ask", inner=many("=row", "c"))
    inside.parts = [part for part in inside.parts if 'id="subu"' not in part]
    inside.parts = [part.replace('"subu"', '"ask"') for part in inside.parts]
    inside.parts.append(many("=rows", "row"))
    drawing.start()
    drawing.add(inside)
    drawing.user("z")
    drawing.chain("s", "sub", "z")
    run = Run(drawing, {"rows": [["a", "b"], ["c"]]}, cold=cold)
    run.done("ask", 0)
    outer, inner = run.instance.fans()
    assert (outer.element, outer.total, len(outer.open)) == ("sub", 2, 2)
    assert (inner.element, inner.total, inner.done) == ("ask", 3, 1)
    assert [each.item for each in inner.open] == ["b", "c"]
    for each in inner.open:
        run.instance.leave_out(each.token)
    run.go()
    assert run.waits() == ["z"]


def test_an_iteration_that_cannot_be_left_is_left_out(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", mappings(outputs=[("=function(a) a", "y")]), many("=xs", "x", "ys", "=y"))
    drawing.user("z")
    drawing.chain("s", "u", "z")
    run = Run(drawing, {"xs": [1]}, cold=cold)
    run.done("u")
    assert len(run.instance.incidents()) == 1
    left_out(run, 0)
    assert run.waits() == ["z"]
    assert run.variables["ys"] == [None]
    assert run.instance.incidents() == []


def test_only_an_open_iteration_is_left_out(cold: bool) -> None:
    run = Run(graded(False), {"students": [{"name": "n0"}]}, cold=cold)
    token = run.instance.fans()[0].open[0].token
    run.done("grade", mark=1)
    for number in (token, run.token("z").id):
        with pytest.raises(LookupError):
            run.instance.leave_out(number)


def test_a_failing_output_element_leaves_null(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=many("=xs", "x", "ys", "=function(a) a"))
    drawing.user("z")
    drawing.chain("s", "u", "z")
    run = Run(drawing, {"xs": [1]}, cold=cold)
    left_out(run, 0)
    assert run.waits() == ["z"]
    assert run.variables["ys"] == [None]
