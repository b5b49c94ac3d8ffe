"""Files of other tools: they open as they are, and what cannot run is named element by element with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.designer import operations, queries
from app.engine.operations import deploy
from app.engine.queries.checks import check
from app.engine.views import Resource
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.people.queries import actor_for
from tests.designer import building

FILES = Path(__file__).parent / "foreign"
REFUSED = {
    "camunda7.bpmn": {
        ("leave", "удалите: здесь это не нужно"),
        ("asked", "удалите: здесь это не нужно"),
        ("agree", "выберите форму в поле"),
        ("agree", "выберите роль"),
        ("write", "выберите «Тип задания»"),
        ("write", "нарисуйте отдельную задачу"),
        ("write", "не задано: тип работы"),
        ("count", "скрипты пишутся на FEEL"),
        ("count", "выберите «Тип задания»"),
    },
    "bpmn_io.bpmn": {(None, "включите у процесса свойство «Исполняемый»")},
    "bizagi.bpmn": {
        ("Id_ask", "нарисуйте возврат потоком"),
        ("Id_choose", "«сложный шлюз» не поддерживается; возьмите шлюз «или»"),
        ("Id_pay", "обычный подпроцесс с граничным событием"),
    },
    "signavio.bpmn": {("sid-talk", "нарисуйте обычный подпроцесс"), ("sid-e", "возьмите событие ошибки")},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_run_is_named_with_what_to_do_instead(region: Any, name: str) -> None:
    said = check([Resource(name, (FILES / name).read_bytes())])
    errors = [each for each in said if each.severity == "error"]
    for element, words in REFUSED[name]:
        assert [each for each in errors if each.element_id == element and words in each.ru], (element, words)
    assert {each.element_id for each in errors} == {element for element, _ in REFUSED[name]}
    assert all(each.en and each.ru != each.en for each in said)


def test_a_model_of_camunda_8_is_taken_over_the_api_with_warnings_and_refused_in_the_designer(region: Any) -> None:
    resource = Resource("camunda8.bpmn", (FILES / "camunda8.bpmn").read_bytes())
    with db.unit_of_work():
        warnings = {(each["rule"], each["element_id"]) for each in deploy(actor_for("designer"), [resource]).warnings}
    wanted = {("task-role", "Activity_judge"), ("gateway-default", "Gateway_paid")}
    assert warnings >= wanted | {("unknown-service-type", "Activity_pay")}
    strict = {(each.rule, each.element_id) for each in check([resource]) if each.strict == "error"}
    assert strict == wanted | {("unknown-service-type", "Activity_pay")}


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_an_unchanged_file_goes_out_byte_for_byte(region: Any, path: Path) -> None:
    with db.unit_of_work():
        actor = actor_for("designer")
        key = building.draft(name=path.name, content=path.read_bytes())
        queries.checks.of_draft(actor, key)
        (file,) = queries.drafts.draft(actor, key).files
        operations.locking.lock(actor, file.key, take_over=False)
        operations.drafts.save(actor, file.key, queries.drafts.content(actor, file.key), file.revision)
        assert queries.drafts.content(actor, file.key) == path.read_bytes()
        assert queries.drafts.resources(actor, key) == [Resource(path.name, path.read_bytes())]


def test_what_is_refused_leaves_nothing_behind(region: Any) -> None:
    content = (FILES / "camunda7.bpmn").read_bytes()
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        deploy(actor_for("designer"), [Resource("camunda7.bpmn", content)])
    assert "Согласовать" in str(refused.value.errors)
    assert check([Resource("other.bpmn", building.process("leave"))])  # the id is still free


def test_the_records_of_camunda_7_are_taken_out_on_request(browse: Any) -> None:
    came = (FILES / "camunda7.bpmn").read_bytes()
    with db.unit_of_work():
        key = building.draft(name="camunda7.bpmn", content=came)
        (file,) = queries.drafts.draft(actor_for("designer"), key).files
    page = browse("designer")
    assert "Убрать записи Camunda 7" in page.get(f"/designer/drafts/{key}").text
    page.post(f"/designer/drafts/{key}/files/{file.key}/clean")
    with db.unit_of_work():
        actor = actor_for("designer")
        content = queries.drafts.content(actor, file.key)
        assert len(queries.drafts.history(actor, file.key)) == 2
    assert b"<camunda:" not in content
    assert b" camunda:" not in content
    assert b'modeler:executionPlatform="Camunda Platform"' in content  # another tool's, and harmless
    left = {(each.element_id, each.rule) for each in check([Resource("c.bpmn", content)]) if each.severity == "error"}
    assert left == {("write", "missing"), ("count", "foreign-script")}
    assert "Убрать записи" not in page.get(f"/designer/drafts/{key}").text
