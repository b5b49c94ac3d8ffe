"""Items from files and into files."""

from __future__ import annotations

from io import BytesIO

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.errors import Invalid, NotFound
from app.web import shell
from app.web.excel import MIME
from app.web.forms import FormState

from ..operations import exporting, importing, loading
from ..queries import banks as queries
from ..rules import archives, workbook
from .banks import frame
from .blueprint import blueprint

SHOWN = 200
"""Rows of a report that are shown; the counts are those of all."""


@blueprint.get("/banks/<code>/import")
def bank_import(code: str) -> ResponseReturnValue:
    """Upload a file, take the bank out as a file, files so far."""
    return _page(code, FormState())


@blueprint.post("/banks/<code>/import")
def upload_bank_items(code: str) -> ResponseReturnValue:
    """Check a file; its report comes next, nothing is in the bank yet."""
    queries.bank_to_edit(shell.current_actor(), code)
    state, file = FormState(), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with file.stream as stream:
            body = stream.read(archives.MEGABYTES * 1024 * 1024 + 1)
        job = loading.check_later(shell.current_actor(), code, file.filename, body)
        if job is not None:
            return shell.go("background.job", key=job)
        run = importing.upload_items(shell.current_actor(), code, file.filename, body)
        return shell.go("assessment.bank_report", code=code, key=run.key)
    except Invalid as error:
        state.refuse(error)
    return _page(code, state), 422


@blueprint.get("/banks/<code>/import/<int:key>")
def bank_report(code: str, key: int) -> ResponseReturnValue:
    """What a file holds, row by row."""
    found = queries.bank_to_edit(shell.current_actor(), code)
    run = queries.import_run(found.key, key)
    return shell.render(
        "assessment/bank_report.html",
        **frame(found, ""),
        run=run,
        problems=[problem for problem in run.problems if not problem["note"]],
        notes=[problem for problem in run.problems if problem["note"]],
        shown=SHOWN,
    )


@blueprint.post("/banks/<code>/import/<int:key>/take")
def take_bank_items(code: str, key: int) -> ResponseReturnValue:
    """Take the good rows, once."""
    job = loading.take_later(shell.current_actor(), code, key)
    if job is not None:
        return shell.go("background.job", key=job)
    run = importing.take_items(shell.current_actor(), code, key)
    text = ngettext("%(num)s question is taken.", "%(num)s questions are taken.", run.taken_count)
    return shell.go("assessment.bank", code=code, message=text)


@blueprint.get("/banks/<code>/import/template")
def bank_template(code: str) -> Response:
    """An Excel file to fill in, with examples and instructions."""
    queries.bank_to_edit(shell.current_actor(), code)
    name = _("Questions template") + ".xlsx"
    return send_file(BytesIO(workbook.template()), mimetype=MIME, as_attachment=True, download_name=name)


@blueprint.get("/banks/<code>/export/<form>")
def bank_export(code: str, form: str) -> Response:
    """The bank as a file, keys and all."""
    if form not in exporting.FORMATS:
        raise NotFound()
    made = exporting.export_bank(shell.current_actor(), code, form)
    return send_file(
        BytesIO(made.content), mimetype=made.content_type, as_attachment=True, download_name=made.name, max_age=0
    )


def _page(code: str, state: FormState) -> str:
    found = queries.bank_to_edit(shell.current_actor(), code)
    return shell.render(
        "assessment/bank_import.html",
        **frame(found, "assessment.bank_import"),
        state=state,
        runs=queries.imports(found.key),
        megabytes=archives.MEGABYTES,
    )
