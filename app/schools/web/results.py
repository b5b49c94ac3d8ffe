"""Results of ВПР, ОГЭ, ЕГЭ and regional procedures from Excel, in two steps: report first, then the good rows."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.errors import Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from ..operations import results
from ..queries import registry
from ..queries import results as queries
from ..rules import results_file as file
from .blueprint import blueprint

AT_ONCE = 200
"""Rows that a page waits for; more are background work."""
TEMPLATE = tuple(
    Column(name, label, lambda row: None, None, width)
    for name, label, width in (
        *(("school", "Школа", 36), ("subject", "Предмет", 20), ("procedure", "Процедура", 14), ("year", "Год", 8)),
        *(("grade", "Класс", 8), ("participants", "Участников", 12), ("mean", "Средний балл", 12)),
        *(("below_min", "Не преодолели минимум", 16), ("bias", "Признак необъективности", 16)),
        *(("task1", "Задание 1: проверяемое умение", 24), ("task2", "Задание 2: проверяемое умение", 24)),
    )
)
"""The file to fill in; its heads are Russian in every language, as the import reads them."""


@blueprint.get("/results/import")
def results_import() -> ResponseReturnValue:
    """Where a file of results is uploaded."""
    results.demand_importer(shell.current_actor())
    return _import_page(FormState())


@blueprint.post("/results/import")
def upload_results() -> ResponseReturnValue:
    """Read a file; its report comes next, nothing is recorded yet."""
    actor = shell.current_actor()
    results.demand_importer(actor)
    state, sent = FormState(values=request.form), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with sent.stream as stream:
            content = stream.read(file.MEGABYTES * 1024 * 1024 + 1)
        run = results.upload_results(actor, sent.filename, content)
        return shell.go("schools.results_report", key=run.key)
    except Invalid as error:
        state.refuse(error)
    return _import_page(state), 422


@blueprint.get("/results/import/template")
def results_template() -> ResponseReturnValue:
    """An Excel file to be filled in."""
    results.demand_importer(shell.current_actor())
    return excel.download(_("Results of assessment procedures"), TEMPLATE, ())


@blueprint.get("/results/import/<int:key>")
def results_report(key: int) -> ResponseReturnValue:
    """What a file holds, row by row."""
    actor = shell.current_actor()
    run = queries.import_run(actor, key)
    return shell.render(
        "schools/results_report.html",
        run=run,
        may_take=queries.may_import(actor) and run.taken_at is None and bool(run.rows),
        place=registry.name_of,
    )


@blueprint.post("/results/import/<int:key>/take")
def take_results(key: int) -> ResponseReturnValue:
    """Record the good rows, once; a long file is work for the workers."""
    actor = shell.current_actor()
    results.demand_importer(actor)
    if len(queries.import_run(actor, key).rows) > AT_ONCE:
        return shell.go("background.job", key=results.start_taking(actor, key))
    count = results.take_results(actor, key)
    text = ngettext("%(num)s result is recorded.", "%(num)s results are recorded.", count)
    return shell.go("schools.results_report", key=key, message=text)


def _import_page(state: FormState) -> str:
    page: str = shell.render("schools/results_import.html", state=state, megabytes=file.MEGABYTES)
    return page
