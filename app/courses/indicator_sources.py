"""What indicators count of the courses: listeners, test results, certificates, reports, places (indicators.md, RMP)."""

from __future__ import annotations

from functools import partial

from flask_babel import lazy_gettext as _l

from app.indicators import sources
from app.indicators.feeds import records
from app.indicators.sources import Counted, Field
from app.kernel.actor import Actor

from . import indicator_rows as rows

PERSON = (
    Field("teacher", _l("Teacher"), "person"),
    Field("school", _l("School"), "organisation"),
    Field("municipality", _l("Municipality"), "organisation"),
    Field("position", _l("Position"), "text"),
    Field("course", _l("Course"), "text"),
    Field("programme", _l("Programme"), "text"),
    Field("provider", _l("Who runs the course"), "organisation"),
)
OF_RECORD = (
    Field("teacher", _l("Teacher"), "person"),
    Field("school", _l("School"), "organisation"),
    Field("course", _l("Course"), "text"),
)


def _as(kind: str) -> Counted:
    """Numbers may be known by who may know how many records of the kind there are."""
    return partial(_counts, kind)


def _counts(kind: str, actor: Actor) -> bool:
    return records.counts(actor, kind)


sources.register(
    "listeners",
    label=_l("Listeners of courses"),
    select=rows.listeners,
    visible=rows.visible_listeners,
    counted=_as("technical_assignment"),
    fields=(
        *PERSON,
        Field("status", _l("Status"), "text"),
        Field("enrolled", _l("Was enrolled"), "boolean"),
        Field("finished", _l("Has finished the course"), "boolean"),
        Field("tested", _l("Took the entry test"), "boolean"),
        Field("entry_positive", _l("Entry test is sufficient"), "boolean"),
        Field("retested", _l("Took the repeated diagnostics"), "boolean"),
        Field("retest_positive", _l("Repeated diagnostics is positive"), "boolean"),
        Field("certified", _l("Got a certificate"), "boolean"),
        Field("end", _l("How it ended"), "text"),
        Field("team", _l("Team"), "text"),
    ),
)
sources.register(
    "test_results",
    label=_l("Results of tests"),
    select=rows.test_results,
    visible=rows.visible_results,
    counted=_as("entry_test_result"),
    fields=(
        *PERSON,
        Field("kind", _l("Which test: entry or repeated"), "text"),
        Field("attempt", _l("Attempt"), "number"),
        Field("points", _l("Points"), "number"),
        Field("pct", _l("Result, %"), "number"),
        Field("level", _l("Level"), "text"),
    ),
)
sources.register(
    "certificates",
    label=_l("Certificates"),
    select=rows.certificates,
    visible=rows.visible_certificates,
    counted=_as("certificate"),
    fields=(
        *PERSON,
        Field("role", _l("Role"), "text"),
        Field("programme_title", _l("Title of the programme"), "text"),
        Field("hours", _l("Hours"), "number"),
        Field("team", _l("Team"), "text"),
    ),
)
sources.register(
    "course_reports",
    label=_l("Course reports"),
    select=rows.course_reports,
    visible=rows.visible_records("course_report"),
    counted=_as("course_report"),
    fields=(
        *OF_RECORD,
        Field("state", _l("State of the report"), "text"),
        Field("in_time", _l("Handed in by the deadline"), "boolean"),
        Field("due_on", _l("Deadline"), "date"),
    ),
)
sources.register(
    "implementation_checks",
    label=_l("Checks of implementation"),
    select=rows.implementation_checks,
    visible=rows.visible_records("implementation_check"),
    counted=_as("implementation_check"),
    fields=(
        *OF_RECORD,
        Field("verdict", _l("Verdict"), "text"),
        Field("verified", _l("Implementation is confirmed"), "boolean"),
        Field("checked_on", _l("Checked on"), "date"),
    ),
)
sources.register(
    "attestation_base",
    label=_l("Attestation base"),
    select=rows.attestation_base,
    visible=rows.visible_base,
    counted=_as("attestation_base_record"),
    fields=(*PERSON, Field("subject", _l("School subject"), "text"), Field("kind", _l("Test"), "text")),
)
sources.register(
    "recommendations",
    label=_l("Recommendations to listeners"),
    select=rows.recommendations,
    visible=rows.visible_recommendations,
    counted=_as("recommendation"),
    fields=(*PERSON, Field("kinds", _l("Kinds of recommendation"), "list")),
)
sources.register(
    "course_places",
    label=_l("Places on courses"),
    select=rows.places,
    fields=(
        Field("course", _l("Course"), "text"),
        Field("status", _l("Status"), "text"),
        Field("hours", _l("Hours"), "number"),
        Field("places", _l("Places"), "number"),
        Field("taken", _l("Places taken"), "number"),
        Field("free", _l("Places free"), "number"),
        Field("waiting", _l("On the waiting list"), "number"),
    ),
)
