"""The process map: what is linked, what is missing, and that every box has its place."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from app.designer import queries
from app.designer.queries.landscape import CALL, MESSAGE, ROW, START
from app.designer.rules import layering
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people.queries import actor_for
from tests.cockpit import building as cockpit
from tests.inbox import work
from tests.people.test_actors import statements
from tests.web.conftest import Open

MESSAGES = '<bpmn:message id="m" name="probe.done" />'
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">'
)


def task(job: str, **inputs: str) -> str:
    """The one service task of a model."""
    given = "".join(f'<zeebe:input source="=&quot;{text}&quot;" target="{name}"/>' for name, text in inputs.items())
    mapping = f"<zeebe:ioMapping>{given}</zeebe:ioMapping>"
    return (
        f'<bpmn:serviceTask id="t" name="Шаг"><bpmn:extensionElements><zeebe:taskDefinition type="{job}"/>{mapping}'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def model(id: str, step: str, start: str = "") -> Resource:
    """A process of one step."""
    flows = (
        '<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/><bpmn:sequenceFlow id="b" sourceRef="t" targetRef="e"/>'
    )
    content = (
        f'{HEAD}{MESSAGES}<bpmn:process id="{id}" name="Проба {id}" isExecutable="true">'
        f'<bpmn:startEvent id="s">{start}</bpmn:startEvent>{step}<bpmn:endEvent id="e"/>{flows}'
        "</bpmn:process></bpmn:definitions>"
    )
    return Resource(f"{id}.bpmn", content.encode())


CALLING = (
    '<bpmn:callActivity id="t" name="Позвать"><bpmn:extensionElements>'
    '<zeebe:calledElement processId="map_b"/></bpmn:extensionElements></bpmn:callActivity>'
)
CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle>0 0 6 5 6 *</bpmn:timeCycle></bpmn:timerEventDefinition>"
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'


@pytest.mark.usefixtures("region")
def test_calls_starts_messages_and_what_is_missing(browse: Open) -> None:
    files = [
        model("map_a", CALLING, CYCLE),
        model("map_b", task("start-process", processId="map_missing")),
        model("map_c", task("publish-message", name="probe.done", key="1")),
        model("map_d", task("start-process", processId="map_a"), ON_MESSAGE),
    ]
    with db.unit_of_work():
        engine.deploy(PLATFORM, files, internal=True)
        found = queries.landscape.landscape(actor_for("auditor"))
    links = {(link.source, link.target, link.kind) for link in found.links}
    wanted = {("map_a", "map_b", CALL), ("map_b", "map_missing", START), ("map_c", "map_d", MESSAGE)}
    assert wanted <= links
    missing, timed = found.process("map_missing"), found.process("map_a")
    assert [each.version for each in (missing, timed) if each is not None] == [None, 1]
    assert len(timed.timers if timed is not None else ()) == 1
    around = queries.landscape.part(found, around="map_b")
    assert {each.process_id for each in around.processes} == {"map_a", "map_b", "map_missing"}
    page = browse("region_coordinator").get("/designer/map?around=map_b")
    assert "вызывается из: Проба map_a" in " ".join(work.main_of(page).split())
    assert "map_missing не развёрнут" in " ".join(work.main_of(page).split())


@pytest.mark.usefixtures("region")
def test_rows_of_roadmaps_in_force_start_the_process_that_they_name(browse: Open) -> None:
    with db.unit_of_work():
        plan = cockpit.programme("КАРТА-2026")
        rows = (("1.1", "map_row", "running"), ("1.2", "", "running"), ("1.3", "map_row", "done"))
        for number, process, state in rows:
            row = cockpit.measure(plan, number)
            row.process, row.state = process, state
        db.session.flush()
        engine.deploy(PLATFORM, [model("measure_occurrence", task("record"))], internal=True)
        found = queries.landscape.landscape(actor_for("designer"))
    started = found.process("map_row")
    assert started is not None
    assert [row.number for row in started.rows] == ["1.1"]
    (link,) = found.reaching("map_row")
    assert (link.source, link.kind, link.through) == ("measure_occurrence", ROW, ("1.1 Мероприятие 1.1",))
    page = browse("designer").get("/designer/map?around=map_row")
    assert "1 строка дорожных карт" in " ".join(work.main_of(page).split())


def test_every_box_has_its_own_place_and_every_line_its_way() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "d"), ("x", "y"), ("b", "b"), ("d", "c")]
    placed = layering.place([*"abcdxyz"], pairs)
    assert placed == layering.place([*reversed("abcdxyz")], list(reversed(pairs)))
    assert set(placed.boxes) == set("abcdxyz")
    assert set(placed.lines) == {pair for pair in pairs if pair[0] != pair[1]}
    corners = list(placed.boxes.values())
    for number, (x, y) in enumerate(corners):
        assert 0 <= x <= placed.width - layering.WIDTH
        assert 0 <= y <= placed.height - layering.HEIGHT
        for other_x, other_y in corners[number + 1 :]:
            assert abs(x - other_x) >= layering.WIDTH or abs(y - other_y) >= layering.HEIGHT
    assert layering.place([], []).boxes == {}


def test_a_large_map_is_drawn_alike_each_time() -> None:
    names = [f"p{number}" for number in range(38)]
    pairs = [(names[number % 38], names[(number * number * 7 + number // 38 + 1) % 38]) for number in range(80)]
    first = layering.place(names, pairs)
    for times in range(8):
        in_the_way = [object() for _each in range(times * 137)]  # the parts stand elsewhere in memory
        assert layering.place(names, pairs) == first, len(in_the_way)


def test_the_map_takes_as_many_statements_for_many_processes_as_for_one(region: Connection) -> None:
    taken = []
    for number in range(3):
        with db.unit_of_work():
            engine.deploy(PLATFORM, [model(f"probe_{number}", task("audit-event"))], internal=True)
        with db.unit_of_work(), statements(region) as sent:
            queries.landscape.landscape(actor_for("designer"))
        taken.append(len(sent))
    assert taken[1] == taken[2]
