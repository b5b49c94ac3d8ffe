"""«Заявка на обучение»: a head or a municipal methodist sends teachers to a course, one process for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.operations import is_row_change, parse_form_data
from app.forms.rendering import render_form, render_updates
from app.kernel.errors import Forbidden, Invalid
from app.web import shell

from .. import policies
from ..operations import applying
from .blueprint import blueprint

FORM = "course_application"


@blueprint.get("/apply")
def apply() -> ResponseReturnValue:
    """The form; `?course=` chooses the course."""
    _demand()
    chosen = request.args.get("course")
    return _page({"course": chosen} if chosen else {}, uuid4().hex)


@blueprint.post("/apply/refresh")
def apply_refresh() -> ResponseReturnValue:
    """The parts of the form that change with what was entered; nothing is kept."""
    _demand()
    actor, form = shell.current_actor(), _form()
    values = parse_form_data(form, request.form, request.files, actor=actor)
    if not shell.is_part():
        return _page(values, request.form.get("token", ""))
    address = url_for("courses.apply_refresh")
    return str(render_updates(form, values, request.form, actor=actor, context={}, refresh_url=address))


@blueprint.post("/apply")
def send_application() -> ResponseReturnValue:
    """Send it: every row starts the enrolment of one teacher."""
    _demand()
    actor, form = shell.current_actor(), _form()
    values = parse_form_data(form, request.form, request.files, actor=actor)
    token = request.form.get("token", "")[:64]
    if is_row_change(request.form):
        return _page(values, token)
    try:
        sent = applying.apply_for_teachers(actor, form, values, token)
    except Invalid as error:
        return _page(values, token, error)
    text = ngettext(
        "%(num)s teacher has got the task to fill in the technical assignment.",
        "%(num)s teachers have got the task to fill in the technical assignment.",
        len(sent.teachers),
    )
    return shell.go("courses.course", code=sent.course, message=text)


def _demand() -> None:
    if not policies.may_apply_for(shell.current_actor()):
        raise Forbidden()


def _form() -> FormDefinition:
    return forms.form_by(FORM)


def _page(values: Mapping[str, Any], token: str, error: Invalid | None = None) -> ResponseReturnValue:
    actor, form = shell.current_actor(), _form()
    fields = render_form(
        form,
        values,
        actor=actor,
        context={},
        errors=error.errors if error else None,
        refresh_url=url_for("courses.apply_refresh"),
    )
    page = shell.render("courses/apply.html", form=form, fields=fields, token=token, error=error)
    return page, 422 if error else 200
