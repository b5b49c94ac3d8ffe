"""The final attestation of a course: timetable, group sheets, recommendations."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.kernel.errors import NotFound
from app.web import excel, shell
from app.web.listing import Column

from ..queries import attestation, catalogue
from ..rules import words as terms
from .blueprint import blueprint
from .course import frame

COLUMNS = (
    Column("name", _l("Full name"), lambda row: row.listener.teacher_name, None, 36),
    Column("school", _l("School"), lambda row: row.listener.school_name, None, 28),
    Column("form", _l("Form of attestation"), lambda row: row.form, None, 28),
    Column("topic", _l("Topic of the lesson"), lambda row: row.topic, None, 36),
    Column("result", _l("Result"), lambda row: row.result, None, 14),
    Column("valid", _l("Valid reason"), lambda row: _yes_no(row.absence_valid), None, 14),
    Column("fragment", _l("Open lesson"), lambda row: _yes_no(row.open_lesson_fragment), None, 14),
    Column("remarks", _l("Remarks"), lambda row: row.remarks, None, 40),
)


@blueprint.get("/<code>/attestation")
def attestation_page(code: str) -> ResponseReturnValue:
    """Sessions with their sheets, and the recommendations given."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    if not seen.sheets:
        raise NotFound()
    return shell.render(
        "courses/attestation.html",
        **frame(row, seen, "courses.attestation_page"),
        sessions=attestation.sessions_of(actor, code),
        recommendations=attestation.recommendations_of(actor, code),
        columns=COLUMNS,
    )


@blueprint.get("/<code>/attestation/<int:number>.xlsx")
def sheet_file(code: str, number: int) -> ResponseReturnValue:
    """A sheet as an Excel file; `number` counts the sessions from 1."""
    if not 1 <= number <= len(terms.SESSIONS):
        raise NotFound()
    actor = shell.current_actor()
    view = attestation.sheet(actor, code, terms.SESSIONS[number - 1])
    record_access(actor, "export", "attestation_sheet", f"{code}/{number}")
    return excel.download(_("Sheet"), COLUMNS, view.sheet.rows)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else str(_("yes")) if value else str(_("no"))
