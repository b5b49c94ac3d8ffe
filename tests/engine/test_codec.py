"""States as bytes: size, every stored format, what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.bpmn import read_definitions
from app.engine.runtime import StateError, decode, encode
from app.engine.runtime.codec import FORMAT
from tests.engine.drawing import MESSAGE, Drawing, box, event_box, line, many, on_message, on_timer
from tests.engine.running import NOW, Run

FIXTURES = Path(__file__).parent / "fixtures"


def everything() -> Drawing:
    """A process with every kind of state: scopes, iterations, guards, joins, incidents."""
    drawing = Drawing()
    drawing.define(MESSAGE)
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.add(box("sub", many("=xs", "x", "ys", "=y")))
    drawing.boundary("b", "sub", on_timer("timeDuration", "P9D"), interrupting=False)
    drawing.users("n", "k", "z")
    drawing.node("exclusiveGateway", "bad", default="never")
    drawing.node("parallelGateway", "j")
    drawing.end()
    drawing.chain("s", "g", "sub", "j", "z", "e")
    drawing.chain("g", "k", "j")
    drawing.chain("b", "n")
    drawing.flow("g", "bad")
    drawing.flow("bad", "n", "=nothing")
    drawing.flow("bad", "n", name="never")
    drawing.add(event_box("es", on_message, "h", interrupting=False))
    return drawing


def reached() -> Run:
    run = Run(everything(), {"orderId": "Ж1", "xs": ["a", "b", "c"], "n": 1.5})
    run.done("subu", y={"typename": 1})
    run.done("k")
    run.fire("es", note="x")
    return run


def test_a_reloaded_state_is_encoded_alike() -> None:
    run = reached()
    first = encode(run.instance)
    again = decode(first, run.model.spec, run.model.subspecs, run.clock)
    assert encode(again) == first
    assert again.incidents() == run.instance.incidents()
    assert again.scopes() == run.instance.scopes()


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_every_released_format_loads(number: int) -> None:
    model = read_definitions((FIXTURES / f"state_{number}.bpmn").read_bytes())[0]
    state = (FIXTURES / f"state_{number}.bin").read_bytes()
    instance = decode(state, model.spec, model.subspecs, lambda: NOW)
    assert sorted(token.wait["element"] for token in instance.waits.values()) == [
        "b",
        "es",
        "h",
        "subu",
        "subu",
    ]
    assert instance.data["orderId"] == "Ж1"
    assert [row["element"] for row in instance.incidents()] == ["bad"]
    task = next(number for number, token in instance.waits.items() if token.wait["element"] == "h")
    instance.finish(task, {})
    instance.do_engine_steps()
    assert "h" not in [token.wait["element"] for token in instance.waits.values()]


def test_unknown_format_and_foreign_definition_are_refused() -> None:
    import msgpack
    import zstandard

    run = reached()
    odd = zstandard.compress(msgpack.packb((FORMAT + 1,)))
    with pytest.raises(StateError, match="unknown state format"):
        decode(odd, run.model.spec, run.model.subspecs)
    other = read_definitions(line("other").document())[0]
    with pytest.raises(StateError, match="not in the definition"):
        decode(encode(run.instance), other.spec, other.subspecs)


def test_states_are_small() -> None:
    run = Run(line("a", "b"), {"n": 1})
    assert run.bytes < 150
    assert len(encode(reached().instance)) < 700
