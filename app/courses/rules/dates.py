"""The order of a course's dates (forms.yaml, course_card)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class CourseDates:
    """The dates of one course run, as its leader gives them."""

    enrol_until: date
    start: date
    end: date
    attest_on: date
    attest_reserve_on: date
    attest_resit_on: date


def date_errors(dates: CourseDates) -> dict[str, list[object]]:
    """What is wrong with the order, by field; empty when all is well.

    Enrolment deadline < start < attestation < reserve day < resit; attestation ≤ end. The resit may lie after the end.
    """
    pairs: tuple[tuple[str, bool, object], ...] = (
        ("start", dates.enrol_until < dates.start, _l("The course starts after the enrolment deadline.")),
        ("attest_on", dates.start < dates.attest_on, _l("The attestation is later than the start.")),
        ("end", dates.attest_on <= dates.end, _l("The course ends on the day of the attestation or later.")),
        (
            "attest_reserve_on",
            dates.attest_on < dates.attest_reserve_on,
            _l("The reserve day is later than the attestation."),
        ),
        (
            "attest_resit_on",
            dates.attest_reserve_on < dates.attest_resit_on,
            _l("The resit is later than the reserve day."),
        ),
    )
    return {field: [message] for field, right, message in pairs if not right}


def in_words(day: object) -> str:
    """An ISO date as people read it (`12.05.2026`); empty when there is none."""
    try:
        return f"{date.fromisoformat(str(day)[:10]):%d.%m.%Y}"
    except ValueError:
        return ""
