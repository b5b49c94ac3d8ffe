"""The journal: enough for an auditor; incidents; rollback of a failing step."""

from __future__ import annotations

from tests.engine.drawing import MESSAGE, Drawing, line, many, mappings, on_message
from tests.engine.running import Run


def shape(run: Run) -> list[tuple[object, ...]]:
    """Kind and element of each entry; name and values of variables."""
    return [
        (kind, details["name"], details.get("before"), details["after"]) if kind == "variable" else (kind, element)
        for kind, element, _, details in run.journal
    ]


def test_travelled_path_and_values() -> None:
    run = Run(line("u"), {"a": 1})
    run.done("u", a=2)
    assert shape(run) == [
        ("entered", "s"),
        ("completed", "s"),
        ("flow", "f_p_1"),
        ("entered", "u"),
        ("variable", "a", 1, 2),
        ("completed", "u"),
        ("flow", "f_p_2"),
        ("entered", "e"),
        ("completed", "e"),
        ("ended", None),
    ]


def choosing() -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.user("u")
    drawing.node("exclusiveGateway", "g", default="fb")
    drawing.users("a", "b", "c")
    drawing.chain("s", "u", "g")
    drawing.flow("g", "a", "=n > 5", name="fa")
    drawing.flow("g", "b", name="fb")
    drawing.flow("g", "c", "=n > 3", name="fc")
    return drawing


def test_conditions_are_kept_with_their_values(cold: bool) -> None:
    run = Run(choosing(), {"n": 4}, cold=cold)
    run.done("u")
    assert [(entry[1], entry[3]) for entry in run.entries("condition")] == [
        ("g", {"flow": "fa", "expression": "=n > 5", "value": False}),
        ("g", {"flow": "fc", "expression": "=n > 3", "value": True}),
    ]
    assert [entry[1] for entry in run.entries("flow")] == ["f_p_1", "f_p_2", "fc"]
    assert run.waits() == ["c"]


def test_incident_is_journalled_and_resolved(cold: bool) -> None:
    run = Run(choosing(), cold=cold)
    run.done("u")
    assert [element for element, _ in run.trouble] == ["g"]
    assert not run.ended
    run.set(n=9)
    run.retry()
    assert run.waits() == ["a"]
    kinds = [effect[0] for effect in run.effects]
    assert kinds.count("incident") == kinds.count("incident_resolved") == 1
    assert [entry[0] for entry in run.entries("incident", "resolved")] == ["incident", "resolved"]


def test_failing_output_mapping_keeps_what_the_person_wrote(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", mappings([], [("=ok", "ok"), ("=if broken then (function(a) a) else 1", "x")]))
    drawing.user("z")
    drawing.chain("s", "u", "z")
    run = Run(drawing, {"broken": True}, cold=cold)
    run.done("u", ok=1, comment="long text")
    assert [element for element, _ in run.trouble] == ["u"]
    assert run.waits() == []
    assert "ok" not in run.variables
    run.set(broken=False)
    run.retry()
    assert run.waits() == ["z"]
    assert run.variables == {"broken": False, "ok": 1, "x": 1}


def test_job_without_retries_left(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.job("j")
    drawing.chain("s", "j")
    run = Run(drawing, cold=cold)
    run.instance.fail(run.token("j").id, "mail server is down")
    run.go()
    assert run.trouble == [("j", "mail server is down")]
    assert run.waits() == ["j"]
    run.done("j")
    assert run.trouble == []
    assert run.ended


def test_cancelled_element_takes_its_incident_along(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.job("j")
    drawing.boundary("b", "j", on_message)
    drawing.user("h")
    drawing.chain("s", "j")
    drawing.chain("b", "h")
    run = Run(drawing, {"orderId": 1}, cold=cold)
    run.instance.fail(run.token("j").id, "x")
    run.go()
    run.fire("b", paid=True)
    assert run.trouble == []
    assert run.effects[-3][0] in ("incident_resolved", "close", "open")
    assert [effect[0] for effect in run.effects].count("incident_resolved") == 1
    message = run.entries("message")[0][3]
    assert message == {"name": "paid", "key": "1", "variables": {"paid": True}}


def test_entered_equals_completed_and_cancelled_at_the_end(cold: bool) -> None:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.user("u", inner=many("=xs", "x", until="=numberOfCompletedInstances = 2"))
    drawing.boundary("b", "u", on_message, interrupting=False)
    drawing.users("n", "z")
    drawing.chain("s", "u", "z")
    drawing.chain("b", "n")
    run = Run(drawing, {"orderId": 1, "xs": [1, 2, 3]}, cold=cold)
    run.fire("b")
    run.done("u", 1)
    run.done("u", 0)
    run.done("n")
    run.done("z")
    assert run.ended
    entered = sorted(str(entry[2]) for entry in run.entries("entered"))
    left = sorted(str(entry[2]) for entry in run.entries("completed", "cancelled"))
    assert entered == left
