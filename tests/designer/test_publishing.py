"""Publishing: gates, notes, notices, two who publish the same, versions and what a change touches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Connection, select

from app.designer import gates, operations, queries
from app.engine import operations as engine
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.outbox import OutboxEntry
from app.notifications.models import Notice
from app.people.queries import actor_for
from tests.designer import building

PROBE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="probe" name="Проба" isExecutable="true"><bpmn:extensionElements><zeebe:properties>
    <zeebe:property name="owner" value="iro_coordinator" /></zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="{id}" name="Спросить"><bpmn:extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition candidateGroups="{role}" /><zeebe:taskSchedule dueDate="{due}" />
      </bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="{id}" />
    <bpmn:sequenceFlow id="f2" sourceRef="{id}" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""


def probe(id: str = "ask", role: str = "teacher", due: str = "3 wd") -> bytes:
    """A process that a coordinator owns: one task."""
    return PROBE.format(id=id, role=role, due=due).encode()


LONGER = probe(due="5 wd")
OTHER = probe("tell", "school_head")


@pytest.fixture
def work(app: Flask, connection: Connection) -> Iterator[None]:
    """The process is deployed, one instance of it waits."""
    with app.test_request_context("/"), force_locale("ru"), clock.frozen(datetime(2026, 4, 6, 6, 0, tzinfo=UTC)):
        with db.unit_of_work():
            engine.deploy(PLATFORM, [Resource("probe.bpmn", probe())], internal=True)
            engine.start_instance(PLATFORM, "probe", {"organisation": "lebedyan-1"}, internal=True)
        with db.unit_of_work():
            yield


pytestmark = pytest.mark.usefixtures("work")


@pytest.fixture
def first() -> Actor:
    return actor_for("designer")


@pytest.fixture
def second() -> Actor:
    return actor_for("designer2")


def changed(actor: Actor, content: bytes = LONGER) -> tuple[int, int]:
    """A draft of the process with another content; its key and that of the file."""
    key = operations.drafts.open_from(actor, "process", "probe")
    file = queries.drafts.draft(actor, key).files[0]
    operations.drafts.save(actor, file.key, content, file.revision)
    return key, file.key


def reviewed(key: int, first: Actor, second: Actor) -> int:
    """The draft, approved by the second designer."""
    operations.scenarios.explain(first, key, "probe", "Сценарии здесь ни при чём")
    operations.reviewing.submit(first, key)
    operations.reviewing.approve(second, key)
    return key


def test_a_version_is_published_and_its_owner_told(first: Actor, second: Actor) -> None:
    key, _file = changed(first)
    reviewed(key, first, second)
    operations.publishing.publish(first, key, "Срок длиннее")
    found = queries.versions.published(first, "process", "probe")
    assert [(one.version.version, one.version.running) for one in found] == [(2, 0), (1, 1)]
    published = found[0].publication
    assert published is not None
    assert (published.note, published.editors, published.approved_by) == ("Срок длиннее", ["designer"], "designer2")
    told = select(Notice).where(Notice.subject == "Новая версия процесса «Проба»")
    assert not db.session.scalars(told).all()  # others wait while it is published
    kind = operations.publishing.NEW_VERSIONS
    waiting = db.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == kind)).one()
    operations.publishing.tell_owners(waiting.payload)
    notices = db.session.scalars(told).all()
    assert notices
    assert {notice.link for notice in notices} == {None}
    assert "Срок длиннее" in notices[0].text
    with pytest.raises(Conflict):
        operations.publishing.publish(second, key, "Ещё раз")


def test_without_approval_note_or_change_nothing_is_published(first: Actor, second: Actor) -> None:
    key, _file = changed(first)
    with pytest.raises(Conflict):
        operations.publishing.publish(first, key, "Сразу")
    reviewed(key, first, second)
    with pytest.raises(Invalid):
        operations.publishing.publish(first, key, "  ")
    same = reviewed(operations.drafts.open_from(first, "process", "probe"), first, second)
    with pytest.raises(Invalid, match="то же самое"):
        operations.publishing.publish(first, same, "Ничего")
    assert len(queries.versions.published(first, "process", "probe")) == 1


def test_nobodys_version_is_replaced_unseen(first: Actor, second: Actor) -> None:
    mine, my_file = changed(first)
    theirs, _file = changed(second, OTHER)
    operations.publishing.publish(second, reviewed(theirs, second, first), "Другая задача")
    reviewed(mine, first, second)
    with pytest.raises(Invalid) as refused:
        operations.publishing.publish(first, mine, "Срок длиннее")
    shut = [found["rule"] for found in refused.value.details["findings"] if found["severity"] == "error"]
    assert shut == ["published-meanwhile"]
    shown = queries.differing.differences(first, mine)[0]
    assert shown.meanwhile is not None
    assert shown.theirs is not None
    assert shown.difference is not None
    assert [change.text for change in shown.difference.changes] == ["Задача «Спросить»: срок 5 рабочих дней вместо 3"]
    assert {change.kind for change in shown.theirs.changes} >= {"added", "removed"}
    with pytest.raises(Conflict):
        operations.publishing.rebase(first, my_file, "mine")  # under review: nobody changes it
    operations.reviewing.withdraw(first, mine)
    operations.publishing.rebase(first, my_file, "mine")
    operations.publishing.publish(first, reviewed(mine, first, second), "Срок длиннее")
    assert queries.versions.published(first, "process", "probe")[0].version.version == 3
    with pytest.raises(Conflict):
        operations.publishing.rebase(first, my_file, "theirs")


def test_the_newer_version_is_taken_and_the_own_one_stays_in_the_history(first: Actor, second: Actor) -> None:
    mine, my_file = changed(first)
    theirs, _file = changed(second, OTHER)
    operations.publishing.publish(second, reviewed(theirs, second, first), "Другая задача")
    with pytest.raises(Invalid):
        operations.publishing.rebase(first, my_file, "both")
    operations.publishing.rebase(first, my_file, "theirs")
    assert queries.drafts.content(first, my_file) == OTHER
    difference = queries.differing.differences(first, mine)[0].difference
    assert difference is not None
    assert difference.is_empty
    kept = [queries.drafts.revision_content(first, my_file, one.key) for one in queries.drafts.history(first, my_file)]
    assert LONGER in kept


def test_a_file_of_two_deployed_things_replaces_both_once_each_was_looked_at(first: Actor, second: Actor) -> None:
    drawing = building.process("beside")
    engine.deploy(PLATFORM, [Resource("beside.bpmn", drawing)], internal=True)
    inner = LONGER.decode().partition("<bpmn:process ")[2].partition("</bpmn:definitions>")[0]
    joined = f"{drawing.decode().replace('</bpmn:definitions>', '')}<bpmn:process {inner}</bpmn:definitions>".replace(
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"',
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
    )
    key = operations.drafts.create(first, "Оба процесса в одном файле")
    file = operations.drafts.add_file(first, key, "joined.bpmn", joined.encode())
    operations.publishing.rebase(first, file, "mine")
    with pytest.raises(Conflict):
        operations.publishing.rebase(first, file, "mine")  # both are known now
    assert not [each for each in queries.differing.differences(first, key) if each.meanwhile is not None]
    operations.reviewing.submit(first, key)
    operations.reviewing.approve(second, key)
    gate = next(each for each in gates.ask(first, queries.drafts.draft(first, key)) if each.name == "base")
    assert gate.open


def test_an_uploaded_file_of_something_deployed_is_compared_with_it(first: Actor) -> None:
    key = operations.drafts.create(first, "Загружено")
    operations.drafts.add_file(first, key, "own name.bpmn", LONGER)
    found = queries.differing.differences(first, key)[0]
    assert found.difference is not None
    assert [change.element_id for change in found.difference.changes] == ["ask"]


def test_what_a_change_touches_is_counted_and_nobody_named(first: Actor) -> None:
    key, _file = changed(first, OTHER)
    touched = queries.impact.impact(first, key, queries.differing.differences(first, key))
    [process] = touched.processes
    assert (process.running, process.tasks, process.overdue) == (1, 1, 0)
    assert [(one.title, one.fate, one.work.count) for one in process.waiting] == [("Задача «Спросить»", "removed", 1)]
    assert [(box.role, box.tasks, box.organisations) for box in process.inboxes] == [("teacher", 1, 1)]
    assert touched.dependents == []


def test_an_old_version_comes_back_as_a_draft(first: Actor, second: Actor) -> None:
    key, _file = changed(first, OTHER)
    operations.publishing.publish(first, reviewed(key, first, second), "Другая задача")
    back = operations.drafts.open_from(first, "process", "probe", version=1)
    [file] = queries.drafts.draft(first, back).files
    assert queries.drafts.content(first, file.key) == probe()
    told = queries.differing.between(first, "process", "probe", 1, 2)
    assert {change.kind for change in told.changes} >= {"added", "removed"}
    with pytest.raises(NotFound):
        queries.differing.between(first, "process", "probe", 1, 9)


def test_what_is_published_keeps_its_place_in_the_folder(first: Actor, second: Actor) -> None:
    engine.deploy(PLATFORM, [Resource("forms/letters/word.form", building.form())], internal=True)
    key = operations.drafts.open_from(first, "form", "probe_form")
    [file] = queries.drafts.draft(first, key).files
    other = building.form().replace("Слово".encode(), "Слова".encode())
    operations.drafts.save(first, file.key, other, file.revision)
    operations.reviewing.submit(first, key)
    operations.reviewing.approve(second, key)
    operations.publishing.publish(first, key, "Слов бывает больше одного")
    placed = queries.folder.placed(first)
    assert {path: content for path, content in placed.items() if b"probe_form" in content} == {
        "forms/letters/word.form": other
    }


def test_files_of_one_name_are_all_exported_and_can_be_deployed_again(first: Actor) -> None:
    path = "workflows/drawn/diagram_1.bpmn"
    for name in ("third", "second", "first"):
        engine.deploy(PLATFORM, [Resource(path, building.process(name))], internal=True)
        engine.deploy(PLATFORM, [Resource("diagram_1.bpmn", building.process(f"loose_{name}"))], internal=True)
    placed = queries.folder.placed(first)
    wanted = [building.process(f"{loose}{name}") for loose in ("", "loose_") for name in ("first", "second", "third")]
    assert sorted(content for content in placed.values() if content in wanted) == sorted(wanted)
    assert placed[path] == building.process("first")
    models = [Resource(name, content) for name, content in placed.items() if content in wanted]
    assert not [item for item in engine.deploy(PLATFORM, models, internal=True).items if item.new]


@pytest.mark.parametrize(("kind", "name"), [("process", "схема №1, новая+.bpmn"), ("form", f"{'ф' * 120}.form")])
def test_what_other_programs_named_can_be_changed(first: Actor, kind: str, name: str) -> None:
    long = "Очень длинное название " * 8
    content = building.process("named", long) if kind == "process" else building.form("named")
    engine.deploy(PLATFORM, [Resource(name, content)], internal=True)
    draft = queries.drafts.draft(first, operations.drafts.open_from(first, kind, "named"))
    assert [file.name for file in draft.files] == [f"named{name[-5:]}"]
    assert draft.title
