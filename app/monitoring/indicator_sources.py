"""What indicators count of the monitoring (indicators.md, LIP and SOS-I-09); hidden groups are no rows at all."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Integer, Numeric, Select, Text, and_, case, cast, func, literal, or_
from sqlalchemy.orm import aliased

from app.indicators import sources
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.people.models import Organisation

from . import policies
from .models import CompetenceLevel, MonitoringFigure, MonitoringRound, MonitoringSchool, MunicipalCell, MunicipalRound
from .rules import figures, hiding, municipal

_S, _R, _C, _F, _L = MonitoringSchool, MonitoringRound, MunicipalCell, MonitoringFigure, CompetenceLevel
_BEFORE, _EARLIER = aliased(_L), aliased(_S)


def _points() -> ColumnElement[Any]:
    """Points of a confirmed cell."""
    confirmed = (
        (and_(_C.value == value, _C.check_result == municipal.CONFIRMED), literal(number, Numeric))
        for value, number in municipal.POINTS.items()
    )
    return case(*confirmed, else_=literal(0, Numeric))


def _sum(of: Any) -> ColumnElement[int]:
    """The levels of a teacher's competences together."""
    first, *others = (cast(of.levels[name].as_string(), Integer) for name in figures.COMPETENCES)
    total: ColumnElement[int] = first
    for part in others:
        total = total + part
    return total


def _in_round(rows: Select[Any]) -> Select[Any]:
    joined = rows.join(_R, _R.key == _S.round_key)
    return joined.join(Organisation, Organisation.code == _S.school)


def _shown(rows: Select[Any]) -> Select[Any]:
    """Figures of groups that may be shown."""
    shown = or_(_F.audience.in_(hiding.EVERYBODY), _F.people >= hiding.SMALLEST)
    return _in_round(rows.join(_S, _S.key == _F.school_key)).where(shown)


def _judged(rows: Select[Any]) -> Select[Any]:
    """Teachers whose competences were judged, with what was found in the stage before. A school counts when its window
    is closed, as a whole: two looks at a growing group would tell about whoever came between."""
    found = _in_round(rows.join(_S, _S.key == _L.school_key))
    found = found.outerjoin(_EARLIER, and_(_EARLIER.round_key == _R.previous_key, _EARLIER.school == _S.school))
    found = found.outerjoin(_BEFORE, and_(_BEFORE.school_key == _EARLIER.key, _BEFORE.teacher == _L.teacher))
    return found.where(_S.window_closed, func.jsonb_exists(_L.levels, next(iter(figures.COMPETENCES))))


def _names(actor: Actor) -> ColumnElement[bool] | None:
    """Names for the own school's management, its curator and the auditor only (roles.md §3)."""
    if actor.system or actor.has_role("auditor"):
        return None
    return _S.school.in_(actor.organisations(*policies.SCHOOL) | policies.looked_after(actor))


def _cells(rows: Select[Any]) -> Select[Any]:
    joined = rows.join(MunicipalRound, MunicipalRound.key == _C.round_key)
    return joined.join(Organisation, Organisation.code == _C.municipality)


_STAGE = (Field("school", _l("School"), "organisation", _S.school), Field("stage", _l("Stage"), "text", _R.stage))
_PAGE = columns.link("/monitoring/schools/", _S.key)
_DATES = cast(MunicipalRound.year, Text) + "/" + cast(MunicipalRound.month, Text)

sources.table(
    "municipal_cells",
    label=_l("Indicators of the municipal monitoring"),
    key=_C.key,
    title=_C.code + ": " + Organisation.short_name,
    link=literal("/monitoring/municipal/", Text) + _DATES + "/" + _C.municipality,
    organisation=_C.municipality,
    on=MunicipalRound.held_on,
    joined=_cells,
    fields=(
        Field("municipality", _l("Municipality"), "organisation", _C.municipality),
        Field("code", _l("Code"), "text", _C.code),
        Field("month", _l("Month"), "number", MunicipalRound.month),
        Field("value", _l("Value"), "text", _C.value),
        Field("check_result", _l("Check by the institute"), "text", _C.check_result),
        Field("points", _l("Points"), "number", _points()),
        Field("missing", _l("Nothing was submitted"), "boolean", _C.missing),
    ),
)
sources.table(
    "monitoring_participation",
    label=_l("Schools in the monitoring"),
    key=_S.key,
    title=Organisation.short_name + ", " + _R.stage,
    link=_PAGE,
    organisation=_S.school,
    on=_R.opens_on,
    joined=_in_round,
    fields=(
        *_STAGE,
        Field("municipality", _l("Municipality"), "organisation", _S.municipality),
        Field("status", _l("State"), "text", _S.status),
        Field("accepted", _l("Summary is accepted"), "boolean", _S.status == "accepted"),
        Field("low_coverage", _l("Low coverage"), "boolean", _S.low_coverage),
    ),
)
sources.table(
    "monitoring_aggregates",
    label=_l("Figures of the school monitoring"),
    key=_F.key,
    title=Organisation.short_name + ": " + _F.code,
    link=_PAGE,
    organisation=_S.school,
    on=_R.opens_on,
    joined=_shown,
    fields=(
        *_STAGE,
        Field("area", _l("Area"), "text", _F.area),
        Field("audience", _l("Who answered"), "text", _F.audience),
        Field("figure", _l("Figure"), "text", _F.code),
        Field("people", _l("Answers"), "number", _F.people),
        Field("total", _l("Sum of the answers"), "number", _F.total),
        Field("mean", _l("Mean"), "number", _F.total / _F.people),
    ),
)
sources.table(  # `raised` is null where there is nothing to compare (SOS-I-09)
    "monitoring_competences",
    label=_l("Competences of teachers in the monitoring"),
    key=_L.key,
    title=_L.teacher,
    link=_PAGE,
    organisation=_S.school,
    on=_R.opens_on,
    joined=_judged,
    scope=_names,
    min_group=hiding.SMALLEST,
    fields=(
        *_STAGE,
        Field("teacher", _l("Teacher of the school"), "person", _L.teacher),
        Field("levels", _l("Sum of the levels"), "number", _sum(_L)),
        Field("raised", _l("Higher than before"), "boolean", _sum(_L) > _sum(_BEFORE)),
    ),
)
