"""Service types of the courses, as workflows/SERVICES.md lists them. All are inline: they touch only the database."""

from . import (
    analytics,
    attestation,
    awards,
    course,
    decisions,
    enrolment,
    external,
    listener,
    meetings,
    programmes,
    reports,
    support,
    survey,
    testing,
)

__all__ = [
    "analytics",
    "attestation",
    "awards",
    "course",
    "decisions",
    "enrolment",
    "external",
    "listener",
    "meetings",
    "programmes",
    "reports",
    "support",
    "survey",
    "testing",
]
