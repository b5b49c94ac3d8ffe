"""The addresses of the API. Tasks and processes are those of the inbox's table: the same policies hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from app.engine.models import ProcessDefinition
from app.kernel.db import db
from tests.inbox.matrix import STARTERS, afar, seen
from tests.web.matrix import HIDDEN, NO, YES, Expectation, Row, Values, World, public, roles

OWNER = "iro_coordinator"
READERS = "admin designer region_coordinator auditor"
"""Who reads models (roles §3)."""
KEY, KEYED = "process_instance_key", "processInstanceKey"


def task(world: World, scope: str) -> dict[str, str]:
    """The key of a task."""
    return {"user_task_key": str(world.of("task", scope))}


def process(world: World, scope: str) -> dict[str, str]:
    """The key of a process instance."""
    return {"process_instance_key": str(world.of("process", scope))}


def definition(world: World, scope: str) -> dict[str, str]:
    """The key of the definition of that instance."""
    query = select(ProcessDefinition.key).where(ProcessDefinition.process_id == "request")
    with db.unit_of_work() as session:
        return {"process_definition_key": str(session.scalar(query.limit(1)))}


def sent(**body: Any) -> Values:
    """A JSON body."""
    return lambda world, scope: body


def nothing(world: World, scope: str) -> Mapping[str, Any]:
    """An address below the API that nobody has."""
    return {"rest": "nothing"}


def nowhere(name: str) -> Callable[[World, str], Mapping[str, Any]]:
    """A key that nothing has."""
    return lambda world, scope: {name: "1"}


def of_process(world: World, scope: str) -> Mapping[str, Any]:
    """A search in one instance."""
    return {"filter": {"processInstanceKey": process(world, scope)["process_instance_key"]}}


def task_row(name: str, method: str, own: Expectation, foreign: Expectation, body: Values | None = None) -> Row:
    """A call on the author's first task."""
    return Row(f"user-tasks.{name}", method, own=own, foreign=foreign, at=task, json=body)


