"""What tests ask of the API by the unmodified `camunda-orchestration-sdk`, in one line each."""

from __future__ import annotations

from typing import Any

from camunda_orchestration_sdk import models
from camunda_orchestration_sdk import semantic_types as t

from tests.api.conftest import Connect


def start(connect: Connect, login: str, process: str, **variables: Any) -> models.CreateProcessInstanceResult:
    """Start the latest version of a process."""
    data = models.ProcessCreationById(
        process_definition_id=t.ProcessDefinitionId(process),
        variables=models.ProcessInstanceCreationInstructionBaseVariables.from_dict(variables),
    )
    return connect(login).create_process_instance(data=data)


def tasks(connect: Connect, login: str, **filters: Any) -> list[models.UserTaskResult]:
    """Search tasks by a filter."""
    query = models.UserTaskSearchQuery(filter_=models.UserTaskSearchQueryFilter(**filters))
    return connect(login).search_user_tasks(data=query).items


def task_of(connect: Connect, login: str, instance: models.CreateProcessInstanceResult) -> models.UserTaskResult:
    """The one open task of an instance."""
    [found] = tasks(
        connect,
        login,
        process_instance_key=instance.process_instance_key,
        state=models.UserTaskStateExactMatch.CREATED,
    )
    return found


def complete(connect: Connect, login: str, task: models.UserTaskResult, **variables: Any) -> None:
    """Complete a task with variables."""
    values = models.UserTaskCompletionRequestVariables.from_dict(variables)
    data = models.UserTaskCompletionRequest(variables=values)
    connect(login).complete_user_task(task.user_task_key, data=data)


def variables_of(connect: Connect, login: str, instance: models.CreateProcessInstanceResult) -> dict[str, str]:
    """The variables of an instance by name."""
    query = models.VariableSearchQuery(
        filter_=models.VariableSearchQueryFilter(process_instance_key=instance.process_instance_key)
    )
    return {v.name: v.value for v in connect(login).search_variables(data=query).items}
