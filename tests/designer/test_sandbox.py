"""The sandbox in its real child: it plays, leaves nothing, knows nobody, and is stopped when it does not end."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.designer.sandbox import asking
from app.engine.views import Resource
from app.kernel.db import db

from .sandbox_models import HELPED, REFUSED, files, model

PROCESS = "help_request"
_LOOP = """
    <bpmn:startEvent id="asked"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:exclusiveGateway id="again"><bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f2</bpmn:incoming>
      <bpmn:outgoing>f3</bpmn:outgoing></bpmn:exclusiveGateway>
    {node}
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="again" />
    <bpmn:sequenceFlow id="f2" sourceRef="round" targetRef="again" />
    <bpmn:sequenceFlow id="f3" sourceRef="again" targetRef="round" />
  </bpmn:process>
"""
_SCRIPT = """<bpmn:scriptTask id="round"><bpmn:extensionElements>
  <zeebe:script expression="={expression}" resultVariable="n" /></bpmn:extensionElements>
  <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:scriptTask>"""
_EVERY_SECOND = """<bpmn:intermediateCatchEvent id="round"><bpmn:incoming>f3</bpmn:incoming>
  <bpmn:outgoing>f2</bpmn:outgoing><bpmn:timerEventDefinition>
  <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>
</bpmn:intermediateCatchEvent>"""


def looping(node: str) -> list[Resource]:
    """A process that goes round for ever."""
    return [Resource("help_request.bpmn", model(_LOOP.format(node=node)))]


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    """A request, as the sandbox is asked in one."""
    with app.test_request_context("/"):
        yield


def rows() -> dict[str, int]:
    """Rows of every table of the real work."""
    with db.engine.connect() as connection:
        names = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        counted = {name: connection.scalar(text(f'SELECT count(*) FROM public."{name}"')) for name in names}
        return {name: int(number or 0) for name, number in counted.items()}


def play(scenario: str, **more: Any) -> dict[str, Any]:
    return asking.ask(files(), scenario, PROCESS, **{"finished": True, **more})


def test_a_scenario_is_played_and_leaves_nothing(page: None) -> None:
    before = rows()
    found = play(HELPED)
    assert found["failed"] is None
    assert found["covered"][PROCESS]["ends"] == ["helped"]
    assert found["instances"][0]["result"] == "helped"
    assert found["clock"].startswith("2026-04-09T06:00")
    assert rows() == before
    assert play(REFUSED)["covered"][PROCESS]["flows"] == ["f1", "f2", "f3", "f4"]


def test_how_things_stand_in_the_midst(page: None) -> None:
    found = asking.ask(files(), "start: {as: teacher}", PROCESS)
    (task,) = found["tasks"]
    assert (task["element"], task["as"], task["role_name"]) == ("describe", "teacher", "Педагог")
    steps = HELPED.partition("- {time")[0]
    found = asking.ask(files(), steps, PROCESS)
    assert [(each["kind"], each["due"][:10]) for each in found["waits"]] == [("timer", "2026-04-09")]
    assert found["variables"]["answer"] == "submit"
    assert {"f5"} <= set(found["instances"][0]["flows"])


def test_a_position_is_called_as_its_lane(page: None) -> None:
    drawn, *others = files()
    lane = (
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane_applicant" name="Заявитель">'
        '<bpmn:flowNodeRef>describe</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet><bpmn:startEvent id="asked"'
    )
    content = drawn.content.replace(b'<bpmn:startEvent id="asked"', lane.encode())
    found = asking.ask([Resource(drawn.name, content), *others], "start: {as: teacher}", PROCESS)
    (task,) = found["tasks"]
    assert (task["role"], task["role_name"], task["as"]) == ("", "Заявитель", "teacher")


def test_people_are_invented(page: None) -> None:
    (process,) = asking.processes(files())
    assert process["people"][0] == ["teacher", "Педагог (песочница)"]
    assert all(name.endswith("(песочница)") for _login, name in process["people"])


def test_a_failure_names_its_step(page: None) -> None:
    found = play(HELPED.replace("ended: helped", "ended: refused"))
    failed = found["failed"]
    assert (failed["step"], failed["kind"]) == (5, "ended")
    assert failed["facts"] == {"found": "helped", "expected": "refused"}
    wrong = play(REFUSED.replace("what: Книги, ", ""))["failed"]
    assert (wrong["step"], list(wrong["errors"])) == (1, ["what"])
    assert "refused" in asking.ask([files()[0]], HELPED, PROCESS)
    assert "unreadable" in play("steps: [{tusk: x}]")


def test_the_real_form_is_shown_and_taken(page: None) -> None:
    wanted = {"element": "describe", "as": "teacher", "refresh_url": "/x"}
    start = "start: {as: teacher}"
    shown = asking.ask(files(), start, PROCESS, form={**wanted, "mode": "show"})["form"]
    assert "Сколько часов" in shown["html"]
    assert shown["help"] == "Напишите, что нужно."
    empty = {**wanted, "mode": "submit", "posted": [["f.hours", "2"]]}
    refused = asking.ask(files(), start, PROCESS, form=empty)["form"]
    assert list(refused["errors"]) == ["what"]
    full = {**wanted, "mode": "submit", "posted": [["f.what", "Книги"], ["f.hours", "2"]]}
    taken = asking.ask(files(), start, PROCESS, form=full)["form"]
    assert taken["answers"] == {"what": "Книги", "hours": 2}


@pytest.mark.parametrize("expression", ["1", "count(for i in 1..100000000 return i)"])
def test_an_endless_model_ends_by_itself(page: None, expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for phase in ("alone", "deployed"):
        monkeypatch.setitem(asking.SECONDS, phase, 120.0)  # the model has to end it, not the clock of a slow machine
    answer = asking.ask(looping(_SCRIPT.format(expression=expression)), "start: {as: teacher}", PROCESS)
    assert answer["failed"] or answer["waits"][0]["kind"] == "incident"


def test_what_does_not_come_to_rest_is_stopped(page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows()
    monkeypatch.setitem(asking.SECONDS, "deployed", 2.0)
    with pytest.raises(asking.TooLong):
        asking.ask(looping(_EVERY_SECOND), "{start: {as: teacher}, steps: [{time: P10Y}]}", PROCESS)
    monkeypatch.undo()
    assert play(HELPED)["failed"] is None, "the next run has a new child"
    assert rows() == before


def test_two_at_once_take_turns(app: Flask) -> None:
    answers: dict[str, Any] = {}

    def ask(name: str, scenario: str) -> None:
        child = asking._Child()
        try:
            with app.test_request_context("/"):
                question = {"files": asking._packed(files()), "scenario": scenario, "process": PROCESS}
                answers[name] = child.ask({**question, "finished": True})
        finally:
            child.stop()

    both = [Thread(target=ask, args=pair) for pair in (("helped", HELPED), ("refused", REFUSED))]
    for each in both:
        each.start()
    for each in both:
        each.join(timeout=120)
    assert {name: found["instances"][0]["result"] for name, found in answers.items()} == {
        "helped": "helped",
        "refused": "refused",
    }
