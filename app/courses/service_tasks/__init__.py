"""Service types of the courses, as workflows/SERVICES.md lists them. All are inline: they touch only the database."""

from . import attestation, awards, course, enrolment, external, listener, reports, support, survey, testing

__all__ = ["attestation", "awards", "course", "enrolment", "external", "listener", "reports", "support", "survey", "testing"]
