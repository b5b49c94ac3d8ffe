"""What is proposed to the author of a municipal programme, and which municipalities still need one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.people import queries as people
from app.schools import queries as schools

from ..models import Measure, Roadmap, RoadmapSection, SupportProgramme
from ..models.roadmaps import APPROVED
from ..rules import passports as rules
from .measures import measures_of
from .programmes import in_force, roadmap_of


def municipalities_due(year: int) -> list[str]:
    """Municipalities with participant schools that have no programme in force in the year (LIP task 1)."""
    codes = {people.municipality_of(school) for school in schools.participants()}
    return sorted(code for code in codes if code and in_force(code, year) is None)


def draft_of(found: SupportProgramme) -> dict[str, Any]:
    """What the form `municipal_programme` begins with: the draft as far as it is written, else the regional measures
    that concern municipalities, each with the measure that it follows."""
    roadmap = roadmap_of(found.key)
    own = [] if roadmap is None else list(measures_of(roadmap.key))
    rows = own or _regional(found)
    named = {row.roadmap_key: _sections(row.roadmap_key) for row in rows}
    tasks = {row.section: named[row.roadmap_key].get(row.section, row.section) for row in rows}
    services = people.subordinate_codes(people.organisation_path(found.organisation), "municipality")
    served = [code for code in services if people.organisation(code).kind == "mms"]
    return {
        **{"title": found.title, "goal": found.goal, "problem": found.problem},
        **{"staffing": found.staffing, "funding": found.funding, "participants": list(found.participants)},
        **{"period_from": found.period_from.isoformat(), "period_to": found.period_to.isoformat()},
        **{"curator": found.organisation, "responsible": next(iter(served), found.organisation)},
        "executors": list(found.participants),
        "tasks": [{"number": number, "title": title} for number, title in tasks.items()],
        "indicators": [
            {
                "task": each.level.removeprefix("Задача ") if each.level.startswith("Задача ") else rules.GOAL,
                **{"title": each.text, "unit": each.unit},
                "value": None if each.value is None else float(each.value),
            }
            for each in found.targets
        ],
        "plan": [_row(each, follows=None if own else each.row_key) for each in rows],
    }


def _regional(found: SupportProgramme) -> Sequence[Measure]:
    if found.parent_key is None:
        return []
    query = select(Measure).join(Roadmap).where(Roadmap.programme_key == found.parent_key, Roadmap.state == APPROVED)
    rows = db.session.scalars(query.order_by(Measure.position))
    return [row for row in rows if rules.MUNICIPAL & set(row.executor_codes)]


def _sections(roadmap_key: int) -> dict[str, str]:
    query = select(RoadmapSection.number, RoadmapSection.title).where(RoadmapSection.roadmap_key == roadmap_key)
    return {row.number: row.title for row in db.session.execute(query)}


def _row(found: Measure, *, follows: str | None) -> dict[str, Any]:
    return {
        **{"number": found.number, "section": found.section, "title": found.title},
        **{"period_text": found.period_text, "executors": found.executors, "result": found.result},
        **{"fixing_document": found.fixing_document, "control_form": found.control_form},
        "follows": follows or found.follows,
    }
