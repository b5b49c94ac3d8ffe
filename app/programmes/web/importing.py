"""Import of a roadmap in two steps: the report of every row, then the good rows are taken."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import operations, policies, queries
from ..models import RoadmapImport, SupportProgramme
from ..rules import roadmap_excel
from .blueprint import blueprint

_WIDTHS = {"number": 8, "title": 60, "period": 24, "executors": 36, "result": 36, "document": 30}
TEMPLATE = tuple(
    Column(name, roadmap_excel.HEADS[name][0].capitalize(), lambda row: None, None, _WIDTHS.get(name, 18))
    for name in ("number", "section", "title", "period", "executors", "result", "document", "control", "start", "end")
)
"""The file to fill in; its heads are Russian in every language, as the import reads them."""


def _kept(code: str) -> SupportProgramme:
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    return found


@blueprint.get("/<code>/import")
def roadmap_import(code: str) -> ResponseReturnValue:
    """Where a file is uploaded."""
    return _import_page(_kept(code), FormState())


@blueprint.get("/<code>/import/template")
def roadmap_template(code: str) -> ResponseReturnValue:
    """An Excel file to be filled in."""
    _kept(code)
    return excel.download(_("Roadmap"), TEMPLATE, ())


@blueprint.post("/<code>/import")
def roadmap_upload(code: str) -> ResponseReturnValue:
    """Read a file; its report comes next."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    found, sent = _kept(code), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with sent.stream as stream:
            content = stream.read(roadmap_excel.MEGABYTES * 1024 * 1024 + 1)
        run = operations.upload_roadmap(actor, code, sent.filename, content)
        return shell.go("programmes.roadmap_report", code=code, key=run.key)
    except Invalid as error:
        state.refuse(error)
    except Conflict as refusal:
        return shell.go("programmes.roadmap", code=code, message=refusal.message, kind="danger")
    return _import_page(found, state), 422


@blueprint.get("/<code>/import/<int:key>")
def roadmap_report(code: str, key: int) -> ResponseReturnValue:
    """What the file holds, row by row: warnings that are kept, rows that are refused."""
    found = _kept(code)
    query = select(RoadmapImport).where(RoadmapImport.key == key, RoadmapImport.programme_key == found.key)
    run = db.session.scalar(query)
    if run is None:
        raise NotFound()
    return shell.render("programmes/report.html", programme=found, run=run)


@blueprint.post("/<code>/import/<int:key>/take")
def roadmap_take(code: str, key: int) -> ResponseReturnValue:
    """Take the good rows into the draft."""
    _kept(code)
    try:
        count = operations.take_import(shell.current_actor(), code, key)
    except Conflict as refusal:
        return shell.go("programmes.roadmap_report", code=code, key=key, message=refusal.message, kind="danger")
    return shell.go("programmes.roadmap", code=code, message=_("Measures taken: %(count)s.", count=count))


def _import_page(found: SupportProgramme, state: FormState) -> str:
    return shell.render("programmes/import.html", programme=found, state=state, megabytes=roadmap_excel.MEGABYTES)
