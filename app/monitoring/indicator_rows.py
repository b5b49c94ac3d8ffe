"""Rows of the monitoring that indicators count. Without scope: whoever computes an indicator narrows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.kernel.actor import Actor
from app.people.models import Organisation

from . import policies
from .models import CompetenceLevel, MonitoringFigure, MonitoringRound, MonitoringSchool, MunicipalCell, MunicipalRound
from .rules import figures, hiding, municipal

_S, _R, _C = MonitoringSchool, MonitoringRound, MunicipalCell


def _select(*columns: ColumnElement[Any]) -> Select[Any]:
    found: Select[Any] = select(*columns)
    return found


def cells() -> Select[Any]:
    """Cells of the municipal table."""
    year, month = cast(MunicipalRound.year, Text), cast(MunicipalRound.month, Text)
    points = case(
        *(
            (and_(_C.value == value, _C.check_result == municipal.CONFIRMED), literal(number, Numeric))
            for value, number in municipal.POINTS.items()
        ),
        else_=literal(0, Numeric),
    )
    return (
        _select(
            cast(_C.key, Text).label("key"),
            (_C.code + ": " + Organisation.short_name).label("title"),
            (literal("/monitoring/municipal/") + year + "/" + month + "/" + _C.municipality).label("link"),
            _C.municipality.label("organisation"),
            MunicipalRound.held_on.label("on"),
            _C.municipality.label("municipality"),
            _C.code.label("code"),
            MunicipalRound.month.label("month"),
            _C.value.label("value"),
            _C.check_result.label("check_result"),
            points.label("points"),
            _C.missing.label("missing"),
        )
        .join(MunicipalRound, MunicipalRound.key == _C.round_key)
        .join(Organisation, Organisation.code == _C.municipality)
    )


def participation() -> Select[Any]:
    """Schools in rounds of the school monitoring."""
    return (
        _select(
            cast(_S.key, Text).label("key"),
            (Organisation.short_name + ", " + _R.stage).label("title"),
            (literal("/monitoring/schools/") + cast(_S.key, Text)).label("link"),
            _S.school.label("organisation"),
            _R.opens_on.label("on"),
            _S.school.label("school"),
            _S.municipality.label("municipality"),
            _R.stage.label("stage"),
            _S.status.label("status"),
            (_S.status == "accepted").label("accepted"),
            _S.low_coverage.label("low_coverage"),
        )
        .join(_R, _R.key == _S.round_key)
        .join(Organisation, Organisation.code == _S.school)
    )


def aggregates() -> Select[Any]:
    """Figures of schools; hidden groups are no rows at all."""
    shown = or_(MonitoringFigure.audience.in_(hiding.EVERYBODY), MonitoringFigure.people >= hiding.SMALLEST)
    return (
        _select(
            cast(MonitoringFigure.key, Text).label("key"),
            (Organisation.short_name + ": " + MonitoringFigure.code).label("title"),
            (literal("/monitoring/schools/") + cast(_S.key, Text)).label("link"),
            _S.school.label("organisation"),
            _R.opens_on.label("on"),
            _S.school.label("school"),
            _R.stage.label("stage"),
            MonitoringFigure.area.label("area"),
            MonitoringFigure.audience.label("audience"),
            MonitoringFigure.code.label("figure"),
            MonitoringFigure.people.label("people"),
            MonitoringFigure.total.label("total"),
            (MonitoringFigure.total / MonitoringFigure.people).label("mean"),
        )
        .join(_S, _S.key == MonitoringFigure.school_key)
        .join(_R, _R.key == _S.round_key)
        .join(Organisation, Organisation.code == _S.school)
        .where(shown)
    )


def competences() -> Select[Any]:
    """Teachers whose competences were judged; `raised` says whether their levels rose since the stage before
    (SOS-I-09), null where there is nothing to compare."""
    before, earlier = aliased(CompetenceLevel), aliased(_S)
    now, then = _sum(CompetenceLevel), _sum(before)
    return (
        _select(
            cast(CompetenceLevel.key, Text).label("key"),
            CompetenceLevel.teacher.label("title"),
            (literal("/monitoring/schools/") + cast(_S.key, Text)).label("link"),
            _S.school.label("organisation"),
            _R.opens_on.label("on"),
            CompetenceLevel.teacher.label("teacher"),
            _S.school.label("school"),
            _R.stage.label("stage"),
            now.label("levels"),
            (now > then).label("raised"),
        )
        .join(_S, _S.key == CompetenceLevel.school_key)
        .join(_R, _R.key == _S.round_key)
        .outerjoin(earlier, and_(earlier.round_key == _R.previous_key, earlier.school == _S.school))
        .outerjoin(before, and_(before.school_key == earlier.key, before.teacher == CompetenceLevel.teacher))
        .where(func.jsonb_exists(CompetenceLevel.levels, next(iter(figures.COMPETENCES))))
    )


def _sum(of: Any) -> ColumnElement[int]:
    parts = [cast(of.levels[name].as_string(), Integer) for name in figures.COMPETENCES]
    total: ColumnElement[int] = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def visible_competences(actor: Actor) -> Select[Any] | None:
    """Names for the own school's management, its curator and the auditor only (roles.md §3)."""
    if actor.system or actor.has_role("auditor"):
        return None
    own = actor.organisations(*policies.SCHOOL) | policies.looked_after(actor)
    query = select(cast(CompetenceLevel.key, Text)).join(_S, _S.key == CompetenceLevel.school_key)
    return query.where(_S.school.in_(own))
