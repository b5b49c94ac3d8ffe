"""Who does a part of a measure beside the leading executor: roles at its place, municipalities and schools below.

«An organisation's task goes to its head/coordinator inbox» (processes.md, `roadmap_measure`): each of them gets a task
of its own in every occurrence and reports its part; the report of the leading executor begins with what they said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.engine.models import UserTask
from app.engine.models.tasks import COMPLETED, OPEN
from app.kernel import clock
from app.kernel.db import db
from app.people import queries as people
from app.people.catalogue import role_name
from app.schools import queries as schools

from ..models import Measure
from ..rules import executors

TASK = "co_report"
"""Element of `measure_occurrence`."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part.

    Attributes:
        group: candidate groups of the task.
        school: whose part it is, where a school is asked.
    """

    group: str
    name: str
    school: str | None = None


def parts_of(found: Measure) -> list[Part]:
    """Everybody who is asked for a part, the roles of the place first."""
    programme = found.roadmap.programme
    level, place = programme.kind, programme.organisation
    rows = [Part(group(role, place, level), role_name(role)) for role in found.co]
    asked = executors.below(found.executor_codes, level)
    if not asked:
        return rows
    taking_part = _schools(found)
    if asked.municipality:
        codes = {code for school in taking_part if (code := people.municipality_of(school))}
        rows += [_part(asked.municipality, code, "municipality") for code in sorted(codes)]
    if asked.school:
        rows += [_part(asked.school, code, "school") for code in taking_part]
    return rows


def _schools(found: Measure) -> list[str]:
    """The schools that the row is about: of its groups, of the programme's groups, else all that get support."""
    programme = found.roadmap.programme
    on = min(max(clock.today(), programme.period_from), programme.period_to)
    groups = found.groups or programme.groups
    if groups:
        return schools.schools_in(groups, programme.organisation, on)
    return list(schools.participants(programme.organisation, on))


def _part(role: str, code: str, level: str) -> Part:
    name = people.organisation(code).short_name
    return Part(group(role, code, level), name, code if level == "school" else None)


def group(role: str, place: str, level: str) -> str:
    """A role as candidate groups: bare in the region; below it at its place and the services of the place (ММС)."""
    if level == "region":
        return role
    services = people.subordinate_codes(people.organisation_path(place), level)
    return ",".join(f"{role}@{code}" for code in (place, *services))


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was asked in an occurrence, and what became of it.

    Attributes:
        state: `reported`, `waits`, `missing` (the term passed without a word).
        by: login.
    """

    name: str
    state: str
    by: str | None
    at: datetime | None


def answers(instance_keys: Collection[int]) -> dict[int, list[Answer]]:
    """Parts by the instance of their occurrence; of somebody who was asked twice the later one."""
    query = select(UserTask).where(UserTask.instance_key.in_(list(instance_keys)), UserTask.element_id == TASK)
    newest: dict[int, dict[str, Answer]] = defaultdict(dict)
    for task in db.session.scalars(query.order_by(UserTask.created_at, UserTask.key)):
        state = {COMPLETED: "reported", OPEN: "waits"}.get(task.state, "missing")
        asked = ",".join(task.candidate_groups)
        newest[task.instance_key][asked] = Answer(_name(asked), state, task.completed_by, task.ended_at)
    return {key: list(found.values()) for key, found in newest.items()}


def _name(asked: str) -> str:
    role, _, code = asked.partition(",")[0].partition("@")
    return people.organisation(code).short_name if code else role_name(role)
