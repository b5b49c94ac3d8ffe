"""Definitions as files: out to YAML and Excel, in with a report of every row before anything is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.kernel import clock
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import policies
from ..operations import importing
from ..queries import definitions
from ..rules import files
from .blueprint import blueprint

_WIDE = {"title": 60, "numerator": 70, "denominator": 60, "origin": 30, "note": 40}


def _cell(name: str) -> Callable[[Any], object]:
    return lambda body: files.cell(body, name)


DEFINITIONS = tuple(Column(name, title, _cell(name), None, _WIDE.get(name, 16)) for name, title in files.HEADS.items())
"""Heads are Russian in every language, as the import reads them."""


@blueprint.get("/definitions")
def export() -> ResponseReturnValue:
    """Definitions as YAML (or Excel): what the import takes."""
    actor = shell.current_actor()
    if not policies.may_read(actor):
        raise NotFound()
    found = definitions.indicators(actor, programme=request.args.get("programme", ""))
    bodies = [each.row.current.body for each in found]
    if request.args.get("format") == "xlsx":
        return excel.download(_("Definitions of indicators"), DEFINITIONS, bodies)
    answer = Response(files.written(bodies), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="indicators_{clock.today():%Y-%m-%d}.yaml"'
    return answer


@blueprint.get("/import")
def import_form() -> ResponseReturnValue:
    """Where a file is uploaded."""
    _demand()
    return _form(FormState())


@blueprint.post("/import")
def upload() -> ResponseReturnValue:
    """Read a file; its report comes next."""
    _demand()
    state, sent = FormState(values=request.form), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with sent.stream as stream:
            content = stream.read(files.MEGABYTES * 1024 * 1024 + 1)
        run = importing.upload(shell.current_actor(), sent.filename, content)
        return shell.go("indicators.report", key=run.key)
    except Invalid as error:
        state.refuse(error)
    return _form(state), 422


@blueprint.get("/import/<int:key>")
def report(key: int) -> ResponseReturnValue:
    """What a file holds, row by row."""
    run = importing.find(shell.current_actor(), key)
    return shell.render(
        "indicators/report.html",
        run=run,
        fresh=[row for row in run.rows if not row["same"]],
        unchanged=[row for row in run.rows if row["same"]],
    )


@blueprint.post("/import/<int:key>/take")
def take(key: int) -> ResponseReturnValue:
    """Take the good rows, once."""
    count = importing.take(shell.current_actor(), key)
    text = ngettext("%(num)s indicator is saved.", "%(num)s indicators are saved.", count)
    return shell.go("indicators.report", key=key, message=text)


def _demand() -> None:
    if not policies.may_edit_any(shell.current_actor()):
        raise Forbidden(_l("Definitions are kept by coordinators."))


def _form(state: FormState) -> str:
    page: str = shell.render("indicators/import.html", state=state, megabytes=files.MEGABYTES)
    return page
