"""Names for people: of kinds of documents and records, of organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.forms import queries as forms
from app.kernel.errors import NotFound
from app.people import queries as people

_TITLES: dict[str, object] = {
    "survey_report": _l("Analytical report"),
    "study_note": _l("Certificate of study"),
    "certificate": _l("Professional development certificate"),
    "order": _l("Order"),
    "meeting_protocol": _l("Minutes of a meeting"),
    "technical_assignment": _l("Technical assignment"),
    "attestation_sheet": _l("Final attestation sheet"),
    "recommendation": _l("Recommendation"),
    "competence_plan": _l("Competence improvement plan"),
    "consultation_journal": _l("Journal of consultations"),
    "survey_difficulties": _l("Self-assessment of difficulties"),
    "management_decision": _l("Management decision"),
}


def kind_title(kind: str) -> str:
    """What people call a kind: its own name, else the title of the form of that id, else the id."""
    if kind in _TITLES:
        return str(_TITLES[kind])
    try:
        return forms.form_by(kind).title
    except NotFound:
        return kind


def place_name(code: str | None) -> str:
    """Short name of an organisation; the code when it is unknown, empty for none."""
    try:
        return people.organisation(code).short_name if code else ""
    except NotFound:
        return code or ""
