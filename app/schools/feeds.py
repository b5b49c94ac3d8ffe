"""The register of schools as sources of indicators: schools, context data, results, lists, index; members of groups."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Integer, Numeric, Select, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import aliased

from app.indicators import sources
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.people.models import Organisation

from .models import (
    AssessmentResult,
    IndexRun,
    SchoolContext,
    SchoolGroup,
    SchoolIndex,
    SchoolList,
    SchoolListRow,
    SchoolMembership,
)
from .queries.registry import RURAL, is_latest

_M, _R, _L = SchoolMembership, AssessmentResult, SchoolListRow


def groups() -> Select[Any]:
    """Members of groups with their days."""
    named: tuple[Any, ...] = (
        _M.group_code.label("group"),
        SchoolGroup.title.label("title"),
        _M.school.label("organisation"),
        _M.valid_from.label("since"),
        _M.valid_to.label("until"),
    )
    return select(*named).join(SchoolGroup, SchoolGroup.code == _M.group_code)


def _inside() -> Any:
    """Codes of the groups in which a school is today."""
    today = func.current_date()
    found = select(func.array_agg(_M.group_code)).where(
        _M.school == Organisation.code, _M.valid_from <= today, func.coalesce(_M.valid_to, today) >= today
    )
    return func.coalesce(found.scalar_subquery(), cast(array([]), ARRAY(Text)))


def _of(school: Any, rows: Select[Any]) -> Select[Any]:
    """With the name of the school that a row is about."""
    return rows.join(Organisation, Organisation.code == school)


def _operating(rows: Select[Any]) -> Select[Any]:
    """Schools in operation with their newest context."""
    newest = (SchoolContext.school == Organisation.code) & is_latest()
    return rows.outerjoin(SchoolContext, newest).where(Organisation.level == "school", Organisation.active)


def _approved(rows: Select[Any]) -> Select[Any]:
    """Schools of approved lists."""
    return _of(_L.school, rows.join(SchoolList, SchoolList.key == _L.list_key)).where(SchoolList.state == "approved")


def _latest(rows: Select[Any]) -> Select[Any]:
    """The last calculation of a year; without data there is no index."""
    later = aliased(IndexRun)
    same = and_(later.year == IndexRun.year, later.organisation == IndexRun.organisation)
    after = or_(
        later.computed_at > IndexRun.computed_at,
        and_(later.computed_at == IndexRun.computed_at, later.number > IndexRun.number),
    )
    newer = select(later.key).where(same, after).exists()
    joined = _of(SchoolIndex.school, rows.join(IndexRun, IndexRun.key == SchoolIndex.run_key))
    return joined.where(~newer, SchoolIndex.isb.is_not(None))


def _school(column: Any) -> Field:
    return Field("school", _l("School"), "organisation", column)


_SITE = columns.link("/schools/", Organisation.code)
_CONTEXT = (
    Field("rural", _l("In the countryside"), "boolean", SchoolContext.territorial_status == RURAL),
    Field("students", _l("Pupils"), "number", cast(SchoolContext.students_total, Numeric)),
)
sources.register_groups(groups)
sources.table(
    "schools",
    label=_l("Schools"),
    key=Organisation.code,
    title=Organisation.short_name,
    link=_SITE,
    organisation=Organisation.code,
    joined=_operating,
    fields=(
        _school(Organisation.code),
        Field("municipality", _l("Municipality"), "organisation", Organisation.path[2]),
        Field("groups", _l("Groups of the school"), "list", _inside()),
        *_CONTEXT,
    ),
)
sources.table(  # current versions
    "school_contexts",
    label=_l("Context data of schools"),
    key=SchoolContext.key,
    title=Organisation.short_name + ", " + SchoolContext.year,
    link=_SITE,
    organisation=SchoolContext.school,
    on=cast(SchoolContext.recorded_at, Date),
    joined=lambda rows: _of(SchoolContext.school, rows).where(SchoolContext.current),
    fields=(
        _school(SchoolContext.school),
        Field("school_year", _l("School year"), "text", SchoolContext.year),
        Field("confirmed", _l("Confirmed by the municipality"), "boolean", SchoolContext.confirmed_at.is_not(None)),
        Field("on_behalf", _l("Entered for the school"), "boolean", SchoolContext.on_behalf),
        *_CONTEXT,
    ),
)
sources.table(  # they count on the last day of their year's May
    "school_results",
    label=_l("Results of assessment procedures"),
    key=_R.key,
    title=Organisation.short_name + ", " + _R.procedure + ", " + _R.subject,
    link=_SITE,
    organisation=_R.school,
    on=func.make_date(cast(_R.year, Integer), 5, 31),
    joined=partial(_of, _R.school),
    fields=(
        _school(_R.school),
        Field("procedure", _l("Procedure"), "text", _R.procedure),
        Field("subject", _l("School subject"), "text", _R.subject),
        Field("year", _l("Year"), "number", cast(_R.year, Numeric)),
        Field("participants", _l("Participants"), "number", cast(_R.participants, Numeric)),
        Field("mean", _l("Mean"), "number", _R.mean),
        Field("below_min", _l("Below the minimum"), "number", cast(_R.below_min, Numeric)),
    ),
)
sources.table(  # on the day of the order
    "school_lists",
    label=_l("Approved lists of schools"),
    key=_L.key,
    title=Organisation.short_name,
    link=columns.link("/schools/lists/", SchoolList.key),
    organisation=_L.school,
    on=SchoolList.order_date,
    joined=_approved,
    fields=(
        _school(_L.school),
        Field("variant", _l("Kind of the list"), "text", SchoolList.variant),
        Field("year", _l("Year"), "number", cast(SchoolList.year, Numeric)),
        Field("included", _l("Included"), "boolean", _L.included),
        Field(
            "change",
            _l("Compared with the list before"),
            "text",
            case((_L.change.is_(None), literal("none", Text)), else_=_L.change),
        ),
        Field("isb", _l("Index"), "number", _L.isb),
    ),
)
sources.table(  # on the last day of the year of their list
    "school_indices",
    label=_l("Social well-being index of schools"),
    key=SchoolIndex.key,
    title=Organisation.short_name,
    link=_SITE,
    organisation=SchoolIndex.school,
    on=func.make_date(cast(IndexRun.year, Integer), 12, 31),
    joined=_latest,
    fields=(
        _school(SchoolIndex.school),
        Field("year", _l("Year"), "number", cast(IndexRun.year, Numeric)),
        Field("isb", _l("Index"), "number", SchoolIndex.isb),
    ),
)
