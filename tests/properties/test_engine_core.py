"""Random processes and random actions: warm and cold agree, nothing is lost, the journal balances."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.bpmn import read_definitions
from app.engine.runtime import Instance, decode, encode
from app.engine.runtime.values import plain, same
from tests.engine.drawing import Drawing, many, on_timer
from tests.engine.running import NOW

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """A block-structured process: sequences, AND and XOR blocks, sub-processes, multi-instances, boundaries."""
    counter = iter(range(1000))

    def name(kind: str) -> str:
        return f"{kind}{next(counter)}"

    def block(box: Drawing, depth: int) -> tuple[str, str]:
        kind = draw(st.sampled_from(["user", "user", "many", "timer"] if depth > 2 else KINDS))
        if kind == "sequence":
            first, last = block(box, depth + 1), block(box, depth + 1)
            box.flow(first[1], last[0])
            return first[0], last[1]
        if kind in ("parallel", "choice"):
            tag = "parallelGateway" if kind == "parallel" else "exclusiveGateway"
            inner = [block(box, depth + 1) for _ in range(draw(st.integers(2, 3)))]
            split, join = name("split"), name("join")
            default = {} if kind == "parallel" else {"default": f"{split}_0"}
            box.node(tag, split, **default)
            box.node(tag, join)
            for place, (first, last) in enumerate(inner):
                condition = None if kind == "parallel" or place == 0 else f"=n = {place}"
                box.flow(split, first, condition, f"{split}_{place}")
                box.flow(last, join)
            return split, join
        if kind == "sub":
            inside = Drawing(name("sub"), "subProcess")
            start, end = inside.start(name("s")), inside.end(name("e"))
            first, last = block(inside, depth + 1)
            inside.chain(start, first)
            inside.chain(last, end)
            box.add(inside)
            return inside.name, inside.name
        task = box.user(name("u"), inner=many("=xs", "x", name("out"), "=x") if kind == "many" else "")
        if kind == "timer":
            late, interrupting = box.user(name("late")), draw(st.booleans())
            guard = box.boundary(name("b"), task, on_timer("timeDuration", "P1D"), interrupting)
            box.flow(guard, late)
            if interrupting:  # else an enclosing join would wait for ever
                merge = box.node("exclusiveGateway", name("merge"))
                box.chain(task, merge)
                box.chain(late, merge)
                return task, merge
        return task, task

    drawing = Drawing()
    drawing.start("start")
    drawing.end("end")
    first, last = block(drawing, 0)
    drawing.flow("start", first)
    drawing.flow(last, "end")
    return drawing


KINDS = ["sequence", "sequence", "parallel", "choice", "sub", "many", "user", "timer"]
checked = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(drawing: Drawing, picks: list[int], cold: bool) -> tuple[Any, ...]:
    """Act until the end (or the picks are used up), and say what happened."""
    model = read_definitions(drawing.document())[0]
    instance = Instance(model.spec, model.subspecs, {"n": 1, "xs": [1, 2]}, clock=lambda: NOW)
    journal: list[Any] = []
    for step in range(200):
        instance.do_engine_steps()
        entries, _ = instance.drain()
        journal += entries
        if cold:
            instance = decode(encode(instance), model.spec, model.subspecs, clock=lambda: NOW)
        if instance.completed:
            break
        numbers = sorted(instance.waits)
        number = numbers[picks[step % len(picks)] % len(numbers)]
        if instance.waits[number].wait["kind"] == "timer":
            instance.trigger(number)
        else:
            instance.finish(number, {f"v{step}": step})
    return instance.completed, instance.data, journal, len(instance.waits)


@checked
@given(drawings(), st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_warm_and_cold_agree_and_every_block_process_ends(drawing: Drawing, picks: list[int]) -> None:
    warm, cold = outcome(drawing, picks, cold=False), outcome(drawing, picks, cold=True)
    assert warm == cold
    completed, _, journal, waiting = warm
    assert completed
    assert waiting == 0
    entered = sorted(entry[2] for entry in journal if entry[0] == "entered")
    left = sorted(entry[2] for entry in journal if entry[0] in ("completed", "cancelled"))
    assert entered == left


@checked
@given(st.dictionaries(st.text(min_size=1, max_size=8), json_values, max_size=4))
def test_values_survive_state(variables: dict[str, Any]) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.user("u")
    drawing.chain("s", "u")
    model = read_definitions(drawing.document())[0]
    instance = Instance(model.spec, model.subspecs, variables)
    instance.do_engine_steps()
    again = decode(encode(instance), model.spec, model.subspecs)
    assert same(again.data, variables)


@checked
@given(json_values, json_values)
def test_same_is_equality_of_json_texts(left: Any, right: Any) -> None:
    assert same(left, plain(left))
    assert same(left, right) == same(right, left)
    if same(left, right):
        assert left == right
