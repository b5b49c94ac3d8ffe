"""By which specification a course is tested: the leader's choice, the only one that fits, or an outside system."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.assessment.models import TestSpecification
from app.assessment.operations import windows
from app.assessment.queries import journal
from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.notifications.operations import notify

from ..models import Course
from ..models.courses import CANCELLED, COMPLETED
from . import finding, imports


def choose_specification(actor: Actor, code: str, specification: str, *, outside: bool = False) -> None:
    """Say by which specification the course is tested; windows that nobody has begun follow.

    Args:
        specification: its code; empty = the only one of the programme's bank, if there is exactly one.
        outside: in an outside system, whatever specification fits.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Invalid: there is no such active specification.
        Conflict: an attempt was begun already.
    """
    course = imports.demand_leader(actor, code)
    if specification and journal.specification_for(course.organisation, specification, None, None) is None:
        raise Invalid(errors={"specification": [_l("Choose one of the list.")]})
    held = _held_windows(code)
    course = finding.course(code, lock=True)
    found = journal.windows_of(code)
    if any(window.attempt is not None for window in found):
        raise Conflict(_l("The test has begun already: its specification stays."))
    if {window.key for window in found} != held:
        raise Conflict(_l("A window has opened just now: please choose once more."))
    course.test_specification, course.outside_test = None if outside else specification or None, outside
    used = specification_of(course)
    for window in {(each.login, each.kind): each for each in found}.values():
        windows.change_test(actor, window, used)
    audit.record_event(
        actor, "course", code, "choose_test", details={"specification": specification, "outside": outside}
    )


def specification_of(course: Course) -> TestSpecification | None:
    """By which specification a course is tested; None = in an outside system."""
    if course.outside_test:
        return None
    programme = course.programme
    return journal.specification_for(
        course.organisation, course.test_specification, programme.test_bank, programme.subject
    )


def is_unclear(course: Course) -> bool:
    """Whether the leader has to choose: several specifications fit, or the chosen one is not active any more."""
    if course.outside_test or specification_of(course) is not None:
        return False
    programme = course.programme
    fitting = journal.fitting(course.organisation, programme.test_bank, programme.subject)
    return course.test_specification is not None or bool(fitting)


def may_choose(course: Course) -> bool:
    """Whether there is something to choose for the leader: the institute has tests, and nobody has begun one."""
    if course.status in (COMPLETED, CANCELLED) or not journal.specifications(course.organisation):
        return False
    return not any(window.attempt is not None for window in journal.windows_of(course.code))


def pinned_specification(code: str) -> TestSpecification | None:
    """The specification of a course whose window opens now. It stays, whichever others become active later.

    Where several would do, or the chosen one is not active any more, the leader is told.
    """
    course = finding.course(code)
    if course.test_specification is None:
        course = finding.course(code, lock=True)
    found = specification_of(course)
    if found is not None:
        course.test_specification = found.code
        db.session.flush()
    elif is_unclear(course):
        notify(
            [course.leader],
            _l("Choose the test of the course: %(course)s", course=course.title),
            _l("It is not clear by which specification it is tested: no e-test opens until you choose."),
            link=f"/courses/{code}/test",
            dedupe_key=f"test-choice:{code}",
        )
    return found


def _held_windows(code: str) -> set[int]:
    """Keys of the windows of a course, with their processes held: nobody begins a test meanwhile."""
    found = journal.windows_of(code)
    for instance in sorted({window.instance_key for window in found}):
        engine.hold_instance(instance)
    for window in found:
        db.session.refresh(window)
    return {window.key for window in found}
