"""Programmes of municipalities: a draft is opened, its passport and plan are written, an order puts it in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from app.audit import operations as audit
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people
from app.schools import queries as schools

from .. import queries
from ..models import Measure, Roadmap, RoadmapSection, SupportProgramme
from ..models.programmes import DRAFT, REGION
from ..queries import concepts
from ..rules import checking, drafts
from ..rules import passports as rules
from . import importing, passports, roadmaps

_LINES = ("title", "curator", "responsible", "goal", "problem", "staffing", "funding")


@dataclass(frozen=True, slots=True)
class Opened:
    """A programme that is worked out.

    Attributes:
        joined: a list of schools, or the region after its meeting, came to a municipality that has its programme of the
            year already.
    """

    programme: SupportProgramme
    joined: bool


def open_municipal(actor: Actor, municipality: str, year: int, instance_key: int, *, passed_on: bool) -> Opened:
    """Begin the programme of a municipality for a year; the draft that a cancelled process left is taken up again.

    Args:
        passed_on: an approved list of schools or the region's meeting began it, nobody of the municipality: a programme
            that runs or is worked out is told, not begun twice.

    Raises:
        Invalid: a programme of this year is worked out or in force already, under whatever code.
    """
    code = f"MP-{municipality[:32]}-{year}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(code, 3))))
    found = db.session.scalar(select(SupportProgramme).where(SupportProgramme.code == code))
    if found is not None and found.instance_key == instance_key:
        return Opened(found, joined=False)
    there = queries.in_force(municipality, year)
    if there is None and found is not None and (found.state != DRAFT or _busy(found)):
        there = found
    if there is not None and passed_on:
        return Opened(there, joined=True)
    if there is not None:
        raise Invalid(_l("The programme of this year is worked out or approved already."))
    if found is None:
        above = queries.in_force(people.organisation_path(municipality)[0], year)
        passport = passports.Passport(
            code=code,
            title=f"Муниципальная программа повышения качества образования на {year} год",
            organisation=municipality,
            period_from=date(year, 1, 1),
            period_to=date(year, 12, 31),
            parent=above.code if above is not None and above.kind == REGION else None,
            curator=people.organisation(municipality).name,
        )
        found = passports.create_programme(PLATFORM, passport, copied=True)
        found.participants = list(schools.participants(municipality))
    found.instance_key = instance_key
    db.session.flush()
    return Opened(found, joined=False)


def _busy(found: SupportProgramme) -> bool:
    """Whether a process works out the draft, or plans its roadmap."""
    roadmap = roadmaps.locked_roadmap(found)
    return passports.worked_out(found) or concepts.runs(roadmap.instance_key)


def write_passport(actor: Actor, code: str, content: Mapping[str, Any]) -> SupportProgramme:
    """Take what the form `municipal_programme` says into the draft: passport, targets, plan. All or nothing.

    Raises:
        Conflict: it is approved already.
        Invalid: a field is wrong, by its name in the form.
    """
    found = queries.programme(PLATFORM, code)
    db.session.refresh(found, with_for_update=True)
    if found.state != DRAFT:
        raise Conflict(_l("The programme is approved already."))
    if errors := rules.mistakes(content):
        raise Invalid(_l("Some rows cannot be taken."), errors)
    _fill(found, content)
    passports.check_period(found.period_from, found.period_to)
    before = {each.text: {"indicator": each.indicator, "comparison": each.comparison} for each in found.targets}
    passports.write_targets(found, rules.targets(content, code, before))
    flag_modified(found, "title")
    _write_plan(found, content)
    audit.record_event(actor, "programme", code, "write-passport", details=found.facts())
    return found


def _fill(found: SupportProgramme, content: Mapping[str, Any]) -> None:
    for name in _LINES:
        setattr(found, name, str(content.get(name) or "").strip())
    for name in ("curator", "responsible"):
        setattr(found, name, _name(str(content.get(name) or "")))
    found.executors = ", ".join(_name(str(each)) for each in content.get("executors") or ())
    found.participants = list(dict.fromkeys(str(each) for each in content.get("participants") or ()))
    found.tasks = [row["title"] for row in rules.tasks(content)]
    found.period_from = date.fromisoformat(str(content["period_from"])[:10])
    found.period_to = date.fromisoformat(str(content["period_to"])[:10])


def _name(code: str) -> str:
    return people.organisation(code).name if code else ""


def _write_plan(found: SupportProgramme, content: Mapping[str, Any]) -> None:
    """The draft's roadmap, written anew; a measure or task of the same number and words keeps what no form shows.

    Raises:
        Invalid: a row of the plan cannot be taken.
    """
    roadmap = roadmaps.locked_roadmap(found)
    roadmap.title = f"План мероприятий: {found.title}"
    sections, wanted = rules.sections(content), rules.rows(content)
    _keep_hidden(roadmap, sections, wanted)
    for table in (Measure, RoadmapSection):
        db.session.execute(delete(table).where(table.roadmap_key == roadmap.key))
    report = checking.check(drafts.Reading(rows=wanted), importing.ground_of(found))
    if report.problems:
        errors = {f"plan.{each['row'] - 1}.title": [each["message"]] for each in report.problems}
        raise Invalid(_l("Some rows cannot be taken."), errors)
    rows = [rules.spoken_for(row, found.kind) for row in report.rows]
    roadmaps.write_rows(roadmap, sections, rows)


def _keep_hidden(roadmap: Roadmap, sections: Sequence[drafts.Section], rows: Sequence[drafts.Row]) -> None:
    measures = {(each.number, each.title): each for each in queries.measures.measures_of(roadmap.key)}
    for row in rows:
        if (row.number, row.title) in measures:
            drafts.take_over(row, roadmaps.as_row(measures[row.number, row.title]))
    named = {(each.number, each.title): each for each in roadmaps.section_rows(roadmap)}
    for section in sections:
        if (section.number, section.title) in named:
            before = named[section.number, section.title]
            section.goal, section.groups = before.goal, list(before.groups)


def approve_municipal(actor: Actor, code: str, order: Mapping[str, Any], paper: str) -> Sequence[Measure]:
    """Put the programme in force by its order and freeze its plan.

    Args:
        order: `number, date, document_id`.
        paper: the registered document of the passport.

    Returns:
        The measures that begin now.
    """
    found = queries.programme(PLATFORM, code)
    roadmap: Roadmap = roadmaps.locked_roadmap(found)
    begun = roadmaps.freeze(actor, roadmap, order)
    found.order_number, found.order_document = str(order.get("number") or ""), str(order.get("document_id") or "")
    found.order_on = date.fromisoformat(str(order["date"])[:10]) if order.get("date") else None
    found.paper = paper
    db.session.flush()
    return begun
