"""Starting tokens before elements and ending live elements."""

from __future__ import annotations

import pytest

from app.engine.runtime import Activation, ModificationRefused, encode, modify
from app.engine.runtime.modification import live_tokens
from tests.engine.drawing import MESSAGE, Drawing, box, event_box, line, many, on_message, on_timer
from tests.engine.running import Run


def nested() -> Drawing:
    """A task, a sub-process with two tasks, a message guard and a timer, a task."""
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.users("first", "last", "late")
    inner = Drawing("sub", "subProcess")
    inner.start("is")
    inner.users("i1", "i2")
    inner.chain("is", "i1", "i2")
    inner.add(event_box("es", on_message, "h", interrupting=False))
    drawing.add(inner)
    drawing.boundary("b", "sub", on_timer("timeDuration", "P1D"))
    drawing.chain("s", "first", "sub", "last")
    drawing.flow("b", "late")
    return drawing


def change(run: Run, *activations: Activation, end: tuple[str, ...] = ()) -> None:
    """Modify, then go on as usual."""
    modify(run.instance, activations, [run.token(name).id for name in end])
    run.go()


def test_a_token_moves_forward_and_the_instance_goes_on(cold: bool) -> None:
    run = Run(line("a", "b", "c"), cold=cold)
    change(run, Activation("c", [(None, {"n": 1}), ("c", {"own": 2})]), end=("a",))
    assert run.waits() == ["c"]
    assert run.seen("c") == {"n": 1, "own": 2}
    assert run.variables == {"n": 1}
    assert run.entries("modified")[0][3] == {"activated": ["c"], "terminated": ["a"]}
    run.done("c")
    assert run.ended


def test_enclosing_sub_processes_are_opened_with_their_guards(cold: bool) -> None:
    run = Run(nested(), {"orderId": 7}, cold=cold)
    change(run, Activation("i2", [("sub", {"x": 1})]), end=("first",))
    assert run.waits() == ["b", "es", "i2"]
    assert run.seen("i2")["x"] == 1
    change(run, Activation("i1"))
    assert run.waits() == ["b", "es", "i1", "i2"]
    assert len(run.instance.subprocesses) == 1
    run.done("i2")
    run.done("i1")
    run.done("i2")
    assert run.waits() == ["last"]


def test_what_is_left_empty_ends(cold: bool) -> None:
    run = Run(nested(), {"orderId": 7}, cold=cold)
    run.done("first")
    assert run.waits() == ["b", "es", "i1"]
    change(run, Activation("late"), end=("i1",))
    assert run.waits() == ["late"]
    assert run.instance.subprocesses == {}
    change(run, end=("late",))
    assert run.ended
    assert ("cancelled", "modified") in run.effects


@pytest.mark.parametrize(
    ("element", "reason"),
    [("nothing", "unknown"), ("s", "kind"), ("b", "kind"), ("es", "kind"), ("h", "event_sub_process")],
)
def test_nonsense_is_refused_and_changes_nothing(cold: bool, element: str, reason: str) -> None:
    run = Run(nested(), {"orderId": 7}, cold=cold)
    before = encode(run.instance)
    for activations, ended in (([Activation("last"), Activation(element)], ()), ([Activation("last")], (99,))):
        with pytest.raises(ModificationRefused) as refused:
            modify(run.instance, activations, ended)
        assert refused.value.reason == (reason if ended == () else "not_live")
    with pytest.raises(ModificationRefused):
        modify(run.instance, [Activation("last", [("first", {"x": 1})])])
    assert encode(run.instance) == before


def test_a_multi_instance_is_left_alone(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=many("=xs", "x"))
    many_boxes = box("sub")
    many_boxes.parts.append(many("=xs", "x"))
    drawing.add(many_boxes)
    drawing.chain("s", "u", "sub")
    run = Run(drawing, {"xs": [1, 2]}, cold=cold)
    with pytest.raises(ModificationRefused) as refused:
        modify(run.instance, [], [run.token("u").id])
    assert refused.value.reason == "multi_instance"
    with pytest.raises(ModificationRefused) as refused:
        modify(run.instance, [Activation("subu")])
    assert refused.value.reason == "multi_instance"
    (body,) = live_tokens(run.instance, "u")
    modify(run.instance, [Activation("sub")], [body.id])
    run.go()
    assert run.waits() == ["subu", "subu"]
