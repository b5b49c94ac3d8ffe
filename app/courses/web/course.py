"""One course, by the reader's part in it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.assessment.models import TestSpecification
from app.assessment.queries import banks
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.web import shell
from app.web.forms import FormState, PageSchema, day, load

from .. import policies
from ..models import Course
from ..models.courses import CANCELLED, COMMISSION, COMPLETED
from ..operations import moving, specifying, transferring
from ..policies import Sight
from ..queries import attestation, catalogue, listeners, registers
from ..queries.catalogue import CourseRow
from ..rules.dates import CourseDates
from .blueprint import blueprint


@blueprint.get("/<code>")
def course(code: str) -> ResponseReturnValue:
    """The course page: facts for everybody, the own learning, counts for those who see no names."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    own = [item for item in listeners.own_listenings(actor) if item.course_code == code]
    used = specifying.specification_of(row.course)
    return shell.render(
        "courses/course.html",
        **frame(row, seen, "courses.course"),
        used=used,
        used_link=specification_link(actor, used),
        may_choose_test=seen.manages and specifying.may_choose(row.course),
        unclear=specifying.is_unclear(row.course),
        commission=catalogue.people_of(row.course, COMMISSION),
        own=own[0] if own else None,
        own_rows=attestation.own_rows(actor, code) if own else [],
        own_orders=registers.orders_of(actor, code) if own else [],
        position=listeners.own_position(actor, row.course) if own else None,
        counts=listeners.counts_of(actor, code),
        may_apply=row.accepts and policies.may_apply_for(actor),
        may_hand_over=transferring.may_hand_over(actor, row.course),
        may_enrol=row.accepts and actor.has_role("teacher") and not own,
    )


def specification_link(actor: Actor, used: TestSpecification | None) -> str | None:
    """The page of the specification by which a course is tested; None when there is none, or it is not the reader's."""
    if used is None:
        return None
    try:
        banks.bank(actor, used.bank.code)
    except NotFound:
        return None
    return url_for("assessment.bank_test", code=used.bank.code, test=used.code)


def frame(row: CourseRow, seen: Sight, current: str) -> dict[str, Any]:
    """What every page of a course shows: the course, the tabs of this reader, and which one is open."""
    code = row.course.code
    pages = [("courses.course", _("Overview"), True)]
    pages += [
        ("courses.listeners_page", _("Listeners"), listeners.has_table(shell.current_actor(), row.course, seen)),
        ("courses.groups_page", _("Subgroups"), seen.full),
        ("courses.test_journal", _("E-test"), seen.full),
        ("courses.results_page", _("Test results"), seen.full),
        ("courses.attestation_page", _("Attestation"), seen.sheets),
        ("courses.papers_page", _("Orders and certificates"), seen.full or seen.sheets),
    ]
    tabs = [(label, url_for(page, code=code), page == current, None) for page, label, shown in pages if shown]
    return {"row": row, "course": row.course, "seen": seen, "tabs": tabs}


class DatesSchema(PageSchema):
    """The dates of a course."""

    enrol_until = day(required=True)
    start = day(required=True)
    end = day(required=True)
    attest_on = day(required=True)
    attest_reserve_on = day(required=True)
    attest_resit_on = day(required=True)


@blueprint.get("/<code>/dates")
def dates(code: str) -> ResponseReturnValue:
    """Move the dates of the own course."""
    row, seen = _led(code)
    values = {field.name: getattr(row.course, field.name) for field in fields(CourseDates)}
    return shell.render("courses/dates.html", **frame(row, seen, ""), state=FormState(values))


@blueprint.post("/<code>/dates")
def move_dates(code: str) -> ResponseReturnValue:
    """Keep the new dates; deadlines and timers of the course's processes follow."""
    row, seen = _led(code)
    data, state = load(DatesSchema(), request.form)
    if not state.errors:
        try:
            moving.move_dates(shell.current_actor(), code, data)
            return shell.go("courses.course", code=code, message=_("The dates are moved; all deadlines follow."))
        except Invalid as error:
            state.refuse(error)
    return shell.render("courses/dates.html", **frame(row, seen, ""), state=state), 422


def _led(code: str) -> tuple[CourseRow, Sight]:
    row, seen = catalogue.sight_of(shell.current_actor(), code)
    if not seen.manages or _is_over(row.course):
        raise Forbidden()
    return row, seen


def _is_over(course: Course) -> bool:
    return course.status in (COMPLETED, CANCELLED)
