"""Giving a course to another leader, with everything that runs of it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.errors import Forbidden, Invalid
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState

from .. import duties as _duties  # noqa: F401
from ..operations import transferring
from ..queries import catalogue
from .blueprint import blueprint
from .course import frame


@blueprint.get("/<code>/leader")
def handover(code: str) -> ResponseReturnValue:
    """Choose the new leader."""
    return _page(code, FormState())


@blueprint.post("/<code>/leader")
def hand_over(code: str) -> ResponseReturnValue:
    """Hand the course over, in one act."""
    actor = shell.current_actor()
    try:
        tasks = transferring.replace_leader(
            actor, code, request.form.get("leader", ""), request.form.get("reason", "")[:500]
        )
    except Invalid as error:
        return _page(code, FormState(values=request.form).refuse(error)), 422
    message = _("The course was handed over.")
    if tasks:
        message += " " + ngettext("%(num)s task has changed hands.", "%(num)s tasks have changed hands.", tasks)
    return shell.go("courses.course", code=code, message=message)


def _page(code: str, state: FormState) -> str:
    row, seen = catalogue.sight_of(shell.current_actor(), code)
    if not transferring.may_hand_over(shell.current_actor(), row.course):
        raise Forbidden()
    logins = [login for login in people.holders(transferring.ROLE) if login != row.course.leader]
    names = people.person_names(logins)
    leaders = sorted(((login, names[login]) for login in logins), key=lambda pair: pair[1])
    others = [course for course in transferring.led_by(row.course.leader) if course.code != code]
    return shell.render("courses/handover.html", **frame(row, seen, ""), state=state, leaders=leaders, others=others)
