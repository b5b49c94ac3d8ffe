"""The register of schools as sources of indicators: schools, context data, results, lists; members of groups."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Integer, Numeric, Text, case, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.sql.selectable import SelectBase

from app.indicators import sources
from app.indicators.sources import Field
from app.people.models import Organisation

from .models import AssessmentResult, SchoolContext, SchoolGroup, SchoolList, SchoolListRow, SchoolMembership
from .queries.registry import RURAL, is_latest

_M = SchoolMembership


def groups() -> SelectBase:
    """Members of groups with their days."""
    return select(
        _M.group_code.label("group"),
        SchoolGroup.title.label("title"),
        _M.school.label("organisation"),
        _M.valid_from.label("since"),
        _M.valid_to.label("until"),
    ).join(SchoolGroup, SchoolGroup.code == _M.group_code)


def schools() -> SelectBase:
    """Schools in operation with their newest context and the groups of today."""
    today = func.current_date()
    inside = (
        select(func.array_agg(_M.group_code))
        .where(_M.school == Organisation.code, _M.valid_from <= today, func.coalesce(_M.valid_to, today) >= today)
        .scalar_subquery()
    )
    return (
        select(
            Organisation.code.label("key"),
            Organisation.short_name.label("title"),
            (literal("/schools/") + Organisation.code).label("link"),
            Organisation.code.label("organisation"),
            cast(null(), Date).label("on"),
            Organisation.code.label("school"),
            Organisation.path[2].label("municipality"),
            func.coalesce(inside, cast(array([]), ARRAY(Text))).label("groups"),
            (SchoolContext.territorial_status == RURAL).label("rural"),
            cast(SchoolContext.students_total, Numeric).label("students"),
        )
        .outerjoin(SchoolContext, (SchoolContext.school == Organisation.code) & is_latest())
        .where(Organisation.level == "school", Organisation.active)
    )


def contexts() -> SelectBase:
    """Context data of school years, current versions."""
    return (
        select(
            cast(SchoolContext.key, Text).label("key"),
            (Organisation.short_name + ", " + SchoolContext.year).label("title"),
            (literal("/schools/") + SchoolContext.school).label("link"),
            SchoolContext.school.label("organisation"),
            cast(SchoolContext.recorded_at, Date).label("on"),
            SchoolContext.school.label("school"),
            SchoolContext.year.label("school_year"),
            SchoolContext.confirmed_at.is_not(None).label("confirmed"),
            SchoolContext.on_behalf.label("on_behalf"),
            (SchoolContext.territorial_status == RURAL).label("rural"),
            cast(SchoolContext.students_total, Numeric).label("students"),
        )
        .join(Organisation, Organisation.code == SchoolContext.school)
        .where(SchoolContext.current)
    )


def results() -> SelectBase:
    """Results of assessment procedures; they count on the last day of their year's May."""
    return select(
        cast(AssessmentResult.key, Text).label("key"),
        (Organisation.short_name + ", " + AssessmentResult.procedure + ", " + AssessmentResult.subject).label("title"),
        (literal("/schools/") + AssessmentResult.school).label("link"),
        AssessmentResult.school.label("organisation"),
        func.make_date(cast(AssessmentResult.year, Integer), 5, 31).label("on"),
        AssessmentResult.school.label("school"),
        AssessmentResult.procedure.label("procedure"),
        AssessmentResult.subject.label("subject"),
        cast(AssessmentResult.year, Numeric).label("year"),
        cast(AssessmentResult.participants, Numeric).label("participants"),
        AssessmentResult.mean.label("mean"),
        cast(AssessmentResult.below_min, Numeric).label("below_min"),
    ).join(Organisation, Organisation.code == AssessmentResult.school)


def decisions() -> SelectBase:
    """Schools of approved lists, on the day of the order."""
    return (
        select(
            cast(SchoolListRow.key, Text).label("key"),
            Organisation.short_name.label("title"),
            (literal("/schools/lists/") + cast(SchoolList.key, Text)).label("link"),
            SchoolListRow.school.label("organisation"),
            SchoolList.order_date.label("on"),
            SchoolListRow.school.label("school"),
            SchoolList.variant.label("variant"),
            cast(SchoolList.year, Numeric).label("year"),
            SchoolListRow.included.label("included"),
            case((SchoolListRow.change.is_(None), "none"), else_=SchoolListRow.change).label("change"),
            SchoolListRow.isb.label("isb"),
        )
        .join(SchoolList, SchoolList.key == SchoolListRow.list_key)
        .join(Organisation, Organisation.code == SchoolListRow.school)
        .where(SchoolList.state == "approved")
    )


SCHOOL = Field("school", _l("School"), "organisation")
sources.register_groups(groups)
sources.register(
    "schools",
    label=_l("Schools"),
    select=schools,
    fields=(
        SCHOOL,
        Field("municipality", _l("Municipality"), "organisation"),
        Field("groups", _l("Groups of the school"), "list"),
        Field("rural", _l("In the countryside"), "boolean"),
        Field("students", _l("Pupils"), "number"),
    ),
)
sources.register(
    "school_contexts",
    label=_l("Context data of schools"),
    select=contexts,
    fields=(
        SCHOOL,
        Field("school_year", _l("School year"), "text"),
        Field("confirmed", _l("Confirmed by the municipality"), "boolean"),
        Field("on_behalf", _l("Entered for the school"), "boolean"),
        Field("rural", _l("In the countryside"), "boolean"),
        Field("students", _l("Pupils"), "number"),
    ),
)
sources.register(
    "school_results",
    label=_l("Results of assessment procedures"),
    select=results,
    fields=(
        SCHOOL,
        Field("procedure", _l("Procedure"), "text"),
        Field("subject", _l("School subject"), "text"),
        Field("year", _l("Year"), "number"),
        Field("participants", _l("Participants"), "number"),
        Field("mean", _l("Mean"), "number"),
        Field("below_min", _l("Below the minimum"), "number"),
    ),
)
sources.register(
    "school_lists",
    label=_l("Approved lists of schools"),
    select=decisions,
    fields=(
        SCHOOL,
        Field("variant", _l("Kind of the list"), "text"),
        Field("year", _l("Year"), "number"),
        Field("included", _l("Included"), "boolean"),
        Field("change", _l("Compared with the list before"), "text"),
        Field("isb", _l("Index"), "number"),
    ),
)
