"""Group 2 of the API by the unmodified `camunda-orchestration-sdk`: jobs, incidents, decisions, elements, documents."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from camunda_orchestration_sdk import errors, models
from camunda_orchestration_sdk import semantic_types as t
from camunda_orchestration_sdk.types import File

from app.engine import services
from tests.api.conftest import MODELS, Connect
from tests.api.sdk import start

TYPE = "api.reserve"


@pytest.fixture(autouse=True, scope="module")
def deployed(connect: Connect) -> None:
    """The models of these tests."""
    files = [str(MODELS / name) for name in ("work.bpmn", "grade.dmn", "request.bpmn", "request_form.form")]
    connect("designer").deploy_resources_from_files(files)


def activate(connect: Connect, login: str = "designer", **more: Any) -> list[models.ActivatedJobResult]:
    """Take open jobs without waiting for any."""
    wanted = {"timeout": 60_000, "max_jobs_to_activate": 10, "worker": "w1", "request_timeout": -1, **more}
    return connect(login).activate_jobs(data=models.JobActivationRequest(type_=TYPE, **wanted)).jobs


def state_of(connect: Connect, key: Any) -> str:
    """State of an instance."""
    return str(connect("auditor").get_process_instance(key).state.value)


def elements(connect: Connect, login: str, key: Any) -> dict[str, str]:
    """State by element of an instance."""
    query = models.ElementInstanceSearchQuery(filter_=models.ElementInstanceSearchQueryFilter(process_instance_key=key))
    found = connect(login).search_element_instances(data=query)
    return {str(each.element_id): each.state.value for each in found.items}


def open_incidents(connect: Connect, key: Any) -> list[models.IncidentResult]:
    """Incidents of an instance that nobody has resolved."""
    query = models.IncidentSearchQuery(
        filter_=models.IncidentSearchQueryFilter(process_instance_key=key, state=models.IncidentStateExactMatch.ACTIVE)
    )
    return connect("auditor").search_incidents(data=query).items


def test_a_job_is_taken_once_and_completed(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_work", amount=3)
    [job] = activate(connect)
    assert (job.type_, job.element_id, job.retries, job.worker) == (TYPE, "reserve", 2, "w1")
    assert job.custom_headers.to_dict() == {"shelf": "A7"}
    assert job.variables.to_dict()["amount"] == 3
    assert job.process_instance_key == instance.process_instance_key == job.root_process_instance_key
    assert activate(connect) == []
    result = models.JobCompletionRequest(variables=models.JobCompletionRequestVariables.from_dict({"place": "A7-3"}))
    connect("designer").complete_job(job.job_key, data=result)
    assert state_of(connect, instance.process_instance_key) == "COMPLETED"
    with pytest.raises(errors.ConflictError):
        connect("designer").complete_job(job.job_key, data=result)
    assert elements(connect, "auditor", instance.process_instance_key) == {
        "start": "COMPLETED",
        "reserve": "COMPLETED",
        "reserved": "COMPLETED",
    }


def test_variables_are_fetched_by_name(connect: Connect) -> None:
    start(connect, "teacher", "api_work", amount=3, note="x")
    [job] = activate(connect, fetch_variable=["note"])
    assert job.variables.to_dict() == {"note": "x"}
    connect("designer").complete_job(job.job_key, data=models.JobCompletionRequest())


def test_a_failed_job_comes_back_then_raises_an_incident_that_is_resolved(connect: Connect) -> None:
    key = start(connect, "teacher", "api_work").process_instance_key
    client = connect("designer")
    [job] = activate(connect)
    client.fail_job(job.job_key, data=models.JobFailRequest(retries=1, error_message="нет связи"))
    [again] = activate(connect)
    assert (again.job_key, again.retries) == (job.job_key, 1)
    assert open_incidents(connect, key) == []
    client.fail_job(job.job_key, data=models.JobFailRequest(retries=0, error_message="склад закрыт"))
    assert activate(connect) == []

    [incident] = open_incidents(connect, key)
    assert (incident.error_message, incident.element_id, incident.job_key) == ("склад закрыт", "reserve", job.job_key)
    assert incident.error_type == models.IncidentResultErrorType.JOB_NO_RETRIES
    assert incident.element_instance_key == job.element_instance_key
    assert connect("auditor").get_incident(incident.incident_key) == incident
    with pytest.raises(errors.NotFoundError):
        connect("stranger").get_incident(incident.incident_key)
    client.resolve_incident(incident.incident_key, data=models.IncidentResolutionRequest())
    assert open_incidents(connect, key) == []
    [last] = activate(connect)
    client.complete_job(last.job_key, data=models.JobCompletionRequest())
    assert state_of(connect, key) == "COMPLETED"
    with pytest.raises(errors.ConflictError):
        client.resolve_incident(incident.incident_key, data=models.IncidentResolutionRequest())


def test_an_error_may_quote_values_and_its_text_is_not_for_the_designer(connect: Connect) -> None:
    key = start(connect, "teacher", "api_work").process_instance_key
    client = connect("designer")
    [job] = activate(connect)
    client.fail_job(job.job_key, data=models.JobFailRequest(retries=0, error_message="у Петровой нет СНИЛС"))
    [whole] = open_incidents(connect, key)
    assert whole.error_message == "у Петровой нет СНИЛС"

    seen = client.get_incident(whole.incident_key)
    assert (seen.element_id, seen.error_type) == (whole.element_id, whole.error_type)
    assert seen.error_message
    assert "Петров" not in seen.error_message
    query = models.IncidentSearchQuery(filter_=models.IncidentSearchQueryFilter(error_message=whole.error_message))
    assert client.search_incidents(data=query).items == [], "nor can it be guessed by a filter"
    assert [each.incident_key for each in connect("auditor").search_incidents(data=query).items] == [whole.incident_key]


def test_an_error_goes_to_the_boundary(connect: Connect) -> None:
    key = start(connect, "teacher", "api_work").process_instance_key
    [job] = activate(connect)
    connect("designer").throw_job_error(job.job_key, data=models.JobErrorRequest(error_code="no-stock"))
    found = elements(connect, "auditor", key)
    assert (found["reserve"], found["sold_out"]) == ("TERMINATED", "COMPLETED")


def test_jobs_are_for_those_who_operate(connect: Connect) -> None:
    with pytest.raises(errors.UnexpectedStatus) as refused:
        activate(connect, "teacher")
    assert refused.value.status_code == 403
    with pytest.raises(errors.UnexpectedStatus) as refused:
        activate(connect, with_lease=True)
    assert refused.value.status_code == 501


def test_long_polling_ends_with_nothing(connect: Connect) -> None:
    assert activate(connect, request_timeout=100) == []


def test_a_decision_is_evaluated(connect: Connect) -> None:
    client = connect("designer")
    query = models.DecisionDefinitionSearchQuery(
        filter_=models.DecisionDefinitionSearchQueryFilter(
            decision_definition_id=t.DecisionDefinitionId("api_grade"), is_latest_version=True
        )
    )
    [found] = client.search_decision_definitions(data=query).items
    assert (found.name, found.version, found.decision_requirements_id) == ("Оценка", 1, "api_grades")
    assert client.get_decision_definition(found.decision_definition_key) == found
    assert "api_grade" in client.get_decision_definition_xml(found.decision_definition_key)

    variables = models.DecisionEvaluationByIdVariables.from_dict({"score": 97})
    data = models.DecisionEvaluationByKey(decision_definition_key=found.decision_definition_key, variables=variables)
    made = client.evaluate_decision(data=data)
    assert made.failure_message is None
    [decision] = made.evaluated_decisions
    assert (json.loads(made.output), decision.output) == (json.loads(decision.output), made.output)
    assert decision.matched_rules[0].evaluated_outputs[0].output_value == made.output
    assert decision.evaluated_inputs[0].input_value == "97"
    by_id = models.DecisionEvaluationByID(
        decision_definition_id=t.DecisionDefinitionId("api_grade"), variables=variables
    )
    assert client.evaluate_decision(data=by_id).output == made.output
    wrong = models.DecisionEvaluationByIdVariables.from_dict({"score": "много"})
    failed = client.evaluate_decision(
        data=models.DecisionEvaluationByID(decision_definition_id=t.DecisionDefinitionId("api_grade"), variables=wrong)
    )
    assert failed.failed_decision_definition_id == "api_grade"
    assert failed.failure_message
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("teacher").evaluate_decision(data=by_id)
    assert refused.value.status_code == 403


def test_audit_logs_tell_who_did_what(connect: Connect) -> None:
    key = start(connect, "teacher", "api_request").process_instance_key
    client = connect("auditor")
    query = models.AuditLogSearchQueryRequest(filter_=models.AuditLogFilter(process_instance_key=key))
    [log] = client.search_audit_logs(data=query).items
    assert (log.actor_id, log.entity_type.value, log.operation_type.value) == ("teacher", "PROCESS_INSTANCE", "CREATE")
    assert client.get_audit_log(log.audit_log_key) == log
    assert connect("stranger").search_audit_logs(data=query).items == []
    with pytest.raises(errors.NotFoundError):
        connect("stranger").get_audit_log(log.audit_log_key)


def test_documents_are_kept_for_their_owner(connect: Connect) -> None:
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    data = models.CreateDocumentData(
        file=File(payload=io.BytesIO(content), file_name="план.pdf", mime_type="application/pdf")
    )
    made = connect("teacher").create_document(data=data)
    assert (made.store_id, made.metadata.file_name, made.metadata.size) == ("marshrut", "план.pdf", len(content))
    kept = connect("teacher").get_document(made.document_id)
    assert kept.payload.read() == content
    with pytest.raises(errors.NotFoundError):
        connect("stranger").get_document(made.document_id)
    with pytest.raises(errors.NotFoundError):
        connect("stranger").delete_document(made.document_id)
    connect("teacher").delete_document(made.document_id)
    with pytest.raises(errors.NotFoundError):
        connect("teacher").get_document(made.document_id)


def test_a_document_of_a_wrong_type_is_refused(connect: Connect) -> None:
    data = models.CreateDocumentData(
        file=File(payload=io.BytesIO(b"MZ\x90"), file_name="a.exe", mime_type="application/pdf")
    )
    with pytest.raises(errors.BadRequestError):
        connect("teacher").create_document(data=data)


def test_a_defect_of_our_own_service_is_an_incident_and_the_start_stands(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(call: services.ServiceCall) -> dict[str, object]:
        return {"found": {}[call.variables["who"]]}

    monkeypatch.setitem(services._types, "api.own", services.ServiceType("api.own", broken, True, None))
    model = tmp_path / "own.bpmn"
    model.write_text((MODELS / "work.bpmn").read_text().replace("api_work", "api_own").replace(TYPE, "api.own"))
    connect("designer").deploy_resources_from_files([str(model)])
    key = start(connect, "teacher", "api_own", amount=3, who="Иванова").process_instance_key
    [incident] = open_incidents(connect, key)
    assert (incident.error_type.value, incident.element_id) == ("JOB_NO_RETRIES", "reserve")
    assert incident.error_message.startswith("api.own: KeyError (test_sdk_workers.py:")
    assert "Иванова" not in incident.error_message
    assert state_of(connect, key) == "ACTIVE"
    monkeypatch.setitem(services._types, "api.own", services.ServiceType("api.own", lambda call: {}, True, None))
    connect("designer").resolve_incident(incident.incident_key, data=models.IncidentResolutionRequest())
    assert state_of(connect, key) == "COMPLETED"
