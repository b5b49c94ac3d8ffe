"""`measure.result`: what a finished process tells the measure that started it (processes §0, item 4).

Given by the platform to every process whose header variable `roadmap_row` is set; no model draws it. The message has
the key `roadmap_row` and the variable `measure_result`: `{process, instance, title, result, reason, ended_at,
documents, values, participants}`. A model may say its numbers itself, in the root variable `measure_facts` `{values,
participants}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.documents.models import Document
from app.engine.messaging import store_message
from app.engine.models import ProcessInstance
from app.kernel.actor import PLATFORM
from app.kernel.db import db

NAME, ROW, FACTS = "measure.result", "roadmap_row", "measure_facts"
KEPT = "P400D"
"""A measure may wait for it only later; a roadmap's year is over by then."""
_MOST_DOCUMENTS = 50
_COUNTS = ("counts", "totals")


def row_of(variables: Mapping[str, Any]) -> str | None:
    """The measure's occurrence for which an instance works; None for none."""
    row = variables.get(ROW)
    return row if isinstance(row, str) and row else None


def publish_result(payload: dict[str, Any]) -> None:
    """Tell the measure that a process started for it is over, also when it was cancelled."""
    instance = db.session.get(ProcessInstance, payload["instance"])
    row = None if instance is None else row_of(instance.variables)
    if instance is None or row is None:
        return
    result = {
        "process": instance.process_id,
        "instance": str(instance.key),
        "title": instance.title,
        "result": instance.result,
        "reason": instance.reason,
        "ended_at": None if instance.ended_at is None else instance.ended_at.isoformat(),
        "documents": _documents(instance.root_key),
        **_numbers(instance.variables),
    }
    message = {"name": NAME, "key": row, "variables": {"measure_result": result}, "timeToLive": KEPT}
    store_message(PLATFORM, message)


def _documents(root: int) -> list[dict[str, Any]]:
    """What the process and those that it called have registered."""
    instances = select(ProcessInstance.key).where(ProcessInstance.root_key == root)
    query = select(Document).where(Document.instance_key.in_(instances)).order_by(Document.created_at)
    return [
        {
            "document_id": str(paper.key),
            "kind": paper.kind,
            "number": paper.number,
            "title": paper.title,
            "date": paper.date.isoformat(),
        }
        for paper in db.session.scalars(query.limit(_MOST_DOCUMENTS))
    ]


def _numbers(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and participants: as the model says them, else its counts."""
    facts = variables.get(FACTS)
    if isinstance(facts, Mapping):
        return {"values": facts.get("values") or {}, "participants": facts.get("participants") or []}
    found = {
        name: value
        for key in _COUNTS
        if isinstance(variables.get(key), Mapping)
        for name, value in variables[key].items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return {"values": found, "participants": []}
