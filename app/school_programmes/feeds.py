"""Rows that indicators count: programmes, stage reports, recommendations, assessments (YAR-I-2.2, 2.3, KEM-I-2…4)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, Text, cast, literal, select
from sqlalchemy.sql.selectable import SelectBase

from app.indicators import sources
from app.indicators.sources import Field
from app.kernel.actor import Actor
from app.people.models import Organisation

from .models import EffectiveModeAssessment, SchoolProgramme, SchoolRecommendation, StageReport
from .policies import in_scope

_P, _S, _R, _A = SchoolProgramme, StageReport, SchoolRecommendation, EffectiveModeAssessment


def _page(key: Any) -> ColumnElement[str]:
    return literal("/school-programmes/") + cast(key, Text)


def programmes() -> SelectBase:
    """Programmes, on the day of approval; before it a programme counts in every period."""
    return select(
        cast(_P.key, Text).label("key"),
        Organisation.short_name.label("title"),
        _page(_P.key).label("link"),
        _P.school.label("organisation"),
        _P.approved_on.label("on"),
        _P.school.label("school"),
        _P.kinds.label("kinds"),
        _P.state.label("state"),
        _P.verdict.label("verdict"),
        _P.verdict_on.label("verdict_on"),
        _P.light.label("light"),
        _P.version.label("version"),
    ).join(Organisation, Organisation.code == _P.school)


def stage_reports() -> SelectBase:
    """Reports of stages, those that were not sent among them."""
    return select(
        cast(_S.key, Text).label("key"),
        Organisation.short_name.label("title"),
        _page(_S.programme_key).label("link"),
        _S.school.label("organisation"),
        cast(_S.recorded_at, Date).label("on"),
        _S.school.label("school"),
        _S.stage.label("stage"),
        _S.submitted.label("submitted"),
        _S.light.label("light"),
        _S.measures_done_pct.label("measures_done_pct"),
        _S.indicators_reached_pct.label("indicators_reached_pct"),
    ).join(Organisation, Organisation.code == _S.school)


def recommendations() -> SelectBase:
    """Address recommendations, on the day of the protocol."""
    return select(
        cast(_R.key, Text).label("key"),
        _R.text.label("title"),
        _page(_R.programme_key).label("link"),
        _R.school.label("organisation"),
        _R.decided_on.label("on"),
        _R.school.label("school"),
        _R.stage.label("stage"),
        _R.state.label("state"),
        _R.performance.label("performance"),
    )


def assessments() -> SelectBase:
    """Assessments of the move to the effective mode, on the day of the verdict."""
    return select(
        cast(_A.key, Text).label("key"),
        Organisation.short_name.label("title"),
        _page(_A.programme_key).label("link"),
        _A.school.label("organisation"),
        _A.decided_on.label("on"),
        _A.school.label("school"),
        _A.verdict.label("verdict"),
        _A.proposed.label("proposed"),
        _A.stable.label("stable"),
        _A.effective.label("effective"),
    ).join(Organisation, Organisation.code == _A.school)


def _visible(rows: Any) -> Any:
    """Keys of the rows about schools whose programmes the person reads."""

    def keys(actor: Actor) -> SelectBase:
        return select(cast(rows.key, Text)).where(in_scope(actor, rows.school))

    return keys


_SCHOOL = Field("school", _l("School"), "organisation")

sources.register(
    "school_programmes",
    label=_l("Programmes of schools"),
    select=programmes,
    visible=_visible(_P),
    fields=(
        _SCHOOL,
        Field("kinds", _l("Kinds"), "list"),
        Field("state", _l("State"), "text"),
        Field("verdict", _l("Verdict on the programme"), "text"),
        Field("verdict_on", _l("Day of the verdict"), "date"),
        Field("light", _l("Light of the last stage"), "text"),
        Field("version", _l("Version"), "number"),
    ),
)
sources.register(
    "stage_reports",
    label=_l("Stage reports of school programmes"),
    select=stage_reports,
    visible=_visible(_S),
    fields=(
        _SCHOOL,
        Field("stage", _l("Stage"), "text"),
        Field("submitted", _l("Report sent"), "boolean"),
        Field("light", _l("Light"), "text"),
        Field("measures_done_pct", _l("Measures done, percent"), "number"),
        Field("indicators_reached_pct", _l("Indicators reached, percent"), "number"),
    ),
)
sources.register(
    "address_recommendations",
    label=_l("Address recommendations"),
    select=recommendations,
    visible=_visible(_R),
    fields=(
        _SCHOOL,
        Field("stage", _l("Stage"), "text"),
        Field("state", _l("Decision"), "text"),
        Field("performance", _l("What became of it"), "text"),
    ),
)
sources.register(
    "effective_mode",
    label=_l("Assessments of the move to the effective mode"),
    select=assessments,
    visible=_visible(_A),
    fields=(
        _SCHOOL,
        Field("verdict", _l("Verdict on the programme"), "text"),
        Field("proposed", _l("Proposed verdict"), "text"),
        Field("stable", _l("Stable results"), "boolean"),
        Field("effective", _l("Effective programme"), "boolean"),
    ),
)
