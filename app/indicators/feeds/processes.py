"""Processes and tasks as sources."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, SelectBase, case, func, select

from app.engine import policies
from app.engine.models import ProcessDefinition, ProcessInstance, UserTask
from app.engine.models.tasks import COMPLETED
from app.kernel.actor import Actor

from .. import sources
from ..sources import Field
from . import columns

_HEADER: tuple[tuple[str, str, object, sources.Type], ...] = (
    ("year", "year", _l("Year of the process"), "number"),
    ("school", "school_id", _l("School of the process"), "organisation"),
    ("municipality", "municipality_id", _l("Municipality of the process"), "organisation"),
    ("roadmap_row", "roadmap_row", _l("Row of the roadmap"), "text"),
)
"""Header variables of every process: field, variable, label, type."""


def instances() -> SelectBase:
    """All process instances."""
    name = func.coalesce(ProcessInstance.title, ProcessDefinition.name, ProcessInstance.process_id)
    return select(
        columns.text_key(ProcessInstance.key).label("key"),
        name.label("title"),
        columns.link("/processes/", ProcessInstance.key).label("link"),
        ProcessInstance.organisation.label("organisation"),
        ProcessInstance.started_at.label("on"),
        ProcessInstance.process_id.label("process"),
        ProcessInstance.status.label("state"),
        ProcessInstance.result.label("end"),
        ProcessInstance.started_by.label("initiator"),
        columns.day(ProcessInstance.ended_at).label("ended"),
        *(_variable(variable, type_).label(field) for field, variable, _label, type_ in _HEADER),
    ).join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.definition_key)


def _variable(name: str, type_: str) -> ColumnElement[Any]:
    """A header variable; a year is also read where a form gave it as text."""
    if type_ != "number":
        return columns.from_json(ProcessInstance.variables, name, "text")
    text = ProcessInstance.variables[name].astext
    return case((text.op("~")(r"^\d{4}$"), func.to_number(text, "9999")))


def visible_instances(actor: Actor) -> SelectBase | None:
    """Keys of the instances whose page the actor may open."""
    if policies.sees_everything(actor):
        return None
    return select(columns.text_key(ProcessInstance.key)).where(policies.visible(actor))


def tasks() -> SelectBase:
    """All tasks of people."""
    done = UserTask.state == COMPLETED
    in_time = case((UserTask.due_at.is_not(None) & done, UserTask.ended_at <= UserTask.due_at))
    return select(
        columns.text_key(UserTask.key).label("key"),
        func.concat_ws(": ", UserTask.name, UserTask.title).label("title"),
        columns.link("/processes/", UserTask.instance_key).label("link"),
        UserTask.organisation.label("organisation"),
        UserTask.created_at.label("on"),
        UserTask.process_id.label("process"),
        UserTask.element_id.label("element"),
        UserTask.role.label("role"),
        UserTask.state.label("state"),
        UserTask.outcome.label("outcome"),
        UserTask.completed_by.label("completed_by"),
        columns.day(UserTask.due_at).label("due"),
        columns.day(UserTask.ended_at).label("ended"),
        in_time.label("in_time"),
        UserTask.overdue.label("overdue"),
    )


def visible_tasks(actor: Actor) -> SelectBase | None:
    """Keys of the tasks of instances whose page the actor may open."""
    if policies.sees_everything(actor):
        return None
    keys = select(ProcessInstance.key).where(policies.visible(actor))
    return select(columns.text_key(UserTask.key)).where(UserTask.instance_key.in_(keys))


sources.register(
    "processes",
    label=_l("Processes"),
    select=instances,
    visible=visible_instances,
    fields=(
        Field("process", _l("Process"), "text"),
        Field("state", _l("State: active, completed or terminated"), "text"),
        Field("end", _l("How it ended"), "text"),
        Field("initiator", _l("Who started it"), "person"),
        Field("ended", _l("Ended on"), "date"),
        *(Field(field, label, type_) for field, _variable_, label, type_ in _HEADER),
    ),
)
sources.register(
    "tasks",
    label=_l("Tasks of people"),
    select=tasks,
    visible=visible_tasks,
    fields=(
        Field("process", _l("Process"), "text"),
        Field("element", _l("Step of the process"), "text"),
        Field("role", _l("Role"), "text"),
        Field("state", _l("State: open, completed or cancelled"), "text"),
        Field("outcome", _l("Decision"), "text"),
        Field("completed_by", _l("Completed by"), "person"),
        Field("due", _l("Deadline"), "date"),
        Field("ended", _l("Ended on"), "date"),
        Field("in_time", _l("Completed in time"), "boolean"),
        Field("overdue", _l("Was overdue"), "boolean"),
    ),
)
