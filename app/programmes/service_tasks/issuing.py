"""Service types that end `roadmap_planning`: executors agree, the order issues the next version, a row changes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from app.engine.service_inputs import key
from app.engine.services import ServiceCall, service_type
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from .. import operations, queries
from ..models import Measure
from ..operations.changing import change_measure, reword
from ..operations.concepts import note_reissue
from ..queries.parts import group
from . import inputs
from .planning import programme_of


@service_type("roadmap.executors", inline=True)
def executor_groups(call: ServiceCall) -> dict[str, Any]:
    """Who agrees to which rows: `executor_groups[]` `{group, role, rows[] {number, title, period}}`."""
    programme, roadmap = programme_of(call)
    wanted = set(call.variables.get("new_rows") or ()) if not call.variables.get("first", True) else None
    reworded = {str(row.get("point")) for row in inputs.rows(call, "changes")}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in queries.measures.measures_of(roadmap.key):
        if wanted is not None and each.row_key not in wanted and each.number not in reworded:
            continue
        for role in dict.fromkeys([each.lead, *each.co]):
            if role:
                found[role].append({"number": each.number, "title": each.title, "period": each.period_text})
    return {
        "executor_groups": [
            {"group": group(role, programme.organisation, programme.kind), "role": role, "rows": rows}
            for role, rows in sorted(found.items())
        ]
    }


@service_type("roadmap.freeze", inline=True)
def freeze(call: ServiceCall) -> dict[str, Any]:
    """Approve the roadmap by its order: `approved[]` row keys whose measures begin now, `unchanged_rows[]` numbers that
    a concept document rewords and that are over already."""
    programme, roadmap = programme_of(call)
    actor, order = inputs.person(call), inputs.context(call, "order")
    over = reword(actor, roadmap, inputs.rows(call, "changes"), order)
    new = set(call.variables.get("new_rows") or ())
    rows = [each for each in queries.measures.measures_of(roadmap.key) if each.row_key in new]
    reason = inputs.optional(call, "change_reason") or ""
    begun = operations.freeze(actor, roadmap, order, reason=reason, new_rows=rows)
    change = inputs.optional(call, "document_change")
    if change is not None:
        note_reissue(key(change), roadmap)
    roadmap.instance_key = None
    db.session.flush()
    facts = {"version": roadmap.version, "programme": programme.code, "unchanged_rows": over}
    return {"approved": [each.row_key for each in begun], **facts}


@service_type("roadmap.drop", inline=True)
def drop(call: ServiceCall) -> None:
    """Planning was stopped: what was added to an approved roadmap goes, a draft stays a draft."""
    _found, roadmap = programme_of(call)
    new = set(call.variables.get("new_rows") or ())
    if roadmap.state != "draft":
        for each in queries.measures.measures_of(roadmap.key):
            if each.row_key in new and each.instance_key is None:
                db.session.delete(each)
    roadmap.instance_key = None
    db.session.flush()


@service_type("roadmap.change-row", inline=True)
def change_row(call: ServiceCall) -> dict[str, Any]:
    """Carry out an agreed change of one row: the next version with its reason; a done measure is not touched.

    Raises:
        Invalid: the measure is over.
    """
    change = inputs.context(call, "change")
    try:
        found: Measure = change_measure(inputs.person(call), change, inputs.context(call, "order"))
    except Conflict as refusal:
        raise Invalid(refusal.message, {"change": [refusal.message]}) from None
    return {"version": found.roadmap.version}
