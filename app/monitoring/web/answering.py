"""The public pages of anonymous questionnaires: no login, one code, one answer."""

from __future__ import annotations

from functools import partial

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.forms.operations import parse_form_data
from app.forms.rendering import render_form
from app.kernel.errors import AppError, Invalid, NotFound
from app.web import shell

from ..operations import questionnaires
from ..operations.questionnaires import ANONYMOUS, Closed, Questionnaire, TooManyMisses
from ..queries.rounds import name_of
from .blueprint import blueprint


@blueprint.get("/q")
@shell.public
def enter_code() -> ResponseReturnValue:
    """Where a code is typed by hand."""
    return shell.render("monitoring/code.html", error=None, code="")


@blueprint.post("/q")
@shell.public
def take_code() -> ResponseReturnValue:
    """Go on to the questionnaire of a typed code."""
    code = questionnaires.read(request.form.get("code", "")[:100])
    try:
        questionnaires.open_link(code, request.remote_addr)
    except (NotFound, Closed, TooManyMisses) as error:
        return _refused(error, request.form.get("code", "")[:100])
    return shell.go("monitoring.questionnaire", code=code)


@blueprint.get("/q/<code>")
@shell.public
def questionnaire(code: str) -> ResponseReturnValue:
    """The questionnaires of a link. Opening changes nothing."""
    try:
        found = questionnaires.open_link(code, request.remote_addr)
    except (NotFound, Closed, TooManyMisses) as error:
        return _refused(error)
    return _page(found, code, {})


@blueprint.post("/q/<code>")
@shell.public
def send_answers(code: str) -> ResponseReturnValue:
    """Take the answers, once."""
    entered = {}
    try:
        found = questionnaires.open_link(code, request.remote_addr)
        entered = {form.form_id: parse_form_data(form, request.form) for form in found.forms}
        questionnaires.answer(code, entered, request.remote_addr)
    except (NotFound, Closed, TooManyMisses) as error:
        return _refused(error)
    except Invalid as error:
        return _page(found, code, entered, error), 422
    return shell.render("monitoring/thanks.html")


def _page(found: Questionnaire, code: str, entered: dict[str, dict[str, object]], error: Invalid | None = None) -> str:
    parts: list[tuple[object, Markup]] = [
        (
            form.title,
            render_form(
                form,
                entered.get(form.form_id, {}),
                actor=ANONYMOUS,
                context={},
                errors=error.errors if error else None,
            ),
        )
        for form in found.forms
    ]
    school = name_of(found.school.school)
    return shell.render(
        "monitoring/questionnaire.html", found=found, parts=parts, code=code, school=school, error=error
    )


def _refused(error: AppError, typed: str = "") -> ResponseReturnValue:
    """A kind page; a wrong code is counted, whatever becomes of the request."""
    if isinstance(error, NotFound):
        shell.afterwards(partial(questionnaires.count_miss, request.remote_addr))
    if isinstance(error, Closed):
        return shell.render("monitoring/closed.html", message=error.message), error.status
    return shell.render("monitoring/code.html", error=error.message, code=typed), error.status
