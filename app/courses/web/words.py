"""Words and colours of states, for pages and Excel files."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.documents.models import Document
from app.indicators import sources
from app.people import queries as people
from app.web import shell

from .. import policies
from ..models import AttestationSession, Course, TestResult
from ..queries import persons
from ..rules import scores, words
from .blueprint import blueprint

Label = tuple[object, str]

COURSE: dict[str, Label] = {
    "open": (_l("enrolment"), "green"),
    "forming": (_l("group is being formed"), "orange"),
    "running": (_l("course is running"), "blue"),
    "completed": (_l("course completed"), "secondary"),
    "cancelled": (_l("cancelled"), "red"),
}
PROGRAMME: dict[str, Label] = {
    "active": (_l("in force"), "green"),
    "draft": (_l("programme draft"), "orange"),
    "archived": (_l("in the archive"), "secondary"),
}
LISTENER: dict[str, Label] = {
    "submitted": (_l("with the head"), "orange"),
    "applied": (_l("no place yet"), "orange"),
    "held": (_l("place is held"), "orange"),
    "waiting": (_l("waiting list"), "yellow"),
    "confirmed": (_l("listener"), "blue"),
    "finished": (_l("training finished"), "green"),
    "not_sent": (_l("not sent"), "secondary"),
    "waitlist_closed": (_l("no place became free"), "secondary"),
    "refused": (_l("application refused"), "red"),
    "withdrawn": (_l("withdrawn"), "secondary"),
    "expelled": (_l("expelled"), "red"),
}
END: dict[str, object] = {
    "certified": _l("certificate"),
    "certified_recommended": _l("certificate and recommendation"),
    "not_attested": _l("attestation not passed"),
    "no_positive_diagnostics": _l("no positive diagnostics"),
    "withdrawn": _l("expelled"),
}
SHEET: dict[str, Label] = {
    "planned": (_l("session planned"), "secondary"),
    "filled": (_l("waits for signatures"), "orange"),
    "signed": (_l("sheet signed"), "green"),
    "empty": (_l("nobody was due"), "secondary"),
}
ORDER: dict[str, object] = {
    "enrolment": _l("Enrolment"),
    "certificates": _l("Issue of certificates"),
    "expulsion": _l("Expulsion"),
    "other": _l("Other order"),
}
TESTS = [(words.ENTRY, _l("entry test")), (words.RETEST, _l("retest"))]
"""Kinds of tests, for choices."""
PERCENT: dict[str, object] = {
    "entry": _l("Entry, %"),
    "retest": _l("Retest, %"),
    "method": _l("Method, %"),
    "result": _l("Result, %"),
}
"""Heads with a percent sign: templates cannot translate one, they would read it as a format."""
_LEVEL_COLOURS = {words.SUFFICIENT: "green", words.PERMISSIBLE: "yellow", words.UNSATISFACTORY: "red"}
_RESULT_COLOURS = {words.SUCCESS: "green", words.FAILURE: "red", words.ABSENCE: "orange"}


sources.name_values("course_places", "status", COURSE)
sources.name_values("listeners", "status", LISTENER)


@blueprint.app_template_filter("course_state")
def course_state(status: str) -> Label:
    """Words and colour of a course's status."""
    return COURSE.get(status, (status, "secondary"))


@blueprint.app_template_filter("course_programme_status")
def course_programme_status(status: str) -> Label:
    """Words and colour of a programme's status."""
    return PROGRAMME.get(status, (status, "secondary"))


@blueprint.app_template_filter("listener_state")
def listener_state(status: str) -> Label:
    """Words and colour of a listener's status."""
    return LISTENER.get(status, (status, "secondary"))


@blueprint.app_template_filter("sheet_state")
def sheet_state(status: str) -> Label:
    """Words and colour of a sheet's status."""
    return SHEET.get(status, (status, "secondary"))


