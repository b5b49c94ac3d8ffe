"""The rows of a roadmap while it is planned, and their approval in versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import next_key

from .. import queries
from ..models import Measure, Roadmap, RoadmapSection, RoadmapVersion, SupportProgramme
from ..models.measures import PLANNED
from ..models.programmes import ACTIVE
from ..models.programmes import DRAFT as PROGRAMME_DRAFT
from ..models.roadmaps import APPROVED, DRAFT
from ..rules import drafts, executors
from .passports import demand_free


def locked_roadmap(programme: SupportProgramme) -> Roadmap:
    """The programme's roadmap, its row locked: two people at once take turns.

    Raises:
        NotFound: it has none.
    """
    query = select(Roadmap).where(Roadmap.programme_key == programme.key).with_for_update(of=Roadmap)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_l("The programme has no roadmap."))
    return found


def demand_draft(programme: SupportProgramme) -> Roadmap:
    """The roadmap, while its rows may be changed freely.

    Raises:
        Conflict: it is approved, or a process works it out.
    """
    demand_free(programme)
    found = queries.roadmap_of(programme.key)
    if found is None:
        raise NotFound(_l("The programme has no roadmap."))
    if found.state != DRAFT:
        raise Conflict(_l("The roadmap is approved: its rows change by a new version with a reason."))
    return found


def write_rows(roadmap: Roadmap, sections: Sequence[drafts.Section], rows: Sequence[drafts.Row]) -> list[Measure]:
    """Add checked rows (`rules.checking`) and their sections to a roadmap."""
    _write_sections(roadmap, sections, rows)
    last = db.session.scalar(select(func.max(Measure.position)).where(Measure.roadmap_key == roadmap.key)) or 0
    groups = {each.number: list(each.groups) for each in sections}
    found = []
    for position, row in enumerate(rows, last + 1):
        row.groups = row.groups or groups.get(row.section, [])
        found.append(_measure(roadmap, row, position))
    db.session.add_all(found)
    db.session.flush()
    return found


def _write_sections(roadmap: Roadmap, sections: Sequence[drafts.Section], rows: Sequence[drafts.Row]) -> None:
    there = {each.number: each for each in section_rows(roadmap)}
    wanted = {each.number: each for each in sections}
    for row in rows:
        wanted.setdefault(row.section, drafts.Section(row.section, row.section))
    for name, each in wanted.items():
        if name in there:
            there[name].title, there[name].goal = each.title or there[name].title, each.goal or there[name].goal
            there[name].groups = each.groups or there[name].groups
            continue
        section = RoadmapSection(
            key=next_key(),
            roadmap_key=roadmap.key,
            position=len(there) + 1,
            number=name,
            title=each.title,
            goal=each.goal,
            groups=each.groups,
        )
        there[name] = section
        db.session.add(section)
    db.session.flush()


def section_rows(roadmap: Roadmap) -> Sequence[RoadmapSection]:
    """The sections of a roadmap in their order."""
    query = select(RoadmapSection).where(RoadmapSection.roadmap_key == roadmap.key)
    return db.session.scalars(query.order_by(RoadmapSection.position)).all()


def _measure(roadmap: Roadmap, row: drafts.Row, position: int) -> Measure:
    found = Measure(key=next_key(), row_key=row.key, roadmap_key=roadmap.key, position=position, state=PLANNED)
    fill(found, row, roadmap.programme.kind)
    return found


def fill(found: Measure, row: drafts.Row, level: str) -> None:
    """Take over what a row says into a measure."""
    inboxes = executors.inboxes(row.roles, level)
    found.section, found.number, found.title, found.full_title = row.section, row.number, row.title, row.full_title
    found.period_text, found.period_kind = row.period, row.kind
    dated = row.kind in ("months", "window")
    found.months, found.windows = (list(row.months) if dated else []), list(row.windows)
    found.executors, found.executor_codes = row.executors, list(row.roles)
    found.lead, found.co = (inboxes[0] if inboxes else ""), inboxes[1:]
    found.groups, found.thresholds = list(row.groups), list(row.thresholds)
    found.result, found.fixing_document, found.control_form = row.result, row.document, row.control
    found.process, found.follows = row.process, row.follows or None
    found.carried_from = row.carried_from or None
    found.warnings = list(row.warnings)


def as_row(found: Measure) -> drafts.Row:
    """A measure as a row on its way into a roadmap again."""
    return drafts.Row(
        sheet="",
        row=found.position,
        section=found.section,
        number=found.number,
        title=found.title,
        full_title=found.full_title,
        period=found.period_text,
        kind=found.period_kind,
        months=list(found.months),
        windows=list(found.windows),
        executors=found.executors,
        roles=list(found.executor_codes),
        groups=list(found.groups),
        result=found.result,
        document=found.fixing_document,
        control=found.control_form,
        process=found.process,
        thresholds=list(found.thresholds),
        follows=found.follows or "",
        key=found.row_key,
        carried_from=found.carried_from or "",
        warnings=list(found.warnings),
    )


def freeze(
    actor: Actor, roadmap: Roadmap, order: Mapping[str, Any], *, reason: str = "", new_rows: Sequence[Measure] = ()
) -> list[Measure]:
    """Approve a roadmap: the next version is kept as it stands, the programme is in force.

    Args:
        order: `number, date, document_id` of the order.
        new_rows: what this version adds to a roadmap that was approved before.

    Returns:
        The measures that begin now: all at the first approval, the new ones later.
    """
    first = roadmap.state == DRAFT
    roadmap.version += 1
    roadmap.state = APPROVED
    measures = queries.measures.measures_of(roadmap.key)
    version = RoadmapVersion(
        key=next_key(),
        roadmap_key=roadmap.key,
        version=roadmap.version,
        rows=[snapshot(each) for each in measures],
        reason=reason,
        order_number=str(order.get("number") or ""),
        order_on=None if not order.get("date") else date.fromisoformat(str(order["date"])[:10]),
        order_document=str(order.get("document_id") or ""),
        approved_by=actor.login,
        approved_at=clock.now(),
    )
    db.session.add(version)
    programme = roadmap.programme
    if programme.state == PROGRAMME_DRAFT:
        programme.state = ACTIVE
    db.session.flush()
    facts = {"version": roadmap.version, "measures": len(measures), "order": version.order_number, "reason": reason}
    audit.record_event(actor, "programme", programme.code, "approve-roadmap", details=facts)
    begun = [each for each in measures if each.instance_key is None and each.state == PLANNED]
    return begun if first else [each for each in begun if each in new_rows]


_KEPT = (
    *("row_key", "section", "number", "title", "period_text", "period_kind", "months", "windows", "executors"),
    *("executor_codes", "lead", "co", "groups", "result", "fixing_document", "control_form", "process"),
    *("thresholds", "follows", "carried_from", "state"),
)


def snapshot(found: Measure) -> dict[str, Any]:
    """A row as a version keeps it."""
    return {name: getattr(found, name) for name in _KEPT}
