"""Names for people: of kinds of documents and records, of organisations."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.forms import queries as forms
from app.kernel.errors import NotFound
from app.people import queries as people

_TITLES: dict[str, object] = {
    "survey_report": _l("Analytical report"),
    "analytic_note": _l("Analytical report"),
    "study_note": _l("Certificate of study"),
    "certificate": _l("Professional development certificate"),
    "order": _l("Order"),
    "meeting_protocol": _l("Minutes of a meeting"),
    "technical_assignment": _l("Technical assignment"),
    "technical_assignment_draft": _l("Draft of the next technical assignment"),
    "attestation_sheet": _l("Final attestation sheet"),
    "recommendation": _l("Recommendation"),
    "competence_plan": _l("Competence improvement plan"),
    "consultation_journal": _l("Journal of consultations"),
    "survey_difficulties": _l("Self-assessment of difficulties"),
    "management_decision": _l("Management decision"),
    "course_report": _l("Course report"),
    "test_protocol": _l("Test protocol"),
    "order_enrolment": _l("Enrolment order"),
    "order_certificates": _l("Order on certificates"),
}


def kind_title(kind: str) -> str:
    """What people call a kind: its own name, else the title of the form of that id, else the id."""
    if kind in _TITLES:
        return str(_TITLES[kind])
    try:
        return forms.form_by(kind).title
    except NotFound:
        return kind


def kind_title_ru(kind: str) -> str:
    """The same in Russian: documents are written in Russian whoever makes them."""
    with force_locale("ru"):
        return kind_title(kind)


def place_name(code: str | None) -> str:
    """Short name of an organisation; the code when it is unknown, empty for none."""
    try:
        return people.organisation(code).short_name if code else ""
    except NotFound:
        return code or ""