@blueprint.app_template_filter("level_colour")
def level_colour(level: str | None) -> str:
    """Colour of a level or of an attestation result."""
    return _LEVEL_COLOURS.get(level or "", _RESULT_COLOURS.get(level or "", "secondary"))


@blueprint.app_template_filter("end_words")
def end_words(state: str | None) -> object:
    """Words of an end state; empty for None."""
    return END.get(state or "", state or "")


@blueprint.app_template_filter("protocol_words")
def protocol_words(protocol: Document) -> str:
    """Which test a protocol is about, and whether it adds to an earlier one."""
    kind = _("Entry test") if protocol.data.get("attempt_kind") == words.ENTRY else _("Retest")
    return str(_("%(test)s, supplementary", test=kind)) if protocol.data.get("supplementary") else str(kind)


@blueprint.app_template_filter("order_words")
def order_words(kind: str) -> object:
    """Words of a kind of order."""
    return ORDER.get(kind, kind)


@blueprint.app_template_filter("score_text")
def score_text(value: Fraction | None) -> str:
    """A percentage cut to one decimal."""
    return scores.shown(value)


@blueprint.app_template_filter("points_text")
def points_text(test: TestResult) -> str:
    """Points of the maximum, as `19 / 20`; empty for a no-show."""
    if test.points is None or test.max_points is None:
        return ""
    return f"{test.points.normalize():f} / {test.max_points.normalize():f}".replace(".", ",")


@blueprint.app_template_filter("session_number")
def session_number(sheet: AttestationSession) -> int:
    """Which session of the course it is, from 1."""
    return words.SESSIONS.index(sheet.session) + 1


@blueprint.app_template_filter("place_name")
def place_name(code: str | None) -> str:
    """Short name of an organisation."""
    return persons.organisation_name(code) or _("without municipality")


@blueprint.app_template_filter("names")
def names(logins: list[str]) -> str:
    """Full names of people, in the given order."""
    found = people.person_names(logins)
    return ", ".join(found.get(login, login) for login in logins)


@blueprint.app_template_global("page_address")
def page_address(endpoint: str, **values: object) -> str | None:
    """Address of another feature's page; None when that feature is not installed."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]


@blueprint.app_template_global("course_sections")
def course_sections() -> list[tuple[str, str, bool, None]]:
    """Tabs of the section: courses, programmes, certificates, attestation base, as far as they exist for the reader."""
    actor = shell.current_actor()
    pages = [
        ("courses.index", _("Courses"), True),
        ("courses.programmes", _("Programmes"), True),
        ("courses.certificates", _("Certificates"), policies.may_see_certificates(actor)),
        ("courses.base", _("Attestation base"), policies.may_open_base(actor)),
        ("courses.quality_page", _("Low-quality zones"), policies.may_see_quality(actor)),
    ]
    return [(label, url_for(page), page == request.endpoint, None) for page, label, shown in pages if shown]


@blueprint.app_context_processor
def percent_heads() -> dict[str, object]:
    """`pct_labels` for the templates."""
    return {"pct_labels": PERCENT}


def period(start: date, end: date) -> str:
    """`13.04–15.05.2026`."""
    return f"{start:%d.%m}–{end:%d.%m.%Y}" if start.year == end.year else f"{start:%d.%m.%Y}–{end:%d.%m.%Y}"


@blueprint.app_template_filter("course_period")
def course_period(course: Course) -> str:
    """Start and end of a course."""
    return period(course.start, course.end)


record_words.register(
    subjects={
        "assessment": _l("assessment results"),
        "course": _l("course"),
        "listener": _l("listener of a course"),
        "certificate": _l("certificate"),
    },
    verbs={
        "set_blank": _l("blank noted"),
        "set_modules": _l("modules chosen"),
        "export_frdo": _l("file for the federal register made"),
        "move_dates": _l("dates moved"),
        "import_results": _l("results imported"),
        "enter_result": _l("result entered"),
    },
)
