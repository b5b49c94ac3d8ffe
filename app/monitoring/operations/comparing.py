"""Figures of a school and of a region with their change to the stage before, where the same tools measured both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.kernel.db import db

from ..models import MonitoringFigure, MonitoringRound, MonitoringSchool
from ..rules import hiding, stages

_AREAS = (stages.TEACHING, stages.MANAGEMENT, stages.ENVIRONMENT, stages.RESULTS, stages.METHODICAL)
_AUDIENCES = (*stages.AUDIENCES, stages.EXAM, stages.SCHOOL)
Name = tuple[str, str, str]
"""Area, audience and code of a figure."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure with its change; `now.value` is None where the group is hidden.

    Attributes:
        change: None where one of the stages has no figure, is hidden, or was measured by another questionnaire.
    """

    area: str
    audience: str
    code: str
    now: hiding.Mean
    change: Decimal | None


def of_school(of: MonitoringSchool) -> list[Compared]:
    """The figures of one school in a round, in the order of areas and audiences."""
    return _compared(of.round, {of.school})


def of_schools(of: MonitoringRound, codes: Collection[str] | None) -> list[Compared]:
    """The figures of several schools of a round together; all of them when None. Hidden groups take no part."""
    return _compared(of, codes)


def _compared(of: MonitoringRound, codes: Collection[str] | None) -> list[Compared]:
    previous = db.session.get(MonitoringRound, of.previous_key) if of.previous_key is not None else None
    now, tools = _means(of, codes)
    before, _ = _means(previous, codes) if previous is not None else ({}, {})
    same = {form for form, digest in of.tools.items() if previous is not None and previous.tools.get(form) == digest}
    found = []
    for name, mean in now.items():
        known = before.get(name) if tools[name] in same else None
        found.append(Compared(*name, mean, hiding.change(mean, known)))
    return sorted(found, key=lambda each: (_AREAS.index(each.area), _AUDIENCES.index(each.audience)))


def _means(of: MonitoringRound, codes: Collection[str] | None) -> tuple[dict[Name, hiding.Mean], dict[Name, str]]:
    query = (
        select(MonitoringFigure)
        .join(MonitoringSchool, MonitoringSchool.key == MonitoringFigure.school_key)
        .where(MonitoringSchool.round_key == of.key)
        .order_by(MonitoringFigure.area, MonitoringFigure.audience, MonitoringFigure.key)
    )
    if codes is not None:
        query = query.where(MonitoringSchool.school.in_(list(codes)))
    atoms: dict[Name, list[tuple[int, Decimal]]] = defaultdict(list)
    tools: dict[Name, str] = {}
    for row in db.session.scalars(query):
        name = (row.area, row.audience, row.code)
        atoms[name].append((row.people, row.total))
        tools[name] = row.tool
    return {name: _mean(name[1], found) for name, found in atoms.items()}, tools


def _mean(audience: str, atoms: Iterable[tuple[int, Decimal]]) -> hiding.Mean:
    found = list(atoms)
    return hiding.mean(audience, *found[0]) if len(found) == 1 else hiding.together(audience, found)
