"""Service types of `management_decision`: the log of decisions, publication, courses that are offered."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.documents import operations as documents
from app.documents.models import Record
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.notifications.operations import notify
from app.people import queries as people

from ..queries import catalogue
from ..rules import dates
from . import inputs

KIND = "management_decision"
IN_WORK = "исполняется"
PUBLISHED = "published"
_OFFERED = 20


@service_type("decision.record", inline=True)
def record(call: ServiceCall) -> dict[str, Any]:
    """Write the decision with its state into the log: a new record, or the next version of the known one."""
    known = inputs.optional(call, "decision_id")
    facts = {name: call.variables.get(name) for name in ("problem", "object_id", "body", "protocol_number")}
    data = {**facts, **inputs.context(call, "decision"), "state": call.text("state")}
    before = _newest(known) if known else None
    row = documents.save_record(
        call.actor,
        KIND,
        f"Решение: {data.get('problem') or ''}"[:300],
        data,
        id=before.id if before is not None else None,
        organisation=inputs.optional(call, "organisation") or call.instance.organisation,
        owner=inputs.optional(call, "owner"),
        status=before.status if before is not None else "submitted",
        instance_key=call.instance.key,
    )
    return {"decision_id": str(row.id)}


def _newest(id: str) -> Record | None:
    if not id.isdecimal():
        raise ModelFault(f"«decision_id» must be the id of a record, not {id!r}")
    return db.session.scalar(select(Record).where(Record.id == int(id), Record.current, Record.kind == KIND))


@service_type("decision.publish", inline=True)
def publish(call: ServiceCall) -> None:
    """Publish the decision: everybody of the municipality sees it (MM-14)."""
    documents.set_status(call.actor, int(call.text("decision_id")), PUBLISHED)


@service_type("decision.offer-courses", inline=True)
def offer_courses(call: ServiceCall) -> None:
    """Tell the responsible person and the head of the school which courses take applications now."""
    courses = db.session.scalars(catalogue.course_select(PLATFORM, accepting=True).limit(_OFFERED)).unique().all()
    lines = [f"{course.title} ({course.start:%d.%m}–{course.end:%d.%m.%Y})" for course in courses]
    text = "\n".join(lines) or _("No course takes applications now; new ones are announced in «Courses».")
    place = inputs.optional(call, "organisation")
    school = place is not None and people.organisation(place).level == "school"
    to = [call.text("responsible"), *([f"school_head@{place}"] if school else [])]
    cause = f"{call.instance.key}:{call.element_id}:{call.now.isoformat()}"
    notify(to, _("Courses by the decision: choose and apply"), text, link="/courses/", dedupe_key=cause)


def overdue_of(body: str, place: str | None) -> list[dict[str, Any]]:
    """Decisions of a body that are still being carried out after their date, the oldest first."""
    query = select(Record).where(
        Record.current,
        Record.kind == KIND,
        Record.data["body"].as_string() == body,
        Record.data["state"].as_string() == IN_WORK,
        Record.data["due"].as_string() < clock.today().isoformat(),
    )
    rows = [row.data for row in db.session.scalars(query.where(Record.objects.contains([f"org:{place}"])))]
    names = people.person_names(str(row.get("responsible") or "") for row in rows)
    return [
        {
            "decision": row.get("decision"),
            "responsible": names.get(str(row.get("responsible")), ""),
            "due": dates.in_words(row.get("due")),
            "number": row.get("protocol_number"),
        }
        for row in sorted(rows, key=lambda row: str(row.get("due")))
    ]
