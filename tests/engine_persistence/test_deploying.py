"""Deploying: together or not at all, versions, bindings, refusals with reasons."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection

from app.engine import cases, operations, queries
from app.engine.views import Resource
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid

from . import models as m
from .conftest import complete, one, open_tasks, person, rows, start

SIMPLE = m.process("simple", m.start(), m.user("a", "teacher"), m.end())


def form(id: str, label: str) -> bytes:
    components = [{"type": "textfield", "id": "f1", "key": "title", "label": label, "validate": {"required": True}}]
    return json.dumps({"schemaVersion": 18, "type": "default", "id": id, "components": components}).encode()


def versions() -> list[Any]:
    return rows("SELECT process_id, version FROM process_definition ORDER BY process_id, version")


def test_the_same_file_keeps_its_version(connection: Connection, deploy: Callable[..., Any]) -> None:
    first = deploy(simple=SIMPLE)
    again = deploy(simple=SIMPLE)
    assert again.key == first.key
    assert [item.new for item in again.items] == [False]
    assert one("SELECT count(*) FROM deployment") == 1
    other = deploy(simple=SIMPLE, other=m.process("other", m.start(), m.end()))
    assert {item.id: item.new for item in other.items} == {"simple": False, "other": True}
    deploy(simple=m.process("simple", m.start(), m.user("b", "teacher"), m.end()))
    assert versions() == [("other", 1), ("simple", 1), ("simple", 2)]


def test_running_instances_stay_on_their_version(connection: Connection, deploy: Callable[..., Any]) -> None:
    deploy(simple=SIMPLE)
    old = start("simple")
    deploy(simple=m.process("simple", m.start(), m.user("b", "teacher"), m.end()))
    new = start("simple")
    with db.unit_of_work():
        first = operations.start_instance(PLATFORM, "simple", version=1)
    assert [list(open_tasks(key)) for key in (old, new, first)] == [["a"], ["b"], ["a"]]


def test_a_changed_form_makes_a_new_version_of_what_is_bound_to_it(
    connection: Connection, deploy: Callable[..., Any]
) -> None:
    model = m.process("filled", m.start(), m.user("a", assignee="ivanov", form="letter"), m.end())
    deploy(**{"filled": model, "letter.form": form("letter", "Название")})
    old = start("filled")
    second = deploy(**{"letter.form": form("letter", "Заголовок")})
    assert {item.id: item.version for item in second.items} == {"letter": 2, "filled": 2}
    new = start("filled")
    keys = dict(rows("SELECT instance_key, form_key FROM user_task"))
    assert keys[old] != keys[new]
    with pytest.raises(Invalid) as refused:
        complete(open_tasks(new)["a"], {"title": ""}, person("ivanov"))
    assert "title" in refused.value.errors
    complete(open_tasks(new)["a"], {"title": "Отчёт", "unknown": 1}, person("ivanov"))
    found = one("SELECT variables -> 'submission' FROM process_instance WHERE key = :key", key=new)
    assert found == {"title": "Отчёт"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.bpmn", b"<bpmn:definitions", "XML"),
        ("bomb.bpmn", b'<!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>', "DTD"),
        ("x.exe", b"PK", ".bpmn"),
        ("x.docx", b"PK", "Word"),
        ("not_dmn.dmn", b"<a/>", "DMN"),
        ("broken.form", b"{", ""),
        ("python.bpmn", m.process("p", m.start(), m.script("s", "=open('/etc/passwd')", "x"), m.end()), "s"),
        ("calls.bpmn", m.process("p", m.start(), m.call("ask", "nowhere"), m.end()), "nowhere"),
        ("form.bpmn", m.process("p", m.start(), m.user("a", "teacher", form="nowhere"), m.end()), "nowhere"),
        ("decide.bpmn", m.process("p", m.start(), m.decision("d", "nowhere", "x"), m.end()), "nowhere"),
    ],
)
def test_what_would_not_run_is_refused_with_its_reason_and_nothing_is_stored(
    connection: Connection, name: str, content: bytes, words: str
) -> None:
    resources = [Resource("simple.bpmn", SIMPLE), Resource(name, content)]
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        operations.deploy(PLATFORM, resources)
    findings = [finding for finding in refused.value.details["findings"] if finding["severity"] == "error"]
    assert {finding["resource"] for finding in findings} == {name}
    assert any(words in finding["ru"] for finding in findings), findings
    assert all(finding["en"] for finding in findings)
    assert one("SELECT count(*) FROM deployment") + one("SELECT count(*) FROM process_definition") == 0


def test_a_hostile_model_of_a_person_is_refused_in_time(connection: Connection) -> None:
    loop = '<bpmn:dataObjectReference id="r1" dataObjectRef="r1" />'
    inner = f'<bpmn:subProcess id="a"><bpmn:subProcess id="b">{loop}</bpmn:subProcess></bpmn:subProcess>'
    model = m.process("p", m.start(), inner, m.end(), m.chain("start", "finished"))
    began = time.monotonic()
    with suppress(Invalid), db.unit_of_work():
        operations.deploy(person("designer", "designer"), [Resource("p.bpmn", model)])
    assert time.monotonic() - began < 10  # the reading itself has two seconds, the child must start on a busy machine


def test_only_designers_deploy(connection: Connection) -> None:
    for role in ("teacher", "auditor", "admin", "region_coordinator"):
        with pytest.raises(Forbidden), db.unit_of_work():
            operations.deploy(person("x", role), [Resource("simple.bpmn", SIMPLE)])


def test_who_may_start_is_written_in_the_model(connection: Connection, deploy: Callable[..., Any]) -> None:
    named = {"starters": "teacher, school_head"}
    deploy(
        open=m.process("open", m.start(), m.user("a", "teacher"), m.end(), named=named),
        closed=m.process("closed", m.start(), m.user("a", "teacher"), m.end()),
    )
    teacher, other = person("t", "teacher@s1"), person("o", "juror")
    with db.unit_of_work():
        assert [found.process_id for found in queries.startable(teacher)] == ["open"]
        assert queries.startable(other) == []
        operations.start_instance(teacher, "open")
        with pytest.raises(Forbidden):
            operations.start_instance(teacher, "closed")
        with pytest.raises(Forbidden):
            operations.start_instance(other, "open")
    assert one("SELECT variables ->> 'initiator' FROM process_instance") == "t"


def test_the_built_in_process_deploys(connection: Connection) -> None:
    with db.unit_of_work():
        cases.deploy_builtin()
        cases.deploy_builtin()
    assert versions() == [("platform_case", 1)]


def test_document_templates_come_with_the_models(connection: Connection, deploy: Callable[..., Any]) -> None:
    inputs = [("letter", "kind"), ("Письмо", "title"), ("letter", "template"), ("={who: &quot;Школа&quot;}", "data")]
    model = m.process("p", m.start(), m.service("write", "register-document", inputs), m.end())
    first = deploy(**{"p": model, "letter.html": "<p>Кому: {{ data.who }}</p>".encode()})
    assert ("template", "letter", 1) in {(item.kind, item.id, item.version) for item in first.items}
    start("p")
    assert "Кому: Школа" in one("SELECT html FROM document")
    again = deploy(**{"p": model, "letter.html": "<p>Кому: {{ data.who }}</p>".encode()})
    assert again.key == first.key
    with pytest.raises(Invalid):
        deploy(**{"broken.html": b"<p>{{ data.who </p>"})
    with db.unit_of_work():
        assert {item.kind for item in queries.deployment(PLATFORM, first.key).items} == {"process", "template"}


def test_two_processes_of_one_name_are_refused(connection: Connection) -> None:
    resources = [Resource("one.bpmn", SIMPLE), Resource("two.bpmn", SIMPLE + b"\n")]
    with pytest.raises(Invalid), db.unit_of_work():
        operations.deploy(PLATFORM, resources)


def test_a_binding_by_version_tag(connection: Connection, deploy: Callable[..., Any]) -> None:
    def child(tag: str, end: str) -> bytes:
        text = m.process("child", m.start(), m.end(end)).decode()
        head = (
            f'isExecutable="true"><bpmn:extensionElements><zeebe:versionTag value="{tag}" /></bpmn:extensionElements>'
        )
        return text.replace('isExecutable="true">', head).encode()

    deploy(child=child("v1", "one"))
    deploy(child=child("v2", "two"))
    called = m.call("ask", "child", outputs=[("=result", "verdict")], binding="versionTag")
    called = called.replace('bindingType="versionTag"', 'bindingType="versionTag" versionTag="v1"')
    deploy(caller=m.process("caller", m.start(), called, m.end()))
    start("caller")
    assert one("SELECT variables ->> 'verdict' FROM process_instance WHERE process_id = 'caller'") == "one"
