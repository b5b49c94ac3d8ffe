"""Definitions and rows for tests."""

from __future__ import annotations

import json
from typing import Any

from app.documents import operations as documents
from app.documents.models import Record
from app.forms.operations import deploy_form
from app.indicators import operations, queries
from app.indicators.models import Indicator
from app.indicators.queries import Line
from app.kernel.actor import PLATFORM, Actor
from app.people import operations as people
from tests.courses.factories import person

YEAR = 2026
COORDINATOR = person("region_coordinator", "region_coordinator@region")
SCHOOL_HEAD = person("school_head", "school_head@lebedyan-1")
MOUO_HEAD = person("mouo_head", "mouo_head@lebedyan")
TEACHER = person("teacher", "teacher@lebedyan-1")

SCHOOLS = {
    "source": "organisations",
    "count": "distinct",
    "field": "itself",
    "where": [{"field": "kind", "operator": "eq", "value": "school"}],
}
LISTED = {"source": "record_school_context", "count": "distinct", "field": "organisation"}


def definition(**changes: Any) -> dict[str, Any]:
    """Schools with a context among all schools, per cent."""
    return {
        "code": "T-1",
        "title": "Доля школ с паспортом",
        "unit": "%",
        "numerator": LISTED,
        "denominator": SCHOOLS,
        "target": 44,
        "period": {"kind": "year"},
        **changes,
    }


def indicator(actor: Actor = PLATFORM, **changes: Any) -> Indicator:
    """One in use."""
    return operations.save(actor, definition(**changes))


def line(code: str = "T-1", organisation: str = "lebedyan", actor: Actor = PLATFORM) -> Line:
    """Its value for the year of the tests."""
    return queries.line(actor, code, organisation, YEAR)


def schools(municipality: str, count: int) -> list[str]:
    """So many more schools in a municipality."""
    codes = [f"{municipality}-{number}" for number in range(11, 11 + count)]
    for code in codes:
        people.create_organisation(PLATFORM, code, "school", f"Школа {code}", short_name=code, parent=municipality)
    return codes


def deploy_context_form() -> None:
    """The form behind the records about schools, so that its fields are known."""
    components = [
        {"id": "Field_1", "type": "textfield", "key": "school", "label": "Школа"},
        {"id": "Field_2", "type": "number", "key": "students_total", "label": "Обучающихся"},
    ]
    form = {"type": "default", "id": "school_context", "schemaVersion": 16, "components": components}
    deploy_form(json.dumps(form).encode(), 1)


def context(school: str, **data: Any) -> Record:
    """A record about a school."""
    facts = {"school": school, "students_total": 100, **data}
    return documents.save_record(PLATFORM, "school_context", f"Паспорт {school}", facts, organisation=school)
