"""What indicators count of programmes: measures, their occurrences, who took part in them, bodies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from app.indicators import sources
from app.indicators.sources import Field
from app.kernel.actor import Actor

from . import policies
from .models import Body, Measure, MeasureFact, Occurrence, Roadmap, SupportProgramme
from .models.measures import DONE

_FIELDS = (
    Field("programme", _l("Programme"), "text"),
    Field("number", _l("Number"), "text"),
    Field("process", _l("Process"), "text"),
    Field("state", _l("State"), "text"),
    Field("done", _l("Is done"), "boolean"),
)


def _link() -> ColumnElement[str]:
    return literal("/programmes/measures/", Text) + Measure.row_key


def _facts() -> tuple[ColumnElement[Any], ...]:
    return (
        Measure.title.label("title"),
        _link().label("link"),
        SupportProgramme.code.label("programme"),
        Measure.number.label("number"),
        Measure.process.label("process"),
    )


def measures() -> Select[Any]:
    """Measures of roadmaps; a measure belongs to the last year of its programme."""
    columns = (
        Measure.row_key.label("key"),
        *_facts(),
        SupportProgramme.organisation.label("organisation"),
        SupportProgramme.period_to.label("on"),
        Measure.state.label("state"),
        (Measure.state == DONE).label("done"),
    )
    return _from(select(*columns).select_from(Measure))


def occurrences() -> Select[Any]:
    """Occurrences by the day on which they were done, else by the day on which they are due."""
    columns = (
        cast(Occurrence.key, Text).label("key"),
        *_facts(),
        SupportProgramme.organisation.label("organisation"),
        func.coalesce(Occurrence.fact_on, Occurrence.due_on).label("on"),
        Occurrence.status.label("state"),
        (Occurrence.status == DONE).label("done"),
        (Occurrence.opens_on != Occurrence.planned_on).label("moved"),
    )
    joined = select(*columns).select_from(Occurrence).join(Measure, Measure.key == Occurrence.measure_key)
    return _from(joined)


def participants() -> Select[Any]:
    """Who took part: a row for each organisation of each accepted fact, at the organisation itself."""
    row = func.jsonb_array_elements(MeasureFact.participants).table_valued("value", name="participant").lateral()
    value = cast(row.c.value, JSONB)
    code = value["organisation"].astext
    columns = (
        (cast(MeasureFact.key, Text) + literal(":", Text) + code).label("key"),
        *_facts(),
        code.label("organisation"),
        MeasureFact.fact_on.label("on"),
        code.label("participant"),
        value["municipality"].astext.label("municipality"),
        case(
            (func.jsonb_typeof(value["count"]) == "number", cast(value["count"].astext, type_=Occurrence.key.type))
        ).label("people"),
    )
    joined = (
        select(*columns)
        .select_from(MeasureFact)
        .join(row, literal(True))
        .join(Occurrence, Occurrence.key == MeasureFact.occurrence_key)
        .join(Measure, Measure.key == Occurrence.measure_key)
    )
    return _from(joined)


def bodies() -> Select[Any]:
    """Bodies and sites of support by the day of their order."""
    columns: tuple[ColumnElement[Any], ...] = (
        Body.code.label("key"),
        Body.title.label("title"),
        (literal("/programmes/bodies/", Text) + Body.code).label("link"),
        Body.organisation.label("organisation"),
        Body.valid_from.label("on"),
        Body.kind.label("kind"),
        Body.state.label("state"),
    )
    return select(*columns)


def _from(statement: Select[Any]) -> Select[Any]:
    joined = statement.join(Roadmap, Roadmap.key == Measure.roadmap_key)
    return joined.join(SupportProgramme, SupportProgramme.key == Roadmap.programme_key)


def visible_measures(actor: Actor) -> Select[Any]:
    """Measures of programmes in scope."""
    return _from(select(Measure.row_key).select_from(Measure)).where(policies.in_scope(actor))


def visible_occurrences(actor: Actor) -> Select[Any]:
    """Their occurrences."""
    joined = select(cast(Occurrence.key, Text)).select_from(Occurrence)
    return _from(joined.join(Measure, Measure.key == Occurrence.measure_key)).where(policies.in_scope(actor))


sources.register(
    "measures", label=_l("Measures of roadmaps"), select=measures, visible=visible_measures, fields=_FIELDS
)
sources.register(
    "occurrences",
    label=_l("Occurrences of measures"),
    select=occurrences,
    visible=visible_occurrences,
    fields=(*_FIELDS, Field("moved", _l("Was moved"), "boolean")),
)
sources.register(
    "measure_participants",
    label=_l("Participants of measures"),
    select=participants,
    fields=(
        *_FIELDS[:3],
        Field("participant", _l("Organisation"), "organisation"),
        Field("municipality", _l("Municipality"), "organisation"),
        Field("people", _l("People"), "number"),
    ),
)
sources.register(
    "support_bodies",
    label=_l("Bodies and sites of support"),
    select=bodies,
    fields=(Field("kind", _l("Kind"), "text"), Field("state", _l("State"), "text")),
)
