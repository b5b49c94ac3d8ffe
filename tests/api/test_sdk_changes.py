"""Migration, modification and operations on many instances by the unmodified `camunda-orchestration-sdk`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from camunda_orchestration_sdk import errors, models
from camunda_orchestration_sdk import semantic_types as t
from camunda_orchestration_sdk.models import DeploymentResult
from flask import Flask

from app.jobs import working
from tests.api.conftest import MODELS, Connect
from tests.api.sdk import complete, start, task_of, tasks

MAPPING = [
    models.MigrateProcessInstanceMappingInstruction(
        source_element_id=t.ElementId("write"), target_element_id=t.ElementId("compose")
    )
]
Instance = models.CreateProcessInstanceResult


@pytest.fixture(scope="module")
def newer(connect: Connect, deployed: DeploymentResult, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Key of version 2 of `api_request`: `write` is called `compose` there."""
    text = (MODELS / "request.bpmn").read_text().replace('"write"', '"compose"').replace('value="v1"', 'value="v2"')
    file: Path = tmp_path_factory.mktemp("models") / "request.bpmn"
    file.write_text(text)
    made = connect("designer").deploy_resources_from_files([str(file), str(MODELS / "request_form.form")])
    return made.processes[0].process_definition_key


@pytest.fixture
def begun(connect: Connect, deployed: Any, newer: Any) -> Callable[[], Instance]:
    """Start `api_request` in its first version."""
    key = next(p for p in deployed.processes if p.process_definition_id == "api_request").process_definition_key

    def run() -> Instance:
        return connect("teacher").create_process_instance(data=models.ProcessCreationByKey(process_definition_key=key))

    return run


def definition_of(connect: Connect, instance: Instance) -> Any:
    """The definition on which an instance is."""
    return connect("teacher").get_process_instance(instance.process_instance_key).process_definition_key


def filter_of(*instances: Instance) -> Any:
    """A filter on some instances."""
    return models.ProcessInstanceCancellationBatchOperationRequestFilter(
        process_instance_key=models.AdvancedProcessInstanceKeyFilter(
            in_=[one.process_instance_key for one in instances]
        )
    )


def test_migration(connect: Connect, begun: Callable[[], Instance], newer: Any) -> None:
    instance = begun()
    task = task_of(connect, "teacher", instance)
    data = models.ProcessInstanceMigrationInstruction(target_process_definition_key=newer, mapping_instructions=MAPPING)
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("teacher").migrate_process_instance(instance.process_instance_key, data=data)
    assert refused.value.status_code == 403
    bare = models.ProcessInstanceMigrationInstruction(target_process_definition_key=newer, mapping_instructions=[])
    with pytest.raises(errors.ConflictError):
        connect("designer").migrate_process_instance(instance.process_instance_key, data=bare)
    connect("designer").migrate_process_instance(instance.process_instance_key, data=data)
    assert definition_of(connect, instance) == newer
    moved = task_of(connect, "teacher", instance)
    assert (moved.user_task_key, moved.element_id) == (task.user_task_key, "compose")
    found = connect("teacher").search_element_instances(
        data=models.ElementInstanceSearchQuery(
            filter_=models.ElementInstanceSearchQueryFilter(process_instance_key=instance.process_instance_key)
        )
    )
    assert [(one.element_id, str(one.state)) for one in found.items if one.element_id != "start"] == [
        ("compose", "ACTIVE")
    ]
    with pytest.raises(errors.BadRequestError):
        connect("designer").migrate_process_instance(instance.process_instance_key, data=data)
    with pytest.raises(errors.NotFoundError):
        connect("designer").migrate_process_instance(t.ProcessInstanceKey("1"), data=data)
    logs = connect("auditor").search_audit_logs(
        data=models.AuditLogSearchQueryRequest(
            filter_=models.AuditLogSearchQueryRequestFilter(process_instance_key=instance.process_instance_key)
        )
    )
    assert [str(log.operation_type) for log in logs.items] == ["CREATE", "MIGRATE"]
    complete(connect, "teacher", moved, title="Готово")


def test_modification(connect: Connect, begun: Callable[[], Instance]) -> None:
    instance = begun()
    task = task_of(connect, "teacher", instance)
    Modify = models.ProcessInstanceModificationInstruction
    variables = models.ModifyProcessInstanceVariableInstructionVariables.from_dict({"request": {"title": "Сразу"}})
    ahead = Modify(
        activate_instructions=[
            models.ProcessInstanceModificationActivateInstruction(
                element_id=t.ElementId("approve"),
                variable_instructions=[models.ModifyProcessInstanceVariableInstruction(variables=variables)],
            )
        ],
        terminate_instructions=[
            models.ProcessInstanceModificationTerminateByKeyInstruction(
                element_instance_key=t.ElementInstanceKey(str(task.element_instance_key))
            )
        ],
    )
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("teacher").modify_process_instance(instance.process_instance_key, data=ahead)
    assert refused.value.status_code == 403
    connect("designer").modify_process_instance(instance.process_instance_key, data=ahead)
    assert [one.element_id for one in _open(connect, instance)] == ["approve"]
    back = Modify(
        move_instructions=[
            models.ProcessInstanceModificationMoveInstruction(
                source_element_instruction=models.SourceElementIdInstruction(
                    source_type="byId", source_element_id=t.ElementId("approve")
                ),
                target_element_id=t.ElementId("write"),
                ancestor_scope_instruction=models.InferredAncestorKeyInstruction(ancestor_scope_type="inferred"),
            )
        ]
    )
    connect("designer").modify_process_instance(instance.process_instance_key, data=back)
    assert [one.element_id for one in _open(connect, instance)] == ["write"]
    with pytest.raises(errors.BadRequestError) as bad:
        connect("designer").modify_process_instance(instance.process_instance_key, data=back)
    assert "approve" in bad.value.content.decode()
    nonsense = Modify(
        activate_instructions=[models.ProcessInstanceModificationActivateInstruction(element_id=t.ElementId("start"))]
    )
    with pytest.raises(errors.BadRequestError):
        connect("designer").modify_process_instance(instance.process_instance_key, data=nonsense)
    end = Modify(
        terminate_instructions=[
            models.ProcessInstanceModificationTerminateByIdInstruction(element_id=t.ElementId("write"))
        ]
    )
    with pytest.raises(errors.UnexpectedStatus) as refused:  # that would be a cancellation: its owner's alone
        connect("designer").modify_process_instance(instance.process_instance_key, data=end)
    assert refused.value.status_code == 403
    assert [one.element_id for one in _open(connect, instance)] == ["write"]
    connect("head").cancel_process_instance(instance.process_instance_key, data=None)
    state = connect("teacher").get_process_instance(instance.process_instance_key).state
    assert state == models.ProcessInstanceStateEnum.TERMINATED


