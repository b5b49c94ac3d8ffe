"""Scenarios of a draft: recorded, run, covered, a gate; published with their process and back in its next draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from app.designer import operations, queries
from app.designer.operations.drafts import Stale
from app.designer.operations.scenario_gate import told_and_green
from app.designer.rules import scenarios as rules
from app.designer.sandbox import asking
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.people.queries import actor_for

from .sandbox_models import HELPED, REFUSED, files

PROCESS = "help_request"


@pytest.fixture
def work(app: Flask, connection: Connection) -> Iterator[None]:
    with app.test_request_context("/"), db.unit_of_work():
        yield


@pytest.fixture
def actor(populated: None, work: None) -> Actor:
    return actor_for("designer")


def opened(actor: Actor, **scenarios: str) -> int:
    """A draft of the small process with scenarios by the names of their files."""
    key = operations.drafts.create(actor, "Помощь", files=files())
    for name, text in scenarios.items():
        operations.drafts.add_file(actor, key, f"{name}.scenario.yaml", f"process: {PROCESS}\n{text}".encode())
    return key


def run_all(actor: Actor, key: int) -> None:
    for view in queries.scenarios.scenarios_of(actor, queries.drafts.draft(actor, key)):
        operations.scenarios.run(actor, key, view.file.key)


def gate(actor: Actor, key: int) -> list[tuple[str, str]]:
    return [(found.rule, found.severity) for found in told_and_green(actor, queries.drafts.draft(actor, key))]


def test_clicks_become_a_scenario_that_reads_like_one(actor: Actor) -> None:
    key = opened(actor)
    file = operations.scenarios.begin(
        actor, key, PROCESS, "Директор отказал!", {"as": "teacher"}, "2026-04-06T09:00:00+03:00"
    )
    steps = [
        {"task": "describe", "as": "teacher", "answers": {"what": "Книги", "hours": 2}},
        {"task": "decide", "as": "school_head", "outcome": "refuse", "comment": "Нет: времени"},
        {"expect": {"open": []}},
        {"expect": {"ended": "refused"}},
    ]
    for revision, step in enumerate(steps, 1):
        operations.scenarios.add_step(actor, file, step, revision)
    with pytest.raises(Stale):
        operations.scenarios.add_step(actor, file, {"time": "P1D"}, 2)
    assert operations.scenarios.run(actor, key, file)["failed"] is None
    view = queries.scenarios.one(actor, key, file)
    assert (view.file.name, view.state, view.steps) == ("help_request_директор_отказал.scenario.yaml", "green", 3)
    text = queries.drafts.content(actor, file).decode()
    assert rules.read(rules.written(rules.read(text))) == rules.read(text)
    operations.scenarios.remove_step(actor, file, 2, 5)
    assert operations.scenarios.run(actor, key, file)["failed"]["step"] == 2
    assert queries.scenarios.one(actor, key, file).state == "red"


def test_the_gate_wants_all_green_and_every_end(actor: Actor) -> None:
    key = opened(actor)
    assert gate(actor, key) == [("scenario-no-scenario", "error")]
    key = opened(actor, helped=HELPED)
    assert ("scenario-stale", "error") in gate(actor, key)
    run_all(actor, key)
    assert gate(actor, key) == [("scenario-end", "error")]
    (covered,) = queries.scenarios.coverage(actor, queries.drafts.draft(actor, key))
    assert (covered.percent, [name for name, _label in covered.missed]) == (84, ["refused", "f4"])
    operations.scenarios.explain(actor, key, PROCESS, "Отказ проверим позже")
    assert gate(actor, key) == [("scenario-end", "warning")]
    operations.drafts.add_file(actor, key, "refused.scenario.yaml", f"process: {PROCESS}\n{REFUSED}".encode())
    run_all(actor, key)
    assert gate(actor, key) == []
    model = next(file for file in queries.drafts.draft(actor, key).files if file.kind == "bpmn")
    changed = queries.drafts.content(actor, model.key).replace(b"P3D", b"P4D")
    operations.drafts.save(actor, model.key, changed, model.revision)
    assert {rule for rule, _severity in gate(actor, key)} >= {"scenario-stale", "scenario-end"}
    run_all(actor, key)
    assert ("scenario-red", "error") in gate(actor, key), "three days do not reach the end any more"


def test_what_changed_while_a_scenario_ran_was_not_played(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    key = opened(actor, helped=HELPED)
    files = {file.kind: file for file in queries.drafts.draft(actor, key).files}
    play = asking.ask

    def play_slowly(*question: Any, **more: Any) -> dict[str, Any]:
        answer = play(*question, **more)
        changed = queries.drafts.content(actor, files["bpmn"].key).replace(b"P3D", b"P4D")
        operations.drafts.save(actor, files["bpmn"].key, changed, files["bpmn"].revision)
        return answer

    monkeypatch.setattr(asking, "ask", play_slowly)
    assert operations.scenarios.run(actor, key, files["scenario"].key)["failed"] is None
    assert queries.scenarios.one(actor, key, files["scenario"].key).state == "stale"


@pytest.mark.parametrize("moment", ["2026-04-06T09:00:00", "'2026-04-06T09:00'", "2026-04-06T09:00:00+03:00"])
def test_a_clock_without_a_zone_goes_by_that_of_the_installation(moment: str) -> None:
    scenario = rules.parsed(f"process: p\nclock: {moment}\nstart: {{as: teacher}}".encode())
    assert scenario is not None
    assert scenario.clock == datetime(2026, 4, 6, 6, tzinfo=UTC)


def test_what_developers_prepare_is_shown_and_does_not_count(actor: Actor) -> None:
    key = opened(actor, prepared="scene: {name: open_course}\n" + HELPED)
    run_all(actor, key)
    (view,) = queries.scenarios.scenarios_of(actor, queries.drafts.draft(actor, key))
    assert view.state == "prepared"
    assert gate(actor, key) == [("scenario-no-scenario", "error")]


def test_scenarios_stay_with_what_was_published(actor: Actor) -> None:
    key = opened(actor, helped=HELPED)
    engine.deploy(actor, queries.drafts.resources(actor, key))
    operations.scenarios.keep_published(actor, key)
    operations.scenarios.store(PROCESS, "refused.scenario.yaml", REFUSED)
    again = queries.drafts.draft(actor, operations.drafts.open_from(actor, "process", PROCESS))
    assert [file.name for file in again.files if file.kind == "scenario"] == [
        "helped.scenario.yaml",
        "refused.scenario.yaml",
    ]
    assert all(view.process == PROCESS for view in queries.scenarios.scenarios_of(actor, again))
    with pytest.raises(Invalid):
        operations.scenarios.store(PROCESS, "other.scenario.yaml", "process: other\nstart: {as: teacher}")


def test_scenarios_alone_are_published_beside_the_present_version(actor: Actor) -> None:
    key, second = opened(actor, helped=HELPED), actor_for("designer2")
    engine.deploy(actor, queries.drafts.resources(actor, key))
    operations.scenarios.keep_published(actor, key)
    again = operations.drafts.open_from(actor, "process", PROCESS)
    old = next(file for file in queries.drafts.draft(actor, again).files if file.kind == "scenario")
    operations.drafts.remove_file(actor, old.key)
    operations.drafts.add_file(actor, again, "refused.scenario.yaml", f"process: {PROCESS}\n{REFUSED}".encode())
    operations.scenarios.explain(actor, again, PROCESS, "Согласие проверим позже")
    run_all(actor, again)
    operations.reviewing.submit(actor, again)
    operations.reviewing.approve(second, again)
    operations.publishing.publish(second, again, "Отказ вместо согласия")
    assert queries.drafts.draft(actor, again).stage == "published"
    assert [one.version.version for one in queries.versions.published(actor, "process", PROCESS)] == [1]
    folder = f"workflows/{PROCESS}/helped.scenario.yaml"
    assert operations.folders.keep_scenarios([Resource(folder, HELPED.encode())], settled=True) == 0
    assert [file.name for file in queries.scenarios.stored(actor, PROCESS)] == ["refused.scenario.yaml"]
    newer = HELPED + "# changed since\n"
    assert operations.folders.keep_scenarios([Resource(folder, newer.encode())], settled=True) == 1


def test_what_a_gate_reads_is_frozen_with_the_files(actor: Actor) -> None:
    key, second = opened(actor, helped=HELPED), actor_for("designer2")
    operations.scenarios.explain(second, key, PROCESS, "Отказ проверим позже")
    assert "designer2" in queries.drafts.draft(actor, key).editors
    operations.reviewing.submit(actor, key)
    with pytest.raises(Conflict):
        operations.scenarios.explain(actor, key, PROCESS, "Всё и так хорошо")


@pytest.mark.parametrize("text", ["steps: [{tusk: x}]", "- a", "{", "start: 3", "a: &a [*a]"])
def test_a_text_that_is_no_scenario_is_refused(actor: Actor, text: str) -> None:
    key = opened(actor, helped=HELPED)
    file = next(each for each in queries.drafts.draft(actor, key).files if each.kind == "scenario")
    with pytest.raises(Invalid):
        operations.scenarios.save_text(actor, file.key, text, 1)
    assert b"helped" in queries.drafts.content(actor, file.key)


def test_who_only_reads_runs_nothing(actor: Actor) -> None:
    key = opened(actor, helped=HELPED)
    file = next(each for each in queries.drafts.draft(actor, key).files if each.kind == "scenario")
    with pytest.raises(Forbidden):
        operations.scenarios.run(actor_for("auditor"), key, file.key)
