"""Administration: people from an Excel file, with a report for every row."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.errors import Invalid
from app.web import excel, shell
from app.web.forms import FormState

from ..operations.importing import COLUMNS, import_rows, rows_of
from ..policies import demand_administration
from .blueprint import blueprint


@blueprint.route("/admin/people/import", methods=["GET", "POST"])
def import_people() -> ResponseReturnValue:
    """Upload the file. All rows are taken, or none with what is wrong in each."""
    actor = shell.current_actor()
    demand_administration(actor)
    state = FormState()
    if request.method == "GET":
        return _page(state)
    file = request.files.get("file")
    if file is None or not file.filename:
        state.errors["file"] = _("Choose a file.")
        return _page(state), 422
    try:
        outcomes = import_rows(actor, rows_of(file.stream))
    except Invalid as error:
        return _page(state.refuse(error)), 422
    failed = any(outcome.errors for outcome in outcomes)
    return _page(state, outcomes=outcomes, failed=failed), 422 if failed else 200


@blueprint.get("/admin/people/import/template")
def import_template() -> Response:
    """An empty file with the right columns."""
    demand_administration(shell.current_actor())
    return excel.download(_("People to import"), COLUMNS, [])


def _page(state: FormState, **context: Any) -> str:
    return shell.render("people/admin/import.html", state=state, columns=COLUMNS, **context)
