"""What indicators count of programmes: measures, occurrences, who took part in them, roadmaps in force,
programmes of municipalities, bodies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, Select, Text, case, cast, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from app.indicators import sources
from app.indicators.feeds import columns
from app.indicators.sources import Field
from app.people.models import Organisation

from . import policies
from .models import Body, Measure, MeasureFact, Occurrence, Roadmap, SupportProgramme
from .models.measures import DONE
from .models.programmes import DRAFT, MUNICIPALITY

_FIELDS = (
    Field("programme", _l("Programme"), "text", SupportProgramme.code),
    Field("number", _l("Number"), "text", Measure.number),
    Field("process", _l("Process"), "text", Measure.process),
)
_LINK = columns.link("/programmes/measures/", Measure.row_key)
_PARTICIPANT = func.jsonb_array_elements(MeasureFact.participants).table_valued("value", name="participant").lateral()
_VALUE = cast(_PARTICIPANT.c.value, JSONB)
_CODE, _COUNT = _VALUE["organisation"].astext, _VALUE["count"]

_FIRST, _LAST = (func.date_part("year", day) for day in (SupportProgramme.period_from, SupportProgramme.period_to))
_YEARS = (
    func.generate_series(cast(_FIRST, Integer), cast(_LAST, Integer))
    .table_valued("value", name="programme_year")
    .render_derived()
    .lateral()
)
_YEAR = cast(_YEARS.c.value, Integer)


def _measures(rows: Select[Any]) -> Select[Any]:
    joined = rows.join(Roadmap, Roadmap.key == Measure.roadmap_key)
    return joined.join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)


def _occurrences(rows: Select[Any]) -> Select[Any]:
    return _measures(rows.select_from(Occurrence).join(Measure, Measure.key == Occurrence.measure_key))


def _participants(rows: Select[Any]) -> Select[Any]:
    named = rows.select_from(MeasureFact).join(_PARTICIPANT, literal(True))
    joined = named.join(Occurrence, Occurrence.key == MeasureFact.occurrence_key)
    return _measures(joined.join(Measure, Measure.key == Occurrence.measure_key))


def _roadmaps(rows: Select[Any]) -> Select[Any]:
    joined = rows.select_from(Roadmap).join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)
    return joined.join(Organisation, Organisation.code == SupportProgramme.organisation)


def _municipal(rows: Select[Any]) -> Select[Any]:
    joined = rows.select_from(SupportProgramme).join(_YEARS, literal(True))
    return joined.where(SupportProgramme.kind == MUNICIPALITY, SupportProgramme.state != DRAFT)


sources.table(  # a measure belongs to the last year of its programme
    "measures",
    label=_l("Measures of roadmaps"),
    key=Measure.row_key,
    title=Measure.title,
    link=_LINK,
    organisation=SupportProgramme.organisation,
    on=SupportProgramme.period_to,
    joined=lambda rows: _measures(rows.select_from(Measure)),
    scope=policies.in_scope,
    fields=(
        *_FIELDS,
        Field("state", _l("State"), "text", Measure.state),
        Field("done", _l("Is done"), "boolean", Measure.state == DONE),
    ),
)
sources.table(  # by the day on which they were done, else by the day on which they are due
    "occurrences",
    label=_l("Occurrences of measures"),
    key=Occurrence.key,
    title=Measure.title,
    link=_LINK,
    organisation=SupportProgramme.organisation,
    on=func.coalesce(Occurrence.fact_on, Occurrence.due_on),
    joined=_occurrences,
    scope=policies.in_scope,
    fields=(
        *_FIELDS,
        Field("state", _l("State"), "text", Occurrence.status),
        Field("done", _l("Is done"), "boolean", Occurrence.status == DONE),
        Field("moved", _l("Was moved"), "boolean", Occurrence.opens_on != Occurrence.planned_on),
    ),
)
sources.table(  # a row for each organisation of each accepted fact, at the organisation itself
    "measure_participants",
    label=_l("Participants of measures"),
    key=cast(MeasureFact.key, Text) + literal(":", Text) + _CODE,
    title=Measure.title,
    link=_LINK,
    organisation=_CODE,
    on=MeasureFact.fact_on,
    joined=_participants,
    fields=(
        *_FIELDS,
        Field("participant", _l("Organisation"), "organisation", _CODE),
        Field("municipality", _l("Municipality"), "organisation", _VALUE["municipality"].astext),
        Field(
            "people",
            _l("People"),
            "number",
            case((func.jsonb_typeof(_COUNT) == "number", cast(_COUNT.astext, type_=Occurrence.key.type))),
        ),
    ),
)
sources.table(
    "roadmaps",
    label=_l("Roadmaps of programmes"),
    key=Roadmap.key,
    title=SupportProgramme.title,
    link=columns.link("/programmes/", SupportProgramme.code),
    organisation=SupportProgramme.organisation,
    on=SupportProgramme.period_to,
    joined=_roadmaps,
    scope=policies.in_scope,
    fields=(
        Field("programme", _l("Programme"), "text", SupportProgramme.code),
        Field("kind", _l("Level"), "text", SupportProgramme.kind),
        Field("municipality", _l("Municipality"), "organisation", Organisation.path[2]),
        Field("approved", _l("Was approved"), "boolean", Roadmap.version > 0),
    ),
)
sources.table(  # programmes of municipalities that are or were in force (LIP task 1): a row for each year of theirs
    "municipal_programmes",
    label=_l("Programmes of municipalities"),
    key=SupportProgramme.code + literal(":", Text) + cast(_YEAR, Text),
    title=SupportProgramme.title,
    link=columns.link("/programmes/", SupportProgramme.code),
    organisation=SupportProgramme.organisation,
    on=func.make_date(_YEAR, 12, 31),
    joined=_municipal,
    scope=policies.in_scope,
    fields=(
        Field("municipality", _l("Municipality"), "organisation", SupportProgramme.organisation),
        Field("state", _l("State"), "text", SupportProgramme.state),
    ),
)
sources.table(  # by the day of their order
    "support_bodies",
    label=_l("Bodies and sites of support"),
    key=Body.code,
    title=Body.title,
    link=columns.link("/programmes/bodies/", Body.code),
    organisation=Body.organisation,
    on=Body.valid_from,
    fields=(Field("kind", _l("Kind"), "text", Body.kind), Field("state", _l("State"), "text", Body.state)),
)