ROWS = [
    public("health.healthz"),
    public("health.readyz"),
    public("metrics.metrics"),
    public("api-docs.openapi_json"),
    Row("api_docs.docs", own=roles(YES), anonymous=YES, data=True),
    Row("cluster.get_topology", own=roles(YES)),
    public("cluster.get_status"),
    public("cluster.get_license"),
    Row("cluster.get_authentication", own=roles(YES)),
    *(
        Row(f"api-rest.rest{number}", method, own=roles(HIDDEN), at=nothing)
        for number in (0, 1)
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
    ),
    Row("deployments.create_deployment", "POST", own=roles(NO, yes="designer")),
    Row("process-definitions.search_process_definitions", "POST", own=roles(YES), json=sent()),
    *(
        Row(f"process-definitions.{name}", own=roles(HIDDEN, yes=f"{READERS} {STARTERS}"), at=definition)
        for name in ("get_process_definition", "get_process_definition_xml", "get_start_process_form")
    ),
    Row(
        "process-instances.create_process_instance",
        "POST",
        own=roles(NO, yes=STARTERS),
        json=sent(processDefinitionId="request"),
    ),
    Row("process-instances.search_process_instances", "POST", own=roles(YES), json=sent()),
    Row("process-instances.get_process_instance", own=seen(), foreign=afar(), at=process),
    Row(
        "process-instances.cancel_process_instance",
        "POST",
        own=seen(default=NO, yes=OWNER),
        foreign=afar(default=NO, yes=OWNER),
        at=process,
        json=sent(reason="Уволился"),
    ),
    Row("user-tasks.search_user_tasks", "POST", own=roles(YES), json=sent()),
    task_row("get_user_task", "GET", seen(), afar()),
    task_row("get_user_task_form", "GET", seen(), afar()),
    task_row(
        "assign_user_task",
        "POST",
        seen(default=NO, yes=OWNER),
        afar(default=NO, yes=OWNER),
        sent(assignee="deputy_head2"),
    ),
    task_row("unassign_user_task", "DELETE", seen(default=NO, yes=f"teacher {OWNER}"), afar(default=NO, yes=OWNER)),
    task_row(
        "update_user_task",
        "PATCH",
        seen(default=NO, yes=OWNER),
        afar(default=NO, yes=OWNER),
        sent(changeset={"priority": 70}),
    ),
    task_row("complete_user_task", "POST", seen(default=NO, yes="teacher school_head"), afar(default=NO), sent()),
    task_row("search_user_task_variables", "POST", seen(), afar(), sent()),
    task_row("search_user_task_effective_variables", "POST", seen(), afar(), sent()),
    Row("variables.search_variables", "POST", own=roles(YES), json=sent()),
    Row("messages.publish_message", "POST", own=roles(NO, yes="admin designer"), json=sent(name="nobody-waits")),
    Row("messages.correlate_message", "POST", own=roles(NO, hidden="admin designer"), json=sent(name="nobody-waits")),
    Row("messages.broadcast_signal", "POST", own=roles(NO, yes="admin designer"), json=sent(signalName="nobody-waits")),
    Row(
        "engine-jobs.activate_jobs",
        "POST",
        own=roles(NO, yes="admin designer"),
        json=sent(type="nobody-offers", timeout=1000, maxJobsToActivate=1, requestTimeout=-1),
    ),
    *(
        Row(
            f"engine-jobs.{name}",
            "POST",
            own=roles(NO, hidden="admin designer"),
            at=lambda world, scope: {"job_key": "1"},
            json=sent(**body),
        )
        for name, body in (("complete_job", {}), ("fail_job", {}), ("throw_job_error", {"errorCode": "x"}))
    ),
    Row("incidents.search_incidents", "POST", own=roles(YES), json=sent()),
    Row("incidents.get_incident", own=roles(HIDDEN), at=nowhere("incident_key")),
    Row("incidents.resolve_incident", "POST", own=roles(HIDDEN), at=nowhere("incident_key"), json=sent()),
    Row("decision-definitions.search_decision_definitions", "POST", own=roles(NO, yes=READERS), json=sent()),
    *(
        Row(f"decision-definitions.{name}", own=roles(NO, hidden=READERS), at=nowhere("decision_definition_key"))
        for name in ("get_decision_definition", "get_decision_definition_xml")
    ),
    Row(
        "decision-definitions.evaluate_decision",
        "POST",
        own=roles(NO, hidden="admin designer"),
        json=sent(decisionDefinitionId="nobody-decides"),
    ),
    *(
        Row(f"instance-changes.{name}", "POST", own=roles(NO, hidden="admin designer"), at=nowhere(KEY), json=body)
        for name, body in (
            ("migrate_process_instance", sent(targetProcessDefinitionKey="1", mappingInstructions=[])),
            ("modify_process_instance", sent()),
        )
    ),
    *(
        Row(f"instance-changes.{name}", "POST", own=roles(NO, **expected), json=sent(filter={KEYED: "1"}, **body))
        for name, expected, body in (
            (
                "modify_process_instances",
                {"yes": "admin designer"},
                {"moveInstructions": [{"sourceElementId": "a", "targetElementId": "b"}]},
            ),
            (
                "migrate_process_instances",
                {"hidden": "admin designer"},
                {"migrationPlan": {"targetProcessDefinitionKey": "1", "mappingInstructions": []}},
            ),
        )
    ),
    *(
        Row(f"instance-statistics.{name}", own=seen(), foreign=afar(), at=process)
        for name in ("get_process_instance_statistics", "get_process_instance_sequence_flows")
    ),
    Row("instance-changes.cancel_process_instances", "POST", own=roles(YES), json=sent(filter={KEYED: "1"})),
    Row("batch-operations.get_batch_operation", own=roles(HIDDEN), at=nowhere("batch_operation_key")),
    *(
        Row(f"batch-operations.{name}_batch_operation", "POST", own=roles(HIDDEN), at=nowhere("batch_operation_key"))
        for name in ("suspend", "resume", "cancel")
    ),
    Row("batch-operations.search_batch_operations", "POST", own=roles(YES), json=sent()),
    Row("batch-operations.search_batch_operation_items", "POST", own=roles(YES), json=sent()),
    Row("element-instances.search_element_instances", "POST", own=roles(YES), json=of_process),
    Row("audit-logs.search_audit_logs", "POST", own=roles(YES), json=sent()),
    Row("audit-logs.get_audit_log", own=roles(HIDDEN), at=nowhere("audit_log_key")),
    Row("documents-api.create_document", "POST", own=roles(YES), json=sent()),
    Row("documents-api.create_documents", "POST", own=roles(YES), json=sent()),
    Row("documents-api.get_document", own=roles(HIDDEN), at=nowhere("document_id")),
    Row("documents-api.delete_document", "DELETE", own=roles(HIDDEN), at=nowhere("document_id")),
]
