"""Rounds of the school monitoring as readers see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import queries as people
from app.people.models import Organisation

from .. import policies
from ..models import AnswerBox, CompetenceLevel, MonitoringRound, MonitoringSchool, QuestionnaireLink
from ..operations import comparing
from ..rules import hiding, stages

REMARKS = {stages.SATISFACTION.form_id: "comment", stages.SCHOOL_LIFE.form_id: "example"}
"""Free texts of the questionnaires."""


def demand_sight(actor: Actor) -> None:
    """Refuse whom the pages do not exist for.

    Raises:
        NotFound: the actor sees no monitoring.
    """
    if not policies.may_open(actor):
        raise NotFound()


def round_select(actor: Actor, year: int | None = None) -> Select[MonitoringRound]:
    """Rounds with at least one school in the actor's scope, the newest first.

    Raises:
        NotFound: the actor sees no monitoring.
    """
    demand_sight(actor)
    inside = exists().where(MonitoringSchool.round_key == MonitoringRound.key, policies.schools_in_scope(actor))
    query = select(MonitoringRound).where(inside)
    if year:
        query = query.where(MonitoringRound.year == year)
    return query.order_by(MonitoringRound.opens_on.desc(), MonitoringRound.key.desc())


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with its schools in the reader's scope: all, accepted, not submitted, with low coverage."""

    round: MonitoringRound
    schools: int
    accepted: int
    missing: int
    low: int


def round_rows(actor: Actor, rounds: Sequence[MonitoringRound]) -> list[RoundRow]:
    """The counts of some rounds."""
    query = (
        select(
            MonitoringSchool.round_key,
            func.count(),
            func.count().filter(MonitoringSchool.status == "accepted"),
            func.count().filter(MonitoringSchool.status == "not_submitted"),
            func.count().filter(MonitoringSchool.low_coverage),
        )
        .where(MonitoringSchool.round_key.in_([each.key for each in rounds]), policies.schools_in_scope(actor))
        .group_by(MonitoringSchool.round_key)
    )
    counts = {row[0]: row[1:] for row in db.session.execute(query)}
    return [RoundRow(each, *counts.get(each.key, (0, 0, 0, 0))) for each in rounds]


def round_by(actor: Actor, key: int) -> MonitoringRound:
    """One round.

    Raises:
        NotFound: none, or no school of it is in the actor's scope.
    """
    found = db.session.scalar(round_select(actor).where(MonitoringRound.key == key))
    if found is None:
        raise NotFound(_l("There is no such round of the monitoring."))
    return found


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school of a round with what has come in."""

    school: MonitoringSchool
    name: str
    municipality: str
    coverage: dict[str, stages.Coverage]


def school_rows(actor: Actor, of: MonitoringRound) -> list[SchoolRow]:
    """The schools of a round in the actor's scope, by municipality and name."""
    query = (
        select(MonitoringSchool, Organisation.short_name)
        .join(Organisation, Organisation.code == MonitoringSchool.school)
        .where(MonitoringSchool.round_key == of.key, policies.schools_in_scope(actor))
        .order_by(MonitoringSchool.municipality, Organisation.short_name)
    )
    rows = db.session.execute(query).all()
    used = _used([each.key for each, _ in rows])
    return [SchoolRow(each, name, name_of(each.municipality), _coverage(each, used)) for each, name in rows]


def _used(keys: Sequence[int]) -> Counter[tuple[int, str]]:
    query = (
        select(QuestionnaireLink.school_key, QuestionnaireLink.audience, func.count())
        .where(QuestionnaireLink.school_key.in_(keys), QuestionnaireLink.used)
        .group_by(QuestionnaireLink.school_key, QuestionnaireLink.audience)
    )
    return Counter({(int(key), str(audience)): int(count) for key, audience, count in db.session.execute(query)})


def _coverage(of: MonitoringSchool, used: Counter[tuple[int, str]]) -> dict[str, stages.Coverage]:
    if not stages.has_window(of.round.stage):
        return {}
    asked = {
        stages.TEACHER: of.teachers,
        stages.PUPIL: sum(int(row["pupils"]) for row in of.classes),
        stages.PARENT: sum(int(row["parents"]) for row in of.classes),
    }
    return stages.coverage(asked, {name: used[of.key, name] for name in stages.AUDIENCES})


