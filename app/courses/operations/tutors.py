"""The methodist who accompanies a listener, and the day of the retest (processes.md, rmp_remediation 1)."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound
from app.people import queries as people

from ..models import Course, Listener
from ..models.courses import RUNNING

ROLE = "iro_methodist"


def choose_tutor(listener: Listener, wanted: str | None, subject: str | None) -> str:
    """Keep the tutor that is named already, else take the least loaded methodist of the subject.

    Raises:
        Conflict: nobody is a methodist.
    """
    if wanted:
        return wanted
    candidates = _of_institute(listener.course.organisation)
    if not candidates:
        raise Conflict(_l("There is no methodist who could accompany the listener."))
    of_subject = [login for login in candidates if _teaches(login, subject or "")]
    load = _loads()
    return min(of_subject or candidates, key=lambda login: (load.get(login, 0), login))


def retest_day(course: Course, round_number: int, today: date) -> date:
    """Day of the retest: two days before the attestation, in later rounds before the resit; never on a weekend.

    A day that has passed already becomes tomorrow.
    """
    limit = (course.attest_on if round_number == 1 else course.attest_resit_on) - timedelta(days=2)
    while limit.weekday() >= 5:
        limit -= timedelta(days=1)
    return max(limit, today + timedelta(days=1))


def _of_institute(organisation: str) -> list[str]:
    try:
        return people.holders(ROLE, organisation) or people.holders(ROLE)
    except NotFound:
        return people.holders(ROLE)


def _teaches(login: str, subject: str) -> bool:
    """Whether the person's position names the subject («методист по математике»)."""
    stem = subject.strip().lower()[:6]
    return bool(stem) and stem in people.person_by_login(login).position.lower()


def _loads() -> dict[str, int]:
    query = (
        select(Listener.tutor, func.count())
        .join(Listener.course)
        .where(Listener.tutor.is_not(None), Course.status == RUNNING, Listener.end_state.is_(None))
        .group_by(Listener.tutor)
    )
    return {str(tutor): count for tutor, count in db.session.execute(query)}
