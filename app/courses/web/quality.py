"""Low-quality zones: the table, one school, and the import of results from Excel in two steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.kernel.errors import Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import policies
from ..operations import assessments
from ..queries import persons, quality
from ..rules import assessments_file as file
from .blueprint import blueprint

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


@blueprint.get("/quality")
def quality_page() -> ResponseReturnValue:
    """Subject × school with counts of zones."""
    actor = shell.current_actor()
    year = request.args.get("year", "")
    table = quality.table(actor, int(year) if year.isdecimal() else None)
    if request.args.get("format") == "xlsx":
        columns = [Column("school", _("School"), lambda row: row.name, None, 36)]
        columns += [Column(name, name, _count_of(name), None, 16) for name in table.subjects]
        return excel.download(_("Low-quality zones"), columns, table.rows)
    return shell.render(
        "courses/quality.html",
        table=table,
        runs=quality.imports(actor),
        may_import=policies.may_import_assessments(actor),
        place=persons.organisation_name,
    )


def _count_of(subject: str) -> Callable[[Any], object]:
    return lambda row: row.by_subject.get(subject)


@blueprint.get("/quality/<int:year>/<school>")
def quality_school(year: int, school: str) -> ResponseReturnValue:
    """The zones of one school with the typical difficulties."""
    actor = shell.current_actor()
    zones = quality.zones_of(actor, school, year)
    return shell.render("courses/quality_school.html", zones=zones, year=year, name=persons.organisation_name(school))


@blueprint.get("/quality/import")
def quality_import() -> ResponseReturnValue:
    """Where a file of results is uploaded."""
    assessments.demand_importer(shell.current_actor())
    return _import_page(FormState())


@blueprint.post("/quality/import")
def quality_upload() -> ResponseReturnValue:
    """Read a file; its report comes next, nothing is recorded yet."""
    actor = shell.current_actor()
    assessments.demand_importer(actor)
    state, sent = FormState(values=request.form), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with sent.stream as stream:
            content = stream.read(file.MEGABYTES * 1024 * 1024 + 1)
        run = assessments.upload_assessments(actor, sent.filename, content)
        return shell.go("courses.quality_report", key=run.key)
    except Invalid as error:
        state.refuse(error)
    return _import_page(state), 422


@blueprint.get("/quality/import/template")
def quality_template() -> ResponseReturnValue:
    """An Excel file to be filled in."""
    assessments.demand_importer(shell.current_actor())
    return excel.download(_("Results of assessment procedures"), TEMPLATE, ())


@blueprint.get("/quality/import/<int:key>")
def quality_report(key: int) -> ResponseReturnValue:
    """What a file holds, row by row."""
    actor = shell.current_actor()
    quality.demand_sight(actor)
    run = quality.import_run(actor, key)
    return shell.render(
        "courses/quality_report.html",
        run=run,
        may_take=policies.may_import_assessments(actor) and run.taken_at is None and bool(run.rows),
        place=persons.organisation_name,
    )


@blueprint.post("/quality/import/<int:key>/take")
def quality_take(key: int) -> ResponseReturnValue:
    """Record the good rows, once."""
    count = assessments.take_assessments(shell.current_actor(), key)
    text = ngettext("%(num)s result is recorded.", "%(num)s results are recorded.", count)
    return shell.go("courses.quality_report", key=key, message=text)


def _import_page(state: FormState) -> str:
    page: str = shell.render("courses/quality_import.html", state=state, megabytes=file.MEGABYTES)
    return page
