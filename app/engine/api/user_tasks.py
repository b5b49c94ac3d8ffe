"""User tasks: search, read, assign, change, complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import Row, select

from app.api import Blueprint, current_actor, no_content
from app.api.search import Statement
from app.engine import operations, policies, queries
from app.engine.api import searches
from app.engine.api.forms import form_answer
from app.engine.api.scopes import list_page, seen_by_task
from app.engine.api.shapes.common import FormResult
from app.engine.api.shapes.user_tasks import (
    UserTaskAssignment,
    UserTaskCompletion,
    UserTaskQuery,
    UserTaskResult,
    UserTaskResults,
    UserTaskUpdate,
)
from app.engine.api.shapes.variables import Truncation, UserTaskVariableQuery, VariableResults
from app.engine.models import ProcessDefinition, ProcessInstance, UserTask
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

blueprint = Blueprint("user-tasks", __name__, url_prefix="/v2/user-tasks", description="Tasks of people.")
STATES = {ours: theirs for theirs, ours in searches.TASK_STATES.items()}


def visible(actor: Actor) -> Statement:
    """Tasks that the actor may see, with what an answer needs of their instance and definition."""
    return (
        select(
            UserTask,
            ProcessDefinition.name.label("process_name"),
            ProcessDefinition.version.label("process_version"),
            ProcessInstance.root_key,
            ProcessInstance.business_key,
        )
        .join(ProcessInstance, ProcessInstance.key == UserTask.instance_key)
        .join(ProcessDefinition, ProcessDefinition.key == UserTask.definition_key)
        .where(policies.visible(actor))
    )


def result(row: Row[Any]) -> dict[str, Any]:
    """A row of `visible` as `UserTaskResult` writes it."""
    task: UserTask = row.UserTask
    return {
        "name": task.name,
        "state": STATES[task.state],
        "assignee": task.assignee,
        "element_id": task.element_id,
        "candidate_groups": task.candidate_groups,
        "candidate_users": task.candidate_users,
        "process_definition_id": task.process_id,
        "creation_date": task.created_at,
        "completion_date": task.ended_at if task.state == "completed" else None,
        "follow_up_date": task.follow_up_at,
        "due_date": task.due_at,
        "external_form_reference": task.external_form,
        "process_definition_version": row.process_version,
        "priority": task.priority,
        "user_task_key": task.key,
        "element_instance_key": task.key,
        "process_name": row.process_name,
        "process_definition_key": task.definition_key,
        "process_instance_key": task.instance_key,
        "root_process_instance_key": row.root_key,
        "business_id": row.business_key,
        "form_key": task.form_key,
    }


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(UserTaskQuery)
@blueprint.response(200, UserTaskResults)
def search_user_tasks(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search user tasks

    Open and finished tasks of the instances that the caller may see.
    """
    statement = visible(current_actor())
    if searches.over_values(query["filter"] or {}, "process_instance_variables"):
        statement = statement.where(policies.values_visible(current_actor()))
    found = searches.user_tasks.page_of(statement, query)
    return {"items": [result(row) for row in found.items], "page": found.page}


@blueprint.route("/<user_task_key>")
@blueprint.response(200, UserTaskResult)
def get_user_task(user_task_key: int) -> dict[str, Any]:
    """Get a user task"""
    row = db.session.execute(visible(current_actor()).where(UserTask.key == user_task_key)).one_or_none()
    if row is None:
        raise NotFound
    return result(row)


@blueprint.route("/<user_task_key>/form")
@blueprint.response(200, FormResult)
def get_user_task_form(user_task_key: int) -> Any:
    """Get the form of a user task

    204 when the task has none.
    """
    return form_answer(queries.task_view(current_actor(), user_task_key).form_key)


