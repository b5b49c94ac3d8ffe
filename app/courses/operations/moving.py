"""Dates of a course that move: the row at once, the variables of its processes through the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import queries as instances
from app.engine.views import InstanceFilter
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.errors import Invalid, NotFound

from ..models import Course
from . import courses, finding

SET_VARIABLES = "courses.set_variables"
"""Kind of the outbox entries that move dates in one instance."""
_DATES = ("enrol_until", "start", "end", "attest_on", "attest_reserve_on", "attest_resit_on")
_MOST = 1000


def move_dates(actor: Actor, code: str, changes: Mapping[str, Any], *, but: int | None = None) -> Course:
    """Move dates of a course; timers and deadlines of its open processes follow (BPM-05, course_run 3).

    Args:
        actor: who moves them.
        code: the course.
        changes: new dates by name.
        but: an instance that sets its own variables.

    Raises:
        Invalid: the dates would be out of order.
        Conflict: the course is over.
    """
    before = {name: getattr(finding.course(code), name) for name in _DATES}
    _check_passed(before, changes)
    course = courses.move_dates(actor, code, changes)
    moved = {name: getattr(course, name).isoformat() for name in _DATES if getattr(course, name) != before[name]}
    if not moved:
        return course
    told = {name: (before[name].isoformat(), value) for name, value in moved.items()}
    audit.record_event(actor, "course", code, "move_dates", changes=told)
    for key in instances_of(code):
        if key != but:
            outbox.enqueue(SET_VARIABLES, {"instance": key, "variables": moved})
    return course


def _check_passed(before: Mapping[str, date], changes: Mapping[str, Any]) -> None:
    """What has happened stays; only the enrolment deadline may be prolonged after it has passed."""
    today = clock.today()
    errors: dict[str, list[object]] = {}
    for name, old in before.items():
        new = changes.get(name)
        if new is None or new == old:
            continue
        if name != "enrol_until" and old <= today:
            errors[name] = [_l("This day has passed already: it cannot be moved.")]
        elif new < today:
            errors[name] = [_l("The new day must not have passed already.")]
    if errors:
        raise Invalid(_l("Please check the marked fields."), errors)


def instances_of(code: str) -> list[int]:
    """Keys of the active instances that belong to a course."""
    filters = InstanceFilter(status="active", variables={"course_id": code})
    found: list[int] = []
    while True:
        page = instances.instances(PLATFORM, filters, limit=_MOST, offset=len(found))
        found += [view.key for view in page.items]
        if len(page.items) < _MOST:
            return found


def set_dates(payload: Mapping[str, Any]) -> None:
    """Work of one outbox entry; an instance that ended meanwhile needs nothing."""
    try:
        engine.set_variables(PLATFORM, int(payload["instance"]), payload["variables"], internal=True)
    except NotFound:
        return
