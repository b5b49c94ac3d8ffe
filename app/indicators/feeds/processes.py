"""Processes and tasks as sources."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, func, select

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


def _variable(name: str, type_: str) -> ColumnElement[Any]:
    """A header variable; a year is also read where a form gave it as text."""
    if type_ != "number":
        return columns.from_json(ProcessInstance.variables, name, "text")
    text = ProcessInstance.variables[name].astext
    return case((text.op("~")(r"^\d{4}$"), func.to_number(text, "9999")))


def _instances(actor: Actor) -> ColumnElement[bool] | None:
    """Instances whose page the actor may open."""
    return None if policies.sees_everything(actor) else policies.visible(actor)


def _tasks(actor: Actor) -> ColumnElement[bool] | None:
    """Tasks of such instances."""
    if policies.sees_everything(actor):
        return None
    return _T.instance_key.in_(select(ProcessInstance.key).where(policies.visible(actor)))


_P, _T = ProcessInstance, UserTask
_DONE = _T.state == COMPLETED

sources.table(
    "processes",
    label=_l("Processes"),
    key=_P.key,
    title=func.coalesce(_P.title, ProcessDefinition.name, _P.process_id),
    link=columns.link("/processes/", _P.key),
    organisation=_P.organisation,
    on=_P.started_at,
    joined=lambda rows: rows.join(ProcessDefinition, ProcessDefinition.key == _P.definition_key),
    scope=_instances,
    fields=(
        Field("process", _l("Process"), "text", _P.process_id),
        Field("state", _l("State: active, completed or terminated"), "text", _P.status),
        Field("end", _l("How it ended"), "text", _P.result),
        Field("initiator", _l("Who started it"), "person", _P.started_by),
        Field("ended", _l("Ended on"), "date", columns.day(_P.ended_at)),
        *(Field(field, label, type_, _variable(name, type_)) for field, name, label, type_ in _HEADER),
    ),
)
sources.table(
    "tasks",
    label=_l("Tasks of people"),
    key=_T.key,
    title=func.concat_ws(": ", _T.name, _T.title),
    link=columns.link("/processes/", _T.instance_key),
    organisation=_T.organisation,
    on=_T.created_at,
    scope=_tasks,
    fields=(
        Field("process", _l("Process"), "text", _T.process_id),
        Field("element", _l("Step of the process"), "text", _T.element_id),
        Field("role", _l("Role"), "text", _T.role),
        Field("state", _l("State: open, completed or cancelled"), "text", _T.state),
        Field("outcome", _l("Decision"), "text", _T.outcome),
        Field("completed_by", _l("Completed by"), "person", _T.completed_by),
        Field("due", _l("Deadline"), "date", columns.day(_T.due_at)),
        Field("ended", _l("Ended on"), "date", columns.day(_T.ended_at)),
        Field(
            "in_time",
            _l("Completed in time"),
            "boolean",
            case((_T.due_at.is_not(None) & _DONE, _T.ended_at <= _T.due_at)),
        ),
        Field("overdue", _l("Was overdue"), "boolean", _T.overdue),
    ),
)
