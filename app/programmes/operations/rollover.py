"""The next year: a programme's cycle is cloned, what is unfinished is carried over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.engine import schedule
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid

from .. import policies, queries
from ..models import Measure, Roadmap, RoadmapSection, SupportProgramme
from ..models.measures import DONE
from ..rules import drafts, stages
from .calendars import set_calendar
from .passports import Passport, create_programme
from .roadmaps import as_row, demand_draft, locked_roadmap, section_rows, write_rows

_YEAR = re.compile(r"\b20\d\d\b")


def clone_programme(actor: Actor, code: str, year: int) -> SupportProgramme:
    """Write down the same cycle for another year: passport, roadmap as a draft, stage calendars. What was not done is
    marked with the measure that it comes from.

    Args:
        year: in which the new programme begins.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: the year is not later.
        Invalid: there is such a programme already.
    """
    old = queries.programme(actor, code)
    policies.demand_keeper(actor, old)
    by = year - old.period_from.year
    if by <= 0 or by > 10:
        raise Conflict(_l("Choose one of the following years."))
    found = create_programme(actor, _passport(actor, old, by), copied=True)
    before, after = queries.roadmap_of(old.key), queries.roadmap_of(found.key)
    if before is not None and after is not None:
        after.title = before.title
        sections = [drafts.Section(s.number, s.title, s.goal, list(s.groups)) for s in section_rows(before)]
        rows = [_row(each, found.code, by) for each in queries.measures.measures_of(before.key)]
        write_rows(after, sections, rows)
    _clone_calendars(actor, old, found, by)
    audit.record_event(actor, "programme", found.code, "clone", details={"from": old.code})
    return found


def carry_over(actor: Actor, code: str, row_keys: Sequence[str]) -> int:
    """Take unfinished measures of the year before into the draft of this year, each once. Returns how many.

    Raises:
        NotFound, Forbidden: out of scope; not the keeper.
        Conflict: the roadmap is approved, or somebody else has carried one of them over meanwhile.
        Invalid: none is chosen.
    """
    programme = queries.programme(actor, code)
    policies.demand_keeper(actor, programme)
    roadmap = locked_roadmap(programme)
    demand_draft(programme)
    if not row_keys:
        message = _l("Choose at least one measure.")
        raise Invalid(message, {"rows": [message]})
    waiting = {each.row_key: each for each in queries.unfinished(actor, programme)}
    if not waiting.keys() >= set(row_keys):
        raise Conflict(_l("Some of these measures are carried over or finished already. Look at the list again."))
    wanted = [each for key, each in waiting.items() if key in row_keys]
    sections = [drafts.Section(s.number, s.title, s.goal, list(s.groups)) for s in _sections(wanted, roadmap)]
    for each in wanted:
        before = each.roadmap.programme
        row = _row(each, programme.code, programme.period_from.year - before.period_from.year)
        row.carried_from = each.row_key
        write_rows(roadmap, sections, [_with_free_key(row, roadmap)])
    audit.record_event(actor, "programme", code, "carry-over", details={"rows": [each.row_key for each in wanted]})
    return len(wanted)


def _sections(wanted: Sequence[Measure], roadmap: Roadmap) -> list[RoadmapSection]:
    """The draft's sections, and those of the measures that it does not have yet."""
    there = list(section_rows(roadmap))
    numbers = {each.number for each in there}
    named = {each.section for each in wanted} - numbers
    return there + [each for each in section_rows(wanted[0].roadmap) if each.number in named]


def copied_rows(old: SupportProgramme, found: SupportProgramme) -> list[drafts.Row]:
    """The measures of a programme as drafts of another one: «copy from last year»."""
    before = queries.roadmap_of(old.key)
    if before is None:
        return []
    by = found.period_from.year - old.period_from.year
    return [_row(each, found.code, by) for each in queries.measures.measures_of(before.key)]


def _with_free_key(row: drafts.Row, roadmap: Roadmap) -> drafts.Row:
    taken = set(db.session.scalars(select(Measure.row_key).where(Measure.roadmap_key == roadmap.key)))
    key, count = row.key, 1
    while key in taken:
        count += 1
        key = f"{row.key}-{count}"
    row.key = key
    return row


def _passport(actor: Actor, old: SupportProgramme, by: int) -> Passport:
    code = f"{old.cycle}-{old.period_from.year + by}"
    parent = None
    if old.parent is not None:
        wanted = f"{old.parent.cycle}-{old.parent.period_from.year + by}"
        parent = db.session.scalar(select(SupportProgramme.code).where(SupportProgramme.code == wanted))
    return Passport(
        code=code,
        title=old.title,
        organisation=old.organisation,
        parent=parent,
        owner=old.owner,
        curator=old.curator,
        responsible=old.responsible,
        executors=old.executors,
        goal=old.goal,
        tasks=old.tasks,
        groups=old.groups,
        period_from=_later(old.period_from, by),
        period_to=_later(old.period_to, by),
        targets=[_target(each) for each in old.targets],
    )


def _target(each: Any) -> dict[str, Any]:
    names = ("indicator", "level", "text", "value", "unit", "comparison")
    return {name: getattr(each, name) for name in names}


def _later(day: date, by: int) -> date:
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)


def _row(each: Measure, code: str, by: int) -> drafts.Row:
    """A measure as a draft of another year; its words stay, and a year named in them is told of."""
    row = as_row(each)
    if _YEAR.search(each.period_text):
        row.warnings.append(str(_l("The words of the period name another year.")))
    row.windows = [{"from": _month(w["from"], by), "to": _month(w["to"], by)} for w in each.windows]
    row.follows = _follows(each.follows, by)
    row.key = f"{code}:{each.row_key.partition(':')[2]}"
    row.carried_from = "" if each.state == DONE else each.row_key
    return row


def _month(text: str, by: int) -> str:
    return f"{int(text[:4]) + by}{text[4:]}"


def _follows(row_key: str | None, by: int) -> str:
    """The regional measure of the new year, where there is one already."""
    if not row_key:
        return ""
    programme, _, number = row_key.partition(":")
    cycle, _, year = programme.rpartition("-")
    if not year.isdecimal():
        return ""
    wanted = f"{cycle}-{int(year) + by}:{number}"
    return wanted if db.session.scalar(select(Measure.key).where(Measure.row_key == wanted)) else ""


def _clone_calendars(actor: Actor, old: SupportProgramme, found: SupportProgramme, by: int) -> None:
    works = schedule.calendar().works
    for each in queries.calendars(old.key):
        months = [(stage.title, stage.month) for stage in each.stages]
        wanted = stages.of_months(each.year + by, months, works)
        set_calendar(actor, found.code, each.code, each.year + by, each.title, wanted, days=each.business_days)
