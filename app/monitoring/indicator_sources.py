"""What indicators count of the monitoring (indicators.md, LIP and SOS-I-09)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.indicators import sources
from app.indicators.sources import Field

from . import indicator_rows as rows
from .rules import hiding

_SCHOOL = (Field("school", _l("School"), "organisation"), Field("stage", _l("Stage"), "text"))

sources.register(
    "municipal_cells",
    label=_l("Indicators of the municipal monitoring"),
    select=rows.cells,
    fields=(
        Field("municipality", _l("Municipality"), "organisation"),
        Field("code", _l("Code"), "text"),
        Field("month", _l("Month"), "number"),
        Field("value", _l("Value"), "text"),
        Field("check_result", _l("Check by the institute"), "text"),
        Field("points", _l("Points"), "number"),
        Field("missing", _l("Nothing was submitted"), "boolean"),
    ),
)
sources.register(
    "monitoring_participation",
    label=_l("Schools in the monitoring"),
    select=rows.participation,
    fields=(
        *_SCHOOL,
        Field("municipality", _l("Municipality"), "organisation"),
        Field("status", _l("State"), "text"),
        Field("accepted", _l("Summary is accepted"), "boolean"),
        Field("low_coverage", _l("Low coverage"), "boolean"),
    ),
)
sources.register(
    "monitoring_aggregates",
    label=_l("Figures of the school monitoring"),
    select=rows.aggregates,
    fields=(
        *_SCHOOL,
        Field("area", _l("Area"), "text"),
        Field("audience", _l("Who answered"), "text"),
        Field("figure", _l("Figure"), "text"),
        Field("people", _l("Answers"), "number"),
        Field("total", _l("Sum of the answers"), "number"),
        Field("mean", _l("Mean"), "number"),
    ),
)
sources.register(
    "monitoring_competences",
    label=_l("Competences of teachers in the monitoring"),
    select=rows.competences,
    visible=rows.visible_competences,
    min_group=hiding.SMALLEST,
    fields=(
        *_SCHOOL,
        Field("teacher", _l("Teacher of the school"), "person"),
        Field("levels", _l("Sum of the levels"), "number"),
        Field("raised", _l("Higher than before"), "boolean"),
    ),
)
