"""Changes of a row during the year: agreed by the head, kept as a new version; done measures stay untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from .. import queries
from ..models import Measure, Roadmap
from ..models.measures import OVER
from ..queries.parts import group
from ..rules import concepts, executors
from .measures import locked_measure
from .roadmaps import freeze

FIELDS = ("title", "result", "fixing_document", "executors", "process")


def change_measure(actor: Actor, change: Mapping[str, Any], order: Mapping[str, Any]) -> Measure:
    """Carry out a change.

    Args:
        change: `row_key, reason, exclude`, and the fields of `FIELDS` and `lead` that change.

    Raises:
        Conflict: the measure is over.
    """
    found = locked_measure(str(change["row_key"]))
    if found.state in OVER:
        raise Conflict(_l("A finished measure is not changed."))
    _rewrite(actor, found, change, order)
    freeze(actor, found.roadmap, order, reason=str(change.get("reason") or ""))
    return found


def _rewrite(actor: Actor, found: Measure, change: Mapping[str, Any], order: Mapping[str, Any]) -> None:
    """Write what a change says into a measure; one that it excludes ends by the order."""
    before = {name: getattr(found, name) for name in (*FIELDS, "executor_codes", "lead", "co")}
    for name in FIELDS:
        if change.get(name):
            setattr(found, name, str(change[name]))
    if found.executors != before["executors"]:
        _read_executors(found)
    if change.get("lead") in executors.EXECUTORS:
        found.lead = str(change["lead"])
        found.co = [role for role in found.co if role != found.lead]
    db.session.flush()
    after = {name: getattr(found, name) for name in before}
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    audit.record_event(actor, "measure", found.row_key, "change", changes=changes)
    if "lead" in changes and found.instance_key is not None:
        programme = found.roadmap.programme
        led = {"executor_group": group(found.lead, programme.organisation, programme.kind)}
        engine.set_variables(PLATFORM, found.instance_key, led, internal=True)
    if change.get("exclude") and found.instance_key is not None:
        engine.set_variables(PLATFORM, found.instance_key, {"cancel_order": dict(order) or True}, internal=True)
    elif change.get("exclude"):
        found.state, found.reason = "cancelled", str(change.get("reason") or "")


def _read_executors(found: Measure) -> None:
    """Give the row to whom its words name now; the coordinator speaks for somebody who is not known."""
    level = found.roadmap.programme.kind
    found.executor_codes = executors.read_executors(found.executors) or [executors.coordinator(level)]
    found.lead, *others = executors.inboxes(found.executor_codes, level)
    found.co = others


def reword(actor: Actor, roadmap: Roadmap, changes: Sequence[Mapping[str, Any]], order: Mapping[str, Any]) -> list[str]:
    """Carry out what a concept document changes in a roadmap: «было/стало» by the number of the row. Measures under
    way go on with their new words, finished ones stay; a number that is not there yet is a new row of the plan.

    Args:
        changes: `point, part, after, exclude, basis`.

    Returns:
        Numbers that could not be changed because their measure is over.
    """
    over: list[str] = []
    numbers = {each.number: each for each in queries.measures.measures_of(roadmap.key)}
    for row in changes:
        found = numbers.get(str(row.get("point")))
        if found is None:
            continue
        if found.state in OVER:
            over.append(found.number)
            continue
        name = concepts.PARTS.get(str(row.get("part")), "title")
        change = {name: row.get("after"), "exclude": row.get("exclude"), "reason": row.get("basis")}
        _rewrite(actor, locked_measure(found.row_key), change, order)
    return over
