"""What a programme closes with: what is still open, tables of its report, the report as it was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.agreements import queries as agreements
from app.agreements.models import Agreement
from app.indicators import sources
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.models import Organisation
from app.school_programmes import queries as school_programmes
from app.schools import queries as schools

from ..models import Measure, MeasureFact, Occurrence, ProgrammeClosing, Roadmap, SupportProgramme
from ..models.closings import CLOSED, DROPPED, OPEN
from ..models.measures import OVER
from ..models.programmes import ACTIVE, MUNICIPALITY, SCHOOL
from ..rules import closing as rules
from . import targets
from .measures import occurrences_of
from .programmes import programme

Row = dict[str, Any]
_REST = timedelta(days=30)
"""How long a programme is left alone after its closing was refused or cancelled."""


def closing_of(actor: Actor, code: str) -> ProgrammeClosing:
    """The published closing report of a programme.

    Raises:
        NotFound: the programme is out of scope, or not closed.
    """
    found = published(programme(actor, code).key)
    if found is None:
        raise NotFound()
    return found


def published(programme_key: int) -> ProgrammeClosing | None:
    """The closing that a programme ended with; None while it goes on."""
    row = ProgrammeClosing
    return db.session.scalar(select(row).where(row.programme_key == programme_key, row.state == CLOSED))


def nearing_end(today: date, last: date) -> Sequence[SupportProgramme]:
    """Programmes in force that end by a day, or have ended already, and whose closing has not begun.

    A school's plan goes by the school's own process (processes.md, `programme_closing`: region and municipality). A
    closing that was refused or cancelled rests before it begins again.
    """
    row = ProgrammeClosing
    resting = and_(row.state == DROPPED, row.closed_on > today - _REST)
    begun = select(row.programme_key).where(or_(row.state.in_((OPEN, CLOSED)), resting))
    query = select(SupportProgramme).where(
        SupportProgramme.state == ACTIVE,
        SupportProgramme.kind != SCHOOL,
        SupportProgramme.period_to <= last,
        SupportProgramme.key.not_in(begun),
    )
    return db.session.scalars(query.order_by(SupportProgramme.code)).all()


def measures_of(found: SupportProgramme) -> Sequence[Measure]:
    """The measures of a programme in their order."""
    query = select(Measure).join(Roadmap, Roadmap.key == Measure.roadmap_key)
    return db.session.scalars(query.where(Roadmap.programme_key == found.key).order_by(Measure.position)).all()


def after_end(found: SupportProgramme, measure: Measure, occurrences: Sequence[Occurrence]) -> bool:
    """Whether what is still open of a measure lies after the programme's end (SOS 14)."""
    still = [each for each in occurrences if each.status not in OVER]
    return bool(still) and all(each.opens_on > found.period_to for each in still)


def open_schools(found: SupportProgramme) -> Sequence[Any]:
    """Programmes of the place's schools that are not over: school, its name."""
    wanted = school_programmes.ProgrammeFilter(state="open")
    rows = db.session.execute(school_programmes.programmes(PLATFORM, wanted)).all()
    codes = set(schools.schools_in((), found.organisation))
    return [row for row in rows if row.SchoolProgramme.school in codes]


def open_agreements(found: SupportProgramme) -> Sequence[Agreement]:
    """Agreements in force of the place's schools."""
    municipality = {"municipality": found.organisation} if found.kind == MUNICIPALITY else {}
    wanted = agreements.AgreementFilter(state="valid", **municipality)
    return db.session.scalars(agreements.agreements(PLATFORM, wanted)).all()


def tables(found: SupportProgramme, surveys: Sequence[Row], at_start: Sequence[Any]) -> Row:
    """Everything that a closing report counts, as of today.

    Args:
        surveys: answers of schools at the end (`practice_survey`); `at_start` those at the start.
    """
    rows, moved = _measures(found)
    return {
        "measures": rows,
        "counts": rules.counts([row["status"] for row in rows], moved),
        "indicators": [targets.row(each, found) for each in found.targets],
        "participation": _participation(found),
        "courses": _courses(found),
        "programmes": _programmes(found),
        "practices": rules.practice_changes(at_start, surveys) if surveys else [],
    }


def _measures(found: SupportProgramme) -> tuple[list[Row], int]:
    measures = measures_of(found)
    happened = occurrences_of([each.key for each in measures])
    rows, moved = [], 0
    for each in measures:
        occurrences = happened.get(each.key, [])
        moved += any(one.opens_on != one.planned_on for one in occurrences)
        later = after_end(found, each, occurrences)
        status = rules.status(each.state, after_end=later)
        names = {"row_key": each.row_key, "number": each.number, "title": each.title, "period": each.period_text}
        rows.append({**names, "status": status, "reason": each.reason or None})
    return rows, moved


def _participation(found: SupportProgramme) -> list[Row]:
    """By year: accepted facts, participants, territories (each counted once)."""
    query = (
        select(MeasureFact)
        .join(Occurrence, Occurrence.key == MeasureFact.occurrence_key)
        .join(Measure, Measure.key == Occurrence.measure_key)
        .join(Roadmap, Roadmap.key == Measure.roadmap_key)
        .where(Roadmap.programme_key == found.key)
    )
    years: dict[int, list[MeasureFact]] = defaultdict(list)
    for fact in db.session.scalars(query):
        years[fact.fact_on.year].append(fact)
    return [_year(year, years[year]) for year in sorted(years)]


def _year(year: int, facts: Sequence[MeasureFact]) -> Row:
    people = [each for fact in facts for each in fact.participants]
    return {
        **{"year": year, "events": len(facts), "participants": sum(int(each.get("count") or 0) for each in people)},
        "schools": len({each["organisation"] for each in people}),
        "territories": len({each["municipality"] for each in people if each.get("municipality")}),
    }


def _courses(found: SupportProgramme) -> Row:
    """Listeners of the place's schools on courses of the term: enrolled, certified."""
    source = sources.find("listeners")
    if source is None:
        return {"enrolled": 0, "certified": 0}
    rows = source.select().subquery()
    inside = select(Organisation.code).where(Organisation.path.contains([found.organisation]))
    term = rows.c.on.between(found.period_from, found.period_to), rows.c.organisation.in_(inside)
    counted = select(func.count().filter(rows.c.enrolled), func.count().filter(rows.c.certified)).where(*term)
    enrolled, certified = db.session.execute(counted).one()
    return {"enrolled": enrolled, "certified": certified}


def _programmes(found: SupportProgramme) -> Row:
    """Programmes of the place's schools: approved, moved to the effective mode, being written (KEM: 65, 26, 121)."""
    codes = set(schools.schools_in((), found.organisation))
    rows = [row.SchoolProgramme for row in db.session.execute(school_programmes.programmes(PLATFORM))]
    own = [row for row in rows if row.school in codes]
    return {
        "developed": sum(row.approved_on is not None for row in own),
        "effective": sum(row.verdict == "moved" for row in own),
        "in_development": sum(row.approved_on is None for row in own),
        "schools": len({row.school for row in own}),
    }
