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
from ..rules import checking, drafts
from ..rules import passports as rules
from . import importing, passports, roadmaps

_LINES = ("title", "curator", "responsible", "goal", "problem", "staffing", "funding")


@dataclass(frozen=True, slots=True)
class Opened:
    """A programme that is worked out.

    Attributes:
        joined: the list of schools changed while the municipality has its programme of the year already.
    """

    programme: SupportProgramme
    joined: bool


def open_municipal(actor: Actor, municipality: str, year: int, instance_key: int, *, listed: bool) -> Opened:
    """Begin the programme of a municipality for a year; the draft that a cancelled process left is taken up again.

    Args:
        listed: an approved list of schools began it: a programme that runs or is worked out is told, not begun twice.

    Raises:
        Invalid: the programme of this year is worked out or approved already.
    """
    code = f"MP-{municipality[:32]}-{year}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(code, 3))))
    found = db.session.scalar(select(SupportProgramme).where(SupportProgramme.code == code))
    if found is not None and found.instance_key == instance_key:
        return Opened(found, joined=False)
    busy = found is not None and passports.worked_out(found)
    running = queries.in_force(municipality, year)
    if listed and (running is not None or busy):
        return Opened(running or found, joined=True)  # type: ignore[arg-type]  # busy means that it was found
    if found is not None and (busy or found.state != DRAFT):
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
    passports.write_targets(found, rules.targets(content, code))
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
    """The draft's roadmap, written anew.

    Raises:
        Invalid: a row of the plan cannot be taken.
    """
    roadmap = roadmaps.locked_roadmap(found)
    roadmap.title = f"План мероприятий: {found.title}"
    for table in (Measure, RoadmapSection):
        db.session.execute(delete(table).where(table.roadmap_key == roadmap.key))
    report = checking.check(drafts.Reading(rows=rules.rows(content)), importing.ground_of(found))
    if report.problems:
        errors = {f"plan.{each['row'] - 1}.title": [each["message"]] for each in report.problems}
        raise Invalid(_l("Some rows cannot be taken."), errors)
    rows = [rules.spoken_for(row, found.kind) for row in report.rows]
    roadmaps.write_rows(roadmap, rules.sections(content), rows)


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