def _open(connect: Connect, instance: Instance) -> list[models.UserTaskResult]:
    """The open tasks of an instance, as its head and its teacher see them."""
    state = models.UserTaskStateExactMatch.CREATED
    found = [
        one
        for login in ("teacher", "head")
        for one in tasks(connect, login, process_instance_key=instance.process_instance_key, state=state)
    ]
    return list({one.user_task_key: one for one in found}.values())


def test_many_at_once(app: Flask, connect: Connect, begun: Callable[[], Instance], newer: Any) -> None:
    instances = [begun() for _ in range(4)]
    complete(connect, "teacher", task_of(connect, "teacher", instances[3]), title="Дальше")
    designer = connect("designer")
    made = designer.migrate_process_instances_batch_operation(
        data=models.ProcessInstanceMigrationBatchOperationRequest(
            filter_=filter_of(*instances),
            migration_plan=models.ProcessInstanceMigrationBatchOperationRequestMigrationPlan(
                target_process_definition_key=newer, mapping_instructions=MAPPING
            ),
        )
    )
    key = made.batch_operation_key
    assert made.batch_operation_type == models.BatchOperationTypeEnum.MIGRATE_PROCESS_INSTANCE
    designer.suspend_batch_operation(key)
    assert str(designer.get_batch_operation(key).state) == "SUSPENDED"
    designer.resume_batch_operation(key)
    with app.app_context():
        working.work_off()
    found = designer.get_batch_operation(key)
    assert (str(found.state), found.operations_total_count, found.operations_completed_count) == ("COMPLETED", 4, 4)
    assert {definition_of(connect, one) for one in instances} == {newer}
    moved = designer.modify_process_instances_batch_operation(
        data=models.ProcessInstanceModificationBatchOperationRequest(
            filter_=filter_of(*instances),
            move_instructions=[
                models.ProcessInstanceModificationMoveBatchOperationInstruction(
                    source_element_id=t.ElementId("compose"), target_element_id=t.ElementId("approve")
                )
            ],
        )
    )
    with app.app_context():
        working.work_off()
    items = designer.search_batch_operation_items(
        data=models.BatchOperationItemSearchQuery(
            filter_=models.BatchOperationItemSearchQueryFilter(batch_operation_key=moved.batch_operation_key)
        )
    ).items
    assert [str(item.state) for item in items] == ["COMPLETED"] * 3 + ["FAILED"]
    assert items[3].error_message is not None
    ended = designer.cancel_process_instances_batch_operation(
        data=models.ProcessInstanceCancellationBatchOperationRequest(filter_=filter_of(*instances))
    )
    designer.cancel_batch_operation(ended.batch_operation_key)
    with app.app_context():
        working.work_off()
    query = models.BatchOperationSearchQuery(
        filter_=models.BatchOperationSearchQueryFilter(state=models.BatchOperationStateExactMatch.CANCELED)
    )
    assert [one.batch_operation_key for one in designer.search_batch_operations(data=query).items] == [
        ended.batch_operation_key
    ]
    assert connect("teacher").search_batch_operations(data=query).items == []
    with pytest.raises(errors.NotFoundError):
        connect("teacher").get_batch_operation(key)
    with pytest.raises(errors.BadRequestError):
        designer.cancel_process_instances_batch_operation(
            data=models.ProcessInstanceCancellationBatchOperationRequest(
                filter_=models.ProcessInstanceCancellationBatchOperationRequestFilter()
            )
        )
    assert start(connect, "teacher", "api_request").process_definition_version == 2


def test_cancelling_many_is_the_owners(app: Flask, connect: Connect, begun: Callable[[], Instance]) -> None:
    instances = [begun() for _ in range(2)]
    request = models.ProcessInstanceCancellationBatchOperationRequest(filter_=filter_of(*instances))
    State = models.ProcessInstanceStateEnum
    for login, count, state in (("designer", 0, State.ACTIVE), ("head", 2, State.TERMINATED)):
        made = connect(login).cancel_process_instances_batch_operation(data=request)
        with app.app_context():
            working.work_off()
        assert connect(login).get_batch_operation(made.batch_operation_key).operations_completed_count == count
        assert {connect("teacher").get_process_instance(one.process_instance_key).state for one in instances} == {state}
