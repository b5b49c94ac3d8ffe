"""The facts of a document as its template may name them (`renditions/kinds.yaml`): texts only, in Russian, fixed when
the document is signed.
"""

from __future__ import annotations

from typing import Any

from app.documents.facts import agreements, courses, listeners, meetings
from app.documents.facts.common import Source, common, plain
from app.documents.renditions.kinds import Field, kind_of

_BUILDERS = {
    "technical_assignment": listeners.technical_assignment,
    "course_report": listeners.course_report,
    "certificate": listeners.award,
    "study_note": listeners.study_note,
    "recommendation": listeners.recommendation,
    "test_protocol": courses.test_protocol,
    "attestation_sheet": courses.attestation_sheet,
    "order": courses.order,
    "order_enrolment": courses.course_order,
    "order_certificates": courses.course_order,
    "survey_report": courses.survey_report,
    "analytic_note": meetings.analytic_note,
    "meeting_protocol": meetings.meeting_protocol,
    "cooperation_agreement": agreements.cooperation_agreement,
}


def facts_of(template: str, source: Source) -> dict[str, Any]:
    """Facts for a template of that name. Every name that the template may use is there, empty when nothing is known."""
    build = _BUILDERS.get(template, plain)
    found = common(source) | build(source)
    return {field.name: _whole(field, found.get(field.name)) for field in kind_of(template).fields}


def _whole(field: Field, value: Any) -> Any:
    """The value in the shape of its field: missing texts are empty, missing lists have no rows."""
    if field.form:
        return value or {}
    if field.many:
        return [{one.name: _whole(one, row.get(one.name)) for one in field.fields} for row in value or []]
    if field.fields:
        return {one.name: _whole(one, (value or {}).get(one.name)) for one in field.fields}
    return "" if value is None else str(value)
