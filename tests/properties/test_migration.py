"""Random processes that move to another version: the same changes nothing, another name loses nothing, nonsense is
refused and leaves everything as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.bpmn import ProcessModel, read_definitions
from app.engine.runtime import Instance, MigrationRefused, decode, encode, migrate
from app.engine.runtime.spiff import TaskState
from app.feel import FeelError
from tests.engine.drawing import Drawing
from tests.engine.running import NOW
from tests.properties.test_engine_core import drawings

checked = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
picks = st.lists(st.integers(0, 20), min_size=1, max_size=12)


def model_of(document: bytes) -> ProcessModel:
    """The process of a document."""
    return read_definitions(document)[0]


def step(instance: Instance, pick: int) -> None:
    """Do one of the things that wait."""
    numbers = sorted(instance.waits)
    number = numbers[pick % len(numbers)]
    if instance.waits[number].wait["kind"] == "timer":  # type: ignore[index]
        instance.trigger(number)
    else:
        instance.finish(number, {"v": pick})
    instance.do_engine_steps()


def underway(document: bytes, chosen: list[int]) -> Instance:
    """An instance after some steps, not over."""
    model = model_of(document)
    instance = Instance(model.spec, model.subspecs, {"n": 1, "xs": [1, 2]}, clock=lambda: NOW)
    instance.do_engine_steps()
    for pick in chosen:
        before = encode(instance)
        step(instance, pick)
        if instance.completed:
            instance = decode(before, model.spec, model.subspecs, clock=lambda: NOW)
            break
    instance.drain()
    return instance


def standing(instance: Instance) -> dict[int, str]:
    """What is live besides events that only guard something: number and kind of its wait."""
    return {
        token.id: "" if token.wait is None else token.wait["kind"]
        for token in instance.every_token()
        if token._state != TaskState.WAITING or "via" in token.internal_data
    }


def ended(instance: Instance) -> bool:
    """Whether it comes to its end when everything is done."""
    for _ in range(300):
        if instance.completed:
            return not instance.waits
        step(instance, 0)
    return False


@checked
@given(drawings(), picks)
def test_the_same_definition_changes_nothing(drawing: Drawing, chosen: list[int]) -> None:
    instance = underway(drawing.document(), chosen)
    before, model = encode(instance), model_of(drawing.document())
    moved = migrate(instance, model.spec, model.subspecs)
    assert encode(instance) == before
    assert encode(moved) == before
    journal, effects = moved.drain()
    assert effects == []
    assert [entry[0] for entry in journal] == ["migrated"]
    facts: Any = journal[0][3]
    assert (facts["opens"], facts["closes"]) == ([], [])
    assert all(move["from"] == move["to"] for move in facts["moves"])


@checked
@given(drawings(), picks, st.randoms(use_true_random=False))
def test_other_names_lose_no_token_and_no_task(drawing: Drawing, chosen: list[int], random: Any) -> None:
    document = drawing.document()
    instance = underway(document, chosen)
    names = [name for name in model_of(document).elements if random.random() < 0.5]
    text, mapping = document.decode(), {}
    for name in names:
        text = text.replace(f'"{name}"', f'"{name}_new"')
        mapping[name] = f"{name}_new"
    model = model_of(text.encode())
    moved = migrate(instance, model.spec, model.subspecs, mapping)
    assert standing(moved) == standing(instance)
    assert {number: token.wait["kind"] for number, token in moved.waits.items() if token.wait} == {
        number: token.wait["kind"] for number, token in instance.waits.items() if token.wait
    }
    assert moved.data == instance.data
    assert ended(moved)


@checked
@given(drawings(), drawings(), picks, st.randoms(use_true_random=False))
def test_any_mapping_moves_everything_or_nothing(old: Drawing, new: Drawing, chosen: list[int], random: Any) -> None:
    instance = underway(old.document(), chosen)
    before, model = encode(instance), model_of(new.document())
    sources, targets = list(instance.spec.task_specs), sorted(model.elements)
    mapping = {name: random.choice(targets) for name in sources if random.random() < 0.7}
    try:
        moved = migrate(instance, model.spec, model.subspecs, mapping)
    except (MigrationRefused, FeelError):
        assert encode(instance) == before
        return
    assert encode(instance) == before
    assert standing(moved) == standing(instance)
    assert decode(encode(moved), model.spec, model.subspecs, clock=lambda: NOW).waits.keys() == moved.waits.keys()