@blueprint.route("/<user_task_key>/assignment", methods=["POST"])
@blueprint.arguments(UserTaskAssignment)
@blueprint.response(204)
def assign_user_task(body: Mapping[str, Any], user_task_key: int) -> Response:
    """Assign a user task

    Oneself: claim it from the queue. Somebody else: only who may assign it. With `allowOverride` false an assigned
    task answers 409.
    """
    actor, login = current_actor(), body["assignee"]
    override = body["allow_override"] is not False
    taken = queries.task_view(actor, user_task_key).assignee
    if login == actor.login and (taken in (None, login) or not override):
        operations.claim_task(actor, user_task_key)
    else:
        operations.assign_task(actor, user_task_key, login, override=override)
    return no_content()


@blueprint.route("/<user_task_key>/assignee", methods=["DELETE"])
@blueprint.response(204)
def unassign_user_task(user_task_key: int) -> Response:
    """Unassign a user task

    It goes back to the queue.
    """
    operations.release_task(current_actor(), user_task_key)
    return no_content()


@blueprint.route("/<user_task_key>", methods=["PATCH"])
@blueprint.arguments(UserTaskUpdate)
@blueprint.response(204)
def update_user_task(body: Mapping[str, Any], user_task_key: int) -> Response:
    """Update a user task

    Dates, candidates and priority.
    """
    changes = {name: value for name, value in (body["changeset"] or {}).items() if value is not None}
    names = {"due_date": "due", "follow_up_date": "follow_up"}
    clear = [names[name] for name in names if changes.get(name) == ""]
    wanted = {names.get(name, name): value for name, value in changes.items() if value != ""}
    operations.update_task(current_actor(), user_task_key, clear=clear, **wanted)
    return no_content()


@blueprint.route("/<user_task_key>/completion", methods=["POST"])
@blueprint.arguments(UserTaskCompletion)
@blueprint.response(204)
def complete_user_task(body: Mapping[str, Any], user_task_key: int) -> Response:
    """Complete a user task

    The variables are checked by the task's form; what the form does not know stays. `outcome` presses a button,
    `comment` goes with it. A task that asks for the password again takes that of HTTP Basic.
    """
    variables = dict(body["variables"] or {})
    operations.complete_user_task(
        current_actor(),
        user_task_key,
        variables,
        outcome=_text(variables, "outcome") or "submit",
        comment=_text(variables, "comment"),
        password=_password(),
        raw=True,
    )
    return no_content()


def _text(variables: dict[str, Any], name: str) -> str | None:
    """Take a word that belongs to the platform out of the variables.

    Raises:
        Invalid: it is not text.
    """
    value = variables.pop(name, None)
    if value is not None and not isinstance(value, str):
        message = _("“%(name)s” must be text.", name=name)
        raise Invalid(message, {f"variables.{name}": [message]})
    return value


def _password() -> str | None:
    given = request.authorization
    return given.password if given is not None and given.type == "basic" else None


@blueprint.route("/<user_task_key>/variables/search", methods=["POST"])
@blueprint.arguments(Truncation, location="query")
@blueprint.arguments(UserTaskVariableQuery)
@blueprint.response(200, VariableResults)
def search_user_task_variables(
    options: Mapping[str, Any], query: Mapping[str, Any], user_task_key: int
) -> dict[str, Any]:
    """Search the variables that a task sees

    All scopes from the task's own up to the instance; the same name may occur in several.
    """
    return list_page(seen_by_task(current_actor(), user_task_key), query, options["truncate_values"])


@blueprint.route("/<user_task_key>/effective-variables/search", methods=["POST"])
@blueprint.arguments(Truncation, location="query")
@blueprint.arguments(UserTaskVariableQuery)
@blueprint.response(200, VariableResults)
def search_user_task_effective_variables(
    options: Mapping[str, Any], query: Mapping[str, Any], user_task_key: int
) -> dict[str, Any]:
    """Search the effective variables of a task

    Each name once, with the value of the innermost scope.
    """
    innermost = {variable.name: variable for variable in reversed(seen_by_task(current_actor(), user_task_key))}
    return list_page(list(innermost.values()), query, options["truncate_values"])
