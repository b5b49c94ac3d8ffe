"""Definitions, instances and messages by the unmodified `camunda-orchestration-sdk`: calls, results, refusals."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from camunda_orchestration_sdk import errors, models
from camunda_orchestration_sdk import semantic_types as t
from camunda_orchestration_sdk.models import DeploymentResult

from tests.api.conftest import MODELS, Connect
from tests.api.sdk import complete, start, task_of, tasks, variables_of


@pytest.fixture(autouse=True)
def _models(deployed: DeploymentResult) -> None:
    """Every test of this module works on the deployed models."""


def test_deployment_tells_every_resource(connect: Connect, deployed: Any) -> None:
    processes = {process.process_definition_id: process for process in deployed.processes}
    assert set(processes) == {"api_request", "api_sum", "api_waiting"}
    assert processes["api_request"].process_definition_version == 1
    assert processes["api_request"].resource_name == "request.bpmn"
    assert [form.form_id for form in deployed.forms] == ["api_request_form"]
    assert [(d.decision_definition_id, d.name) for d in deployed.decisions] == [("api_grade", "Оценка")]
    assert [d.decision_requirements_id for d in deployed.decision_requirements] == ["api_grades"]


def test_an_unchanged_resource_keeps_its_version(connect: Connect, deployed: Any) -> None:
    again = connect("designer").deploy_resources_from_files([str(MODELS / "sum.bpmn")])
    known = next(p for p in deployed.processes if p.process_definition_id == "api_sum")
    assert again.processes[0].process_definition_key == known.process_definition_key
    assert again.processes[0].process_definition_version == 1


def test_a_broken_model_is_refused_with_its_element(connect: Connect, tmp_path: Any) -> None:
    broken = tmp_path / "broken.bpmn"
    text = (MODELS / "sum.bpmn").read_text().replace("=a + b", "=a + (").replace("api_sum", "api_broken")
    broken.write_text(text)
    with pytest.raises(errors.BadRequestError) as refused:
        connect("designer").deploy_resources_from_files([str(broken), str(MODELS / "grade.dmn")])
    assert "add" in refused.value.content.decode()
    query = models.ProcessDefinitionSearchQuery(
        filter_=models.ProcessDefinitionSearchQueryFilter(process_definition_id="api_broken")
    )
    assert connect("designer").search_process_definitions(data=query).items == []


def test_only_the_designer_deploys(connect: Connect) -> None:
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("teacher").deploy_resources_from_files([str(MODELS / "sum.bpmn")])
    assert refused.value.status_code == 403


def test_process_definitions(connect: Connect) -> None:
    client = connect("teacher")
    query = models.ProcessDefinitionSearchQuery(
        filter_=models.ProcessDefinitionSearchQueryFilter(
            process_definition_id=models.AdvancedStringFilter(like="api_*"), is_latest_version=True
        ),
        sort=[
            models.ProcessDefinitionSearchQuerySortRequest(
                field=models.ProcessDefinitionSearchQuerySortRequestField.NAME, order=models.SortOrderEnum.DESC
            )
        ],
    )
    found = client.search_process_definitions(data=query)
    assert [d.name for d in found.items] == ["Сумма", "Ожидание", "Заявка"]
    assert found.page.total_items == 3
    request = found.items[2]
    assert client.get_process_definition(request.process_definition_key) == request
    assert (request.version, request.version_tag, request.tenant_id) == (1, "v1", "<default>")
    assert request.state == models.ProcessDefinitionResultState.ACTIVE
    assert client.get_process_definition_xml(request.process_definition_key) == (MODELS / "request.bpmn").read_text()
    assert request.has_start_form is False


def test_start_by_id_version_tag_and_key(connect: Connect, deployed: Any) -> None:
    client = connect("teacher")
    key = next(p for p in deployed.processes if p.process_definition_id == "api_request").process_definition_key
    ways = (
        models.ProcessCreationByKey(process_definition_key=key),
        models.ProcessCreationById(process_definition_id=t.ProcessDefinitionId("api_request")),
        models.ProcessCreationById(
            process_definition_id=t.ProcessDefinitionId("api_request"), process_definition_version=1
        ),
        models.ProcessCreationByVersionTag(
            process_definition_id=t.ProcessDefinitionId("api_request"), process_definition_version_tag="v1"
        ),
    )
    for way in ways:
        made = client.create_process_instance(data=way)
        assert (made.process_definition_key, made.process_definition_version) == (key, 1)
        assert client.get_process_instance(made.process_instance_key).state == models.ProcessInstanceStateEnum.ACTIVE
    for version in (2, -7):
        with pytest.raises(errors.UnexpectedStatus) as refused:
            client.create_process_instance(
                data=models.ProcessCreationById(
                    process_definition_id=t.ProcessDefinitionId("api_request"), process_definition_version=version
                )
            )
        assert refused.value.status_code == 404


def test_awaited_completion_brings_the_variables(connect: Connect) -> None:
    client = connect("teacher")
    variables = models.ProcessInstanceCreationInstructionBaseVariables.from_dict({"a": 40, "b": 2})
    process = t.ProcessDefinitionId("api_sum")
    whole = client.create_process_instance(
        data=models.ProcessCreationById(process_definition_id=process, variables=variables, await_completion=True)
    )
    assert whole.variables.to_dict() | {"a": 40, "b": 2, "total": 42} == whole.variables.to_dict()
    some = client.create_process_instance(
        data=models.ProcessCreationById(
            process_definition_id=process, variables=variables, await_completion=True, fetch_variables=["total"]
        )
    )
    assert some.variables.to_dict() == {"total": 42}
    plain = client.create_process_instance(
        data=models.ProcessCreationById(process_definition_id=process, variables=variables)
    )
    assert plain.variables.to_dict() == {}


def test_waiting_too_long_answers_504_and_the_instance_goes_on(connect: Connect) -> None:
    with pytest.raises(errors.GatewayTimeoutError) as refused:
        connect("teacher").create_process_instance(
            data=models.ProcessCreationById(
                process_definition_id=t.ProcessDefinitionId("api_request"),
                business_id=t.BusinessId("late-1"),
                await_completion=True,
                request_timeout=100,
            )
        )
    assert isinstance(refused.value.parsed, models.ProblemDetail)
    query = models.ProcessInstanceSearchQuery(filter_=models.ProcessInstanceSearchQueryFilter(business_id="late-1"))
    [going] = connect("teacher").search_process_instances(data=query).items
    assert going.state == models.ProcessInstanceStateEnum.ACTIVE


def test_only_starters_start(connect: Connect) -> None:
    with pytest.raises(errors.UnexpectedStatus) as refused:
        start(connect, "auditor", "api_request")
    assert refused.value.status_code == 403


def test_a_request_from_start_to_end(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request", topic="математика")
    task = task_of(connect, "teacher", instance)
    assert (task.name, task.element_id, task.assignee) == ("Написать заявку", "write", None)
    assert task.candidate_groups == ["teacher"]
    assert task.due_date == datetime.datetime(2026, 5, 1, 10, tzinfo=datetime.UTC)
    assert task.process_name == "Заявка"
    assert task.process_instance_key == instance.process_instance_key
    assert task.root_process_instance_key == instance.process_instance_key
    teacher = connect("teacher")
    assert teacher.get_user_task(task.user_task_key) == task
    form = teacher.get_user_task_form(task.user_task_key)
    assert (form.form_id, form.version, form.form_key) == ("api_request_form", 1, task.form_key)
    assert '"title"' in form.schema
    teacher.assign_user_task(
        task.user_task_key, data=models.UserTaskAssignmentRequest(assignee="teacher", allow_override=False)
    )
    assert teacher.get_user_task(task.user_task_key).assignee == "teacher"
    complete(connect, "teacher", task, title="Новый курс", hours=36, extra={"kept": True})
    assert teacher.get_user_task(task.user_task_key).state == models.UserTaskStateEnum.COMPLETED
    approve = task_of(connect, "head", instance)
    assert (approve.element_id, approve.form_key) == ("approve", None)
    complete(connect, "head", approve, outcome="approve")
    done = teacher.get_process_instance(instance.process_instance_key)
    assert done.state == models.ProcessInstanceStateEnum.COMPLETED
    assert done.end_date is not None
    values = variables_of(connect, "teacher", instance)
    assert values["topic"] == '"математика"'
    assert values["decision"] == '"approve"'
    assert '"Новый курс"' in values["request"]


def test_out_of_scope_looks_like_nothing(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    task = task_of(connect, "teacher", instance)
    stranger = connect("stranger")
    unknown = t.UserTaskKey("123456789")
    for call in (stranger.get_user_task, stranger.get_user_task_form, stranger.complete_user_task):
        with pytest.raises(errors.NotFoundError) as hidden:
            call(task.user_task_key)
        with pytest.raises(errors.NotFoundError) as missing:
            call(unknown)
        shown = [
            {k: v for k, v in refused.value.parsed.to_dict().items() if k != "instance"}
            for refused in (hidden, missing)
        ]
        assert shown[0] == shown[1]
    with pytest.raises(errors.NotFoundError):
        stranger.get_process_instance(instance.process_instance_key)
    with pytest.raises(errors.NotFoundError):
        stranger.cancel_process_instance(instance.process_instance_key, data=None)
    assert tasks(connect, "stranger", process_instance_key=instance.process_instance_key) == []
    query = models.ProcessInstanceSearchQuery(
        filter_=models.ProcessInstanceSearchQueryFilter(process_instance_key=instance.process_instance_key)
    )
    assert stranger.search_process_instances(data=query).page.total_items == 0
    assert variables_of(connect, "stranger", instance) == {}
    assert len(tasks(connect, "auditor", process_instance_key=instance.process_instance_key)) == 1


def test_cancellation_is_the_owners(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    key = instance.process_instance_key
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("teacher").cancel_process_instance(key, data=None)
    assert refused.value.status_code == 403
    connect("head").cancel_process_instance(key, data=None)
    assert connect("head").get_process_instance(key).state == models.ProcessInstanceStateEnum.TERMINATED
    assert tasks(connect, "head", process_instance_key=key)[0].state == models.UserTaskStateEnum.CANCELED
    with pytest.raises(errors.ConflictError):
        connect("head").cancel_process_instance(key, data=None)


def test_messages_and_signals(connect: Connect) -> None:
    waiting = start(connect, "teacher", "api_waiting", number="42")
    designer = connect("designer")
    with pytest.raises(errors.NotFoundError):
        designer.correlate_message(data=models.MessageCorrelationRequest(name="api-answer", correlation_key="43"))
    taken = designer.correlate_message(
        data=models.MessageCorrelationRequest(
            name="api-answer",
            correlation_key="42",
            variables=models.MessageCorrelationRequestVariables.from_dict({"reply": "да"}),
        )
    )
    assert taken.process_instance_key == waiting.process_instance_key
    assert variables_of(connect, "teacher", waiting)["reply"] == '"да"'
    assert designer.broadcast_signal(data=models.SignalBroadcastRequest(signal_name="api-bell")).signal_key
    ended = connect("teacher").get_process_instance(waiting.process_instance_key)
    assert ended.state == models.ProcessInstanceStateEnum.COMPLETED


def test_a_published_message_waits_for_its_receiver(connect: Connect) -> None:
    request = models.MessagePublicationRequest(
        name="api-answer", correlation_key="77", time_to_live=60_000, message_id="once"
    )
    assert connect("designer").publish_message(data=request).message_key
    with pytest.raises(errors.ApiError) as refused:
        connect("designer").publish_message(data=request)
    assert refused.value.status_code == 409
    waiting = start(connect, "teacher", "api_waiting", number="77")
    connect("designer").broadcast_signal(data=models.SignalBroadcastRequest(signal_name="api-bell"))
    ended = connect("teacher").get_process_instance(waiting.process_instance_key)
    assert ended.state == models.ProcessInstanceStateEnum.COMPLETED


def test_messages_by_hand_are_for_those_who_operate(connect: Connect) -> None:
    with pytest.raises(errors.ApiError) as refused:
        connect("teacher").publish_message(data=models.MessagePublicationRequest(name="x", correlation_key="1"))
    assert refused.value.status_code == 403


def test_instance_search_filters_and_sort(connect: Connect) -> None:
    made = [start(connect, "head" if n == 9 else "teacher", "api_sum", a=n, b=n) for n in range(4)]
    keys = [m.process_instance_key for m in made]
    query = models.ProcessInstanceSearchQuery(
        filter_=models.ProcessInstanceSearchQueryFilter(
            process_instance_key=models.AdvancedProcessInstanceKeyFilter(in_=keys),
            state=models.ProcessInstanceStateExactMatch.COMPLETED,
            has_incident=False,
            process_definition_name=models.AdvancedStringFilter(like="Сум*"),
            variables=[models.VariableValueFilterProperty(name="total", value=models.AdvancedStringFilter(neq="4"))],
        ),
        sort=[
            models.ProcessInstanceSearchQuerySortRequest(
                field=models.ProcessInstanceSearchQuerySortRequestField.STARTDATE, order=models.SortOrderEnum.DESC
            )
        ],
    )
    found = connect("teacher").search_process_instances(data=query)
    assert [i.process_instance_key for i in found.items] == [keys[3], keys[1], keys[0]]


def test_variable_search_over_instances(connect: Connect) -> None:
    marked = [start(connect, "teacher", "api_sum", a=n, b=0, api_mark=f"м{n}") for n in range(3)]
    filters = models.VariableSearchQueryFilter(name="api_mark", value=models.AdvancedStringFilter(like='"м*'))
    sort = models.VariableSearchQuerySortRequest(
        field=models.VariableSearchQuerySortRequestField.VALUE, order=models.SortOrderEnum.DESC
    )
    found = connect("teacher").search_variables(data=models.VariableSearchQuery(filter_=filters, sort=[sort]))
    assert [v.value for v in found.items] == ['"м2"', '"м1"', '"м0"']
    assert {v.process_instance_key for v in found.items} == {m.process_instance_key for m in marked}
    again = models.VariableSearchQueryFilter(variable_key=str(found.items[0].variable_key))
    [same] = connect("teacher").search_variables(data=models.VariableSearchQuery(filter_=again)).items
    assert same == found.items[0]
    scoped = models.VariableSearchQueryFilter(scope_key=str(marked[0].process_instance_key), name="api_mark")
    [local] = connect("teacher").search_variables(data=models.VariableSearchQuery(filter_=scoped)).items
    assert local.variable_key == found.items[2].variable_key
    assert connect("stranger").search_variables(data=models.VariableSearchQuery(filter_=filters)).items == []


def test_the_server_tells_about_itself(connect: Connect) -> None:
    client = connect("head")
    topology = client.get_topology()
    assert (topology.cluster_size, topology.brokers[0].partitions[0].health.value) == (1, "healthy")
    client.get_status()
    assert client.get_license().valid_license is True
    me = client.get_authentication()
    assert (me.username, me.roles) == ("head", ["school_head"])
    assert "school_head@school1" in me.groups
    with pytest.raises(errors.ApiError) as refused:
        client.search_users()
    assert refused.value.status_code == 501
