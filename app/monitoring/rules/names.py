"""What figures, areas, stages and audiences are called."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l

from . import figures, stages

AREAS: dict[str, object] = {
    stages.TEACHING: _l("Quality of teaching"),
    stages.MANAGEMENT: _l("Quality of management"),
    stages.ENVIRONMENT: _l("Quality of the school environment"),
    stages.RESULTS: _l("Quality of results"),
    stages.METHODICAL: _l("Methodical system"),
}
STAGES: dict[str, object] = {
    "I": _l("Stage I, April"),
    "II": _l("Stage II, June and July"),
    "III": _l("Stage III, November"),
    "М": _l("Methodical systems, May"),
}
AUDIENCES: dict[str, object] = {
    stages.TEACHER: _l("Teachers"),
    stages.PUPIL: _l("Pupils"),
    stages.PARENT: _l("Parents"),
    stages.SCHOOL: _l("School"),
    stages.EXAM: _l("Exams"),
}
STATUSES: dict[str, object] = {
    "open": _l("in progress"),
    "summary": _l("summary awaited"),
    "review": _l("summary under review"),
    "accepted": _l("summary accepted"),
    "not_submitted": _l("data not submitted"),
}
_KINDS: dict[str, object] = {
    "motive": _l("Motive"),
    "leading": _l("Leading motive"),
    "item": _l("Satisfaction"),
    "life": _l("Change, −1 to 1"),
    "better": _l("Became better"),
    "competence": _l("Competence, 0 to 3"),
    "mean": _l("Mean mark"),
    "below": _l("Below the minimum"),
    "system": _l("Methodical system, 0 to 2"),
}
_WHOLE: dict[str, object] = {
    "overall": _l("Overall mark, 1 to 5"),
    "satisfied": _l("Satisfied (marks 4 and 5)"),
}


def figure(code: str) -> str:
    """A figure in words, in the reader's language; its object is as the questionnaire says it."""
    kind, _, what = code.partition(":")
    return f"{_KINDS[kind]}: {what}" if what else str(_WHOLE[kind])


def value(code: str, number: Decimal | None) -> str:
    """A mean with two decimals, a share in per cent with one."""
    if number is None:
        return ""
    return (
        f"{number * 100:.1f}".replace(".", ",") + " %" if figures.is_share(code) else f"{number:.2f}".replace(".", ",")
    )


def difference(code: str, number: Decimal | None) -> str:
    """A change with its sign; shares change by percentage points."""
    if number is None:
        return ""
    if number == 0:
        return "0"
    sign = "+" if number > 0 else "−"
    plain = value(code, abs(number)).removesuffix(" %")
    return f"{sign}{plain}" + (" п. п." if figures.is_share(code) else "")
