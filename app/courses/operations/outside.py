"""Results that an outside testing system sends over the API: each taken once, by its own id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import policies
from ..models import Course, Listener, TestResult
from ..models.courses import RUNNING
from ..queries import catalogue
from ..rules import words
from . import delivery, finding, results

API = "api:"
"""`TestResult.source` of a result from the API: followed by the id that the outside system gave it."""

LONGEST_ID = 200
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('test result ' || :course || ' ' || :id, 0))")


def take_result(
    actor: Actor,
    code: str,
    external_id: str,
    *,
    listener: str,
    kind: str,
    points: Decimal,
    maximum: Decimal,
    finished_at: datetime | None,
    sections: Sequence[Mapping[str, Any]],
) -> bool:
    """Record a result and pass it on to the listener's process, in one unit of work.

    Args:
        external_id: names the result in the outside system: the same id again changes nothing.
        listener: login.

    Returns:
        Whether it was recorded now; False when this very result was there already.

    Raises:
        NotFound, Forbidden: the actor may not enter results of this course, or there is no such listener.
        ScoreOutOfRange: the points lie outside 0…maximum.
        Invalid: the id is too long.
        Conflict: the course does not run, another result counts, or the id names another result.
    """
    course = _writable(actor, code)
    if len(external_id) > LONGEST_ID:
        raise Invalid(errors={"external_id": [_l("Too long: at most %(most)s characters.", most=LONGEST_ID)]})
    db.session.execute(_ONE_AT_A_TIME, {"course": code, "id": external_id})
    found = finding.listener(code, listener)
    key = found.listener_instance if kind == words.ENTRY else found.remediation_instance
    if key is not None:
        engine.hold_instance(key)
    finding.listener(code, listener, lock=True)
    before = _known(course, external_id)
    if before is not None:
        if (before.listener.teacher, before.kind, before.points, before.max_points) == (
            listener,
            kind,
            points,
            maximum,
        ):
            return False
        raise Conflict(_l("This id names another result already: nothing was changed."))
    if course.status != RUNNING:
        raise Conflict(_l("Results are entered while the course runs."))
    rows = [dict(section) for section in sections]
    attempt = results.Attempt(kind, points, maximum, finished_at=finished_at, items=rows)
    results.record_attempt(actor, code, listener, attempt, source=API + external_id)
    delivery.pass_result_on(actor, found, kind, points, maximum, rows)
    facts = {"id": external_id, "kind": kind, "points": str(points), "max_points": str(maximum)}
    audit.record_event(actor, "listener", f"{code}:{listener}", "receive_result", details=facts)
    return True


def _writable(actor: Actor, code: str) -> Course:
    """The course, if the actor leads it or administers the installation (a token of the integration)."""
    course = finding.course(code)
    if policies.may_lead(actor, course) or actor.has_role("admin"):
        return course
    _row, seen = catalogue.sight_of(actor, code)
    raise Forbidden(_l("Only the course leader enters results.")) if seen.full else NotFound()


def _known(course: Course, external_id: str) -> TestResult | None:
    query = (
        select(TestResult)
        .join(Listener, Listener.key == TestResult.listener_key)
        .where(Listener.course_key == course.key, TestResult.source == API + external_id)
        .limit(1)
    )
    return db.session.scalars(query).first()