def name_of(code: str | None) -> str:
    """Short name of an organisation; empty for none."""
    return people.organisation(code).short_name if code else ""


def school_by(actor: Actor, key: int) -> MonitoringSchool:
    """A school in a round.

    Raises:
        NotFound: none, or out of the actor's scope.
    """
    query = select(MonitoringSchool).where(MonitoringSchool.key == key, policies.schools_in_scope(actor))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_l("There is no such school in the monitoring."))
    return found


def rounds_of_school(actor: Actor, school: str, most: int = 6) -> Sequence[MonitoringSchool]:
    """The rounds of a school, the newest first, in the actor's scope."""
    query = (
        select(MonitoringSchool)
        .join(MonitoringRound, MonitoringRound.key == MonitoringSchool.round_key)
        .where(MonitoringSchool.school == school, policies.schools_in_scope(actor))
        .order_by(MonitoringRound.opens_on.desc())
        .limit(most)
    )
    return db.session.scalars(query).all()


def school_row(of: MonitoringSchool) -> SchoolRow:
    """The same row as in the list, for one school at hand."""
    return SchoolRow(of, name_of(of.school), name_of(of.municipality), _coverage(of, _used([of.key])))


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class: how many are asked, have a code that is not used yet, and have answered, by audience."""

    name: str
    asked: dict[str, int]
    waiting: dict[str, int]
    answered: dict[str, int]


def class_rows(of: MonitoringSchool) -> list[ClassRow]:
    """The classes of a school; the first row, without a name, is that of the teachers."""
    query = (
        select(QuestionnaireLink.class_name, QuestionnaireLink.audience, QuestionnaireLink.used, func.count())
        .where(QuestionnaireLink.school_key == of.key)
        .group_by(QuestionnaireLink.class_name, QuestionnaireLink.audience, QuestionnaireLink.used)
    )
    counts = {(str(name), str(audience), used): int(n) for name, audience, used, n in db.session.execute(query)}
    asked: dict[str, dict[str, int]] = {"": {stages.TEACHER: of.teachers}}
    asked |= {row["name"]: {stages.PUPIL: row["pupils"], stages.PARENT: row["parents"]} for row in of.classes}
    return [
        ClassRow(
            name,
            numbers,
            {each: counts.get((name, each, False), 0) for each in numbers},
            {each: counts.get((name, each, True), 0) for each in numbers},
        )
        for name, numbers in asked.items()
    ]


def levels_of(actor: Actor, of: MonitoringSchool) -> list[tuple[str, CompetenceLevel]]:
    """Names and competences of the teachers, for who may read them; empty for others."""
    if not policies.sees_levels(actor, of):
        return []
    rows = db.session.scalars(select(CompetenceLevel).where(CompetenceLevel.school_key == of.key)).all()
    names = people.person_names(row.teacher for row in rows)
    return sorted(((names.get(row.teacher, row.teacher), row) for row in rows), key=lambda each: each[0])


def figures_of(of: MonitoringSchool) -> list[comparing.Compared]:
    """The figures of a school, once the window is closed."""
    return comparing.of_school(of) if of.window_closed else []


def figures_in_scope(actor: Actor, of: MonitoringRound, rows: Sequence[SchoolRow]) -> list[comparing.Compared]:
    """Figures of all schools in the actor's scope together; hidden groups take no part."""
    return comparing.of_schools(of, {row.school.school for row in rows})


def remarks_of(of: MonitoringSchool) -> dict[str, int]:
    """How many free texts each audience wrote. Nobody reads the texts: of anonymous questionnaires roles.md §3 opens
    aggregates only, and words tell who wrote them. Fewer than five are not counted either."""
    if not of.window_closed:
        return {}
    found: Counter[str] = Counter()
    for box in db.session.scalars(select(AnswerBox).where(AnswerBox.school_key == of.key)):
        name = REMARKS.get(box.form_id)
        found[box.audience] += sum(name is not None and bool(each.get(name)) for each in box.answers)
    return {audience: count for audience, count in found.items() if count >= hiding.SMALLEST}
