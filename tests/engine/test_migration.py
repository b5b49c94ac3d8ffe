"""Moving running instances to another definition."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.bpmn import read_definitions
from app.engine.runtime import MigrationRefused, encode, migrate, plan_migration
from tests.engine.drawing import MESSAGE, Drawing, box, event_box, line, many, on_message, on_timer
from tests.engine.running import Run


def move(run: Run, drawing: Drawing, mapping: dict[str, str] | None = None) -> None:
    """Migrate, then go on as usual."""
    run.model = read_definitions(drawing.document())[0]
    run.instance = migrate(run.instance, run.model.spec, run.model.subspecs, mapping)
    run.go()


def obstacles(run: Run, drawing: Drawing, mapping: dict[str, str] | None = None) -> list[tuple[str | None, str]]:
    """Why it cannot be moved; nothing changes."""
    before = encode(run.instance)
    model = read_definitions(drawing.document())[0]
    plan = plan_migration(run.instance, model.spec, model.subspecs, mapping)
    with pytest.raises(MigrationRefused):
        migrate(run.instance, model.spec, model.subspecs, mapping)
    assert encode(run.instance) == before
    assert all(obstacle.text("ru") and obstacle.text("en") for obstacle in plan.obstacles)
    return [(obstacle.element, obstacle.reason) for obstacle in plan.obstacles]


def test_same_ids_with_new_tasks_around(cold: bool) -> None:
    run = Run(line("a", "b"), {"n": 1}, cold=cold)
    number = run.token("a").id
    move(run, line("before", "a", "between", "b"))
    assert run.token("a").id == number
    assert [effect for effect in run.effects if effect[0] == "update"] == []
    assert run.entries("migrated")[0][3]["moves"] == [{"token": number, "from": "a", "to": "a"}]
    run.done("a")
    assert run.waits() == ["between"]
    run.done("between")
    run.done("b")
    assert run.ended
    assert run.variables == {"n": 1}


def test_mapped_ids(cold: bool) -> None:
    run = Run(line("a", "b"), cold=cold)
    number = run.token("a").id
    move(run, line("renamed", "b"), {"a": "renamed"})
    assert run.waits() == ["renamed"]
    assert run.effects[-1][:2] == ("update", number)
    run.done("renamed")
    assert run.waits() == ["b"]


def test_settings_that_changed_are_taken_over(cold: bool) -> None:
    def drawn(zeebe: str) -> Drawing:
        drawing = Drawing()
        drawing.start()
        drawing.user("u", zeebe)
        drawing.chain("s", "u")
        return drawing

    old = '<zeebe:assignmentDefinition assignee="=boss"/><zeebe:taskSchedule dueDate="=until"/>'
    new = '<zeebe:assignmentDefinition candidateGroups="=[role]"/><zeebe:taskSchedule dueDate="=until"/>'
    run = Run(drawn(old), {"boss": "ann", "role": "head", "until": "2026-04-01"}, cold=cold)
    run.instance.reschedule(run.token("u").id, "2026-05-01", "dueDate")
    run.go()
    move(run, drawn(new))
    wait = run.wait("u")
    assert (wait.get("assignee"), wait["candidateGroups"], wait["dueDate"]) == (None, ["head"], "2026-05-01")


def test_vanished_and_changed_elements_are_refused(cold: bool) -> None:
    run = Run(line("a", "b"), cold=cold)
    assert obstacles(run, line("x", "b")) == [("a", "vanished")]
    changed = Drawing()
    changed.start()
    changed.job("a")
    changed.chain("s", "a")
    assert obstacles(run, changed) == [("a", "kind_changed")]
    run.done("a")
    run.done("b")
    assert obstacles(run, line("a", "b")) == [(None, "ended")]


def iterated(inner: str) -> Drawing:
    drawing = Drawing()
    drawing.start()
    drawing.user("u", inner=inner)
    drawing.user("z")
    drawing.chain("s", "u", "z")
    return drawing


@pytest.mark.parametrize("inner", ["", many("=ys", "x"), many("=xs", "x", sequential=True)])
def test_a_running_multi_instance_must_be_the_same(cold: bool, inner: str) -> None:
    run = Run(iterated(many("=xs", "x")), {"xs": [1, 2]}, cold=cold)
    assert {reason for _, reason in obstacles(run, iterated(inner))} & {
        "vanished",
        "multi_instance_changed",
        "kind_changed",
    }


def test_a_running_multi_instance_goes_on(cold: bool) -> None:
    run = Run(iterated(many("=xs", "x", "ys", "=y")), {"xs": [1, 2]}, cold=cold)
    run.done("u", y=1)
    target = iterated(many("=xs", "x", "ys", "=y"))
    target.user("more")
    target.flow("z", "more")
    move(run, target)
    run.done("u", y=2)
    assert run.variables["ys"] == [1, 2]
    run.done("z")
    assert run.waits() == ["more"]


def guarded(*, old: bool, new: bool, trigger: bool = False) -> Drawing:
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.add(box("sub"))
    drawing.users("h1", "h2")
    drawing.chain("s", "sub")
    if old:
        drawing.boundary("b1", "sub", on_timer("timeDuration", "P1D"))
        drawing.flow("b1", "h1")
    if new:
        drawing.boundary("b2", "sub", on_message)
        drawing.flow("b2", "h2")
    if trigger:
        drawing.add(event_box("es", on_message, "h", interrupting=False))
    return drawing


def test_events_open_and_close(cold: bool) -> None:
    run = Run(guarded(old=True, new=False), {"orderId": 7}, cold=cold)
    model = read_definitions(guarded(old=False, new=True).document())[0]
    plan = plan_migration(run.instance, model.spec, model.subspecs)
    assert (plan.obstacles, plan.opens, plan.closes) == ([], ["b2"], ["b1"])
    move(run, guarded(old=False, new=True))
    assert run.waits() == ["b2", "subu"]
    assert ("close", "b1") in [(effect[0], effect[2]["element"]) for effect in run.effects if effect[0] == "close"]
    run.fire("b2")
    assert run.waits() == ["h2"]


def test_a_new_event_subprocess_begins_to_wait(cold: bool) -> None:
    run = Run(guarded(old=True, new=False), {"orderId": 7}, cold=cold)
    due = run.wait("b1")["due"]
    move(run, guarded(old=True, new=False, trigger=True))
    assert run.waits() == ["b1", "es", "subu"]
    assert run.wait("b1")["due"] == due
    run.fire("es")
    assert run.waits() == ["b1", "es", "h", "subu"]


def test_a_token_at_a_join_needs_its_flow(cold: bool) -> None:
    def joined(first: str) -> Drawing:
        drawing = Drawing()
        drawing.start()
        drawing.node("parallelGateway", "g")
        drawing.users(first, "b", "z")
        drawing.node("parallelGateway", "j")
        drawing.chain("s", "g", first, "j", "z")
        drawing.chain("g", "b", "j")
        return drawing

    run = Run(joined("a"), cold=cold)
    run.done("a")
    assert obstacles(run, joined("c")) == [("j", "flow_vanished")]
    move(run, joined("c"), {"a": "c"})
    run.done("b")
    assert run.waits() == ["z"]


def test_subprocess_that_is_gone(cold: bool) -> None:
    run = Run(guarded(old=False, new=False), cold=cold)
    found = obstacles(run, line("subu"))
    assert ("sub", "vanished") in found
    assert ("sub", "scope_vanished") in found


def test_incidents_come_along(cold: bool) -> None:
    def drawn(condition: str) -> Drawing:
        drawing = Drawing()
        drawing.start()
        drawing.node("exclusiveGateway", "g", default="d")
        drawing.users("a", "b")
        drawing.flow("s", "g")
        drawing.flow("g", "a", condition)
        drawing.flow("g", "b", name="d")
        return drawing

    run = Run(drawn("=nothing"), cold=cold)
    assert [element for element, _ in run.trouble] == ["g"]
    move(run, drawn("=true"))
    run.retry()
    assert run.waits() == ["a"]


def test_plan_is_a_dry_run() -> None:
    run = Run(line("a", "b"))
    model = read_definitions(line("a", "c").document())[0]
    before: Any = encode(run.instance)
    assert plan_migration(run.instance, model.spec, model.subspecs).obstacles == []
    assert encode(run.instance) == before
    assert run.instance.drain() == ([], [])
