"""Administration: organisations and people from an Excel file: check, read the report, take the good rows."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_access
from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import import_sheet
from ..operations.importing import check_file, start_import
from ..policies import demand_accounts, may_administer
from ..queries.cards import import_run, import_runs
from .blueprint import blueprint

_SHOWN = 500
PROBLEMS = (
    Column("sheet", _l("Sheet"), lambda row: row["sheet"], None, 20),
    Column("row", _l("Row"), lambda row: row["row"], None, 10),
    Column("column", _l("Column"), lambda row: row["column"], None, 30),
    Column("message", _l("What is wrong"), lambda row: row["message"], None, 80),
)


@blueprint.route("/admin/people/import", methods=["GET", "POST"])
def import_people() -> ResponseReturnValue:
    """Upload a file; it is checked at once, nobody is added."""
    actor = shell.current_actor()
    demand_accounts(actor)
    state = FormState()
    if request.method == "GET":
        return _page(state)
    file = request.files.get("file")
    if file is None or not file.filename:
        state.errors["file"] = _("Choose a file.")
        return _page(state), 422
    try:
        run = check_file(actor, file.filename, file.stream.read())
    except Invalid as error:
        return _page(state.refuse(error)), 422
    return shell.go("people.import_report", key=run.key)


@blueprint.get("/admin/people/import/<int:key>")
def import_report(key: int) -> ResponseReturnValue:
    """What was found in a file, row by row; as Excel with `format=xlsx`."""
    actor = shell.current_actor()
    demand_accounts(actor)
    run = import_run(actor, key)
    if request.args.get("format") == "xlsx":
        record_access(actor, "export", "people-import", key)
        return excel.download(_("Mistakes in the file"), PROBLEMS, run.problems)
    counts = {kind: sum(row["do"] == kind for row in run.rows) for kind in ("organisation", "person", "role")}
    return shell.render("people/admin/import_report.html", run=run, counts=counts, shown=run.problems[:_SHOWN])


@blueprint.post("/admin/people/import/<int:key>/take")
def take_import(key: int) -> ResponseReturnValue:
    """Let the workers take the good rows."""
    actor = shell.current_actor()
    demand_accounts(actor)
    try:
        job = start_import(actor, key, link=url_for("people.access"))
    except Conflict as error:
        return shell.go("people.import_report", key=key, message=error.message, kind="warning")
    return shell.go("background.job", key=job)


@blueprint.get("/admin/people/import/template")
def import_template() -> Response:
    """An empty file with the right sheets and columns."""
    demand_accounts(shell.current_actor())
    name = f"{_('People to import')}.xlsx"
    return send_file(BytesIO(import_sheet.template()), mimetype=excel.MIME, as_attachment=True, download_name=name)


def _page(state: FormState, **context: Any) -> str:
    actor = shell.current_actor()
    columns = {
        str(import_sheet.SHEETS[kind]): [str(label) for label in labels.values()]
        for kind, labels in import_sheet.COLUMNS.items()
        if kind != import_sheet.ORGANISATIONS or may_administer(actor)
    }
    return shell.render("people/admin/import.html", state=state, columns=columns, runs=import_runs(actor), **context)
