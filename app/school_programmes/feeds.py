"""Rows that indicators count: programmes, stage reports, recommendations, assessments, targeted support
(YAR-I-2.2 to 4.3, KEM-I-2 to 4)."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONPATH

from app.indicators import sources
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.people.models import Organisation

from .models import (
    EffectiveModeAssessment,
    SchoolProgramme,
    SchoolProgrammeVersion,
    SchoolRecommendation,
    StageReport,
    TargetedSupport,
)
from .policies import in_scope

_P, _S, _R, _A, _T = SchoolProgramme, StageReport, SchoolRecommendation, EffectiveModeAssessment, TargetedSupport
_V = SchoolProgrammeVersion


def _of(school: Any, rows: Select[Any]) -> Select[Any]:
    """With the name of the school that a row is about."""
    return rows.join(Organisation, Organisation.code == school)


def _seen(school: Any, actor: Actor) -> Any:
    """Rows about schools whose programmes the person reads."""
    return in_scope(actor, school)


def _school(column: Any) -> Field:
    return Field("school", _l("School"), "organisation", column)


def _treated_risks() -> Any:
    """Risks for which the newest submission of a programme plans at least one measure."""
    newest = (
        select(func.jsonb_path_query_array(_V.content, cast("$.measures[*].risk", JSONPATH)))
        .where(_V.programme_key == _P.key)
        .order_by(_V.version.desc(), _V.revision.desc())
        .limit(1)
        .correlate(_P)
    )
    return columns.texts(newest.scalar_subquery())


sources.table(  # on the day of approval; before it a programme counts in every period
    "school_programmes",
    label=_l("Programmes of schools"),
    key=_P.key,
    title=Organisation.short_name,
    link=columns.link("/school-programmes/", _P.key),
    organisation=_P.school,
    on=_P.approved_on,
    joined=partial(_of, _P.school),
    scope=partial(_seen, _P.school),
    fields=(
        _school(_P.school),
        Field("kinds", _l("Kinds"), "list", _P.kinds),
        Field("state", _l("State"), "text", _P.state),
        Field("approved", _l("Was approved"), "boolean", _P.approved_on.is_not(None)),
        Field("risks", _l("Risks with measures"), "list", _treated_risks()),
        Field("verdict", _l("Verdict on the programme"), "text", _P.verdict),
        Field("verdict_on", _l("Day of the verdict"), "date", _P.verdict_on),
        Field("light", _l("Light of the last stage"), "text", _P.light),
        Field("version", _l("Version"), "number", _P.version),
    ),
)
sources.table(  # those that were not sent among them
    "stage_reports",
    label=_l("Stage reports of school programmes"),
    key=_S.key,
    title=Organisation.short_name,
    link=columns.link("/school-programmes/", _S.programme_key),
    organisation=_S.school,
    on=cast(_S.recorded_at, Date),
    joined=partial(_of, _S.school),
    scope=partial(_seen, _S.school),
    fields=(
        _school(_S.school),
        Field("stage", _l("Stage"), "text", _S.stage),
        Field("submitted", _l("Report sent"), "boolean", _S.submitted),
        Field("light", _l("Light"), "text", _S.light),
        Field("measures_done_pct", _l("Measures done, percent"), "number", _S.measures_done_pct),
        Field("indicators_reached_pct", _l("Indicators reached, percent"), "number", _S.indicators_reached_pct),
    ),
)
sources.table(  # on the day of the protocol
    "address_recommendations",
    label=_l("Address recommendations"),
    key=_R.key,
    title=_R.text,
    link=columns.link("/school-programmes/", _R.programme_key),
    organisation=_R.school,
    on=_R.decided_on,
    scope=partial(_seen, _R.school),
    fields=(
        _school(_R.school),
        Field("stage", _l("Stage"), "text", _R.stage),
        Field("state", _l("Decision"), "text", _R.state),
        Field("performance", _l("What became of it"), "text", _R.performance),
    ),
)
sources.table(  # on the day of the verdict
    "effective_mode",
    label=_l("Assessments of the move to the effective mode"),
    key=_A.key,
    title=Organisation.short_name,
    link=columns.link("/school-programmes/", _A.programme_key),
    organisation=_A.school,
    on=_A.decided_on,
    joined=partial(_of, _A.school),
    scope=partial(_seen, _A.school),
    fields=(
        _school(_A.school),
        Field("verdict", _l("Verdict on the programme"), "text", _A.verdict),
        Field("proposed", _l("Proposed verdict"), "text", _A.proposed),
        Field("stable", _l("Stable results"), "boolean", _A.stable),
        Field("effective", _l("Effective programme"), "boolean", _A.effective),
    ),
)
sources.table(  # a row for each school, so that a municipality counts those that concern it
    "targeted_support",
    label=_l("Programmes of targeted support"),
    key=cast(_T.key, Text) + literal(":", Text) + Organisation.code,
    title=_T.title,
    link=columns.link("/schools/", Organisation.code),
    organisation=Organisation.code,
    on=_T.approved_on,
    joined=lambda rows: rows.join(Organisation, Organisation.code == func.any(_T.schools)),
    scope=partial(_seen, Organisation.code),
    fields=(
        _school(Organisation.code),
        Field("support", _l("Programme of targeted support"), "text", cast(_T.key, Text)),
        Field("approved", _l("Was approved"), "boolean", _T.approved_on.is_not(None)),
        Field("state", _l("State"), "text", _T.state),
    ),
)
