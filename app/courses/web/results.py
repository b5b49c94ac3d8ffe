"""Results of tests: import from Excel with a report of every row, entry by hand, annulment."""

from __future__ import annotations

from decimal import Decimal

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields

from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState, PageSchema, choice, load
from app.web.listing import Column

from ..models.courses import RUNNING
from ..operations import imports, taking
from ..policies import Sight
from ..queries import catalogue, listeners, registers
from ..queries.catalogue import CourseRow
from ..rules import scores
from ..rules import words as terms
from ..rules.results_file import MOST_BYTES
from . import words
from .blueprint import blueprint
from .course import frame

TEMPLATE = (
    Column("login", "Логин", lambda row: row.teacher, None, 20),
    Column("name", "Ф.И.О.", lambda row: row.name, None, 36),
    Column("school", "Школа", lambda row: row.school_name, None, 30),
    Column("points", "Баллы", lambda row: None, None, 10),
    Column("maximum", "Максимум", lambda row: None, None, 12),
    Column("date", "Дата", lambda row: None, None, 12),
)
"""The file to fill in; its heads are Russian in every language, as the import reads them."""


class EntrySchema(PageSchema):
    """One result."""

    teacher = fields.String(required=True)
    kind = choice(terms.ATTEMPT_KINDS, required=True)
    points = fields.String(required=True)
    maximum = fields.String(required=True)


@blueprint.get("/<code>/results")
def results_page(code: str) -> ResponseReturnValue:
    """Results so far, files taken, and the ways to enter more."""
    return _page(code, FormState(), FormState())


@blueprint.get("/<code>/results/template")
def results_template(code: str) -> ResponseReturnValue:
    """An Excel file with the listeners, to be filled in."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    registers.imports_of(actor, code)  # in scope?
    rows = listeners.confirmed_rows(actor, row.course, seen)
    return excel.download(_("Results"), TEMPLATE, rows)


@blueprint.post("/<code>/results")
def upload(code: str) -> ResponseReturnValue:
    """Read a file; its report comes next, nothing is recorded yet."""
    imports.demand_leader(shell.current_actor(), code)
    state = FormState(values=request.form)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(errors={"file": [_("Choose a file.")]})
        with file.stream as stream:
            content = stream.read(MOST_BYTES + 1)
        kind = request.form.get("kind", "")
        run = imports.upload_results(shell.current_actor(), code, kind, file.filename, content)
        return shell.go("courses.import_report", code=code, key=run.key)
    except Invalid as error:
        state.refuse(error)
    return _page(code, state, FormState())


@blueprint.get("/<code>/results/<int:key>")
def import_report(code: str, key: int) -> ResponseReturnValue:
    """What a file holds, row by row."""
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    run = registers.import_run(actor, code, key)
    good = [item for item in run.rows if not item["impossible"]]
    return shell.render(
        "courses/import.html", **frame(row, seen, "courses.results_page"), run=run, good=good, kinds=dict(words.TESTS)
    )


@blueprint.post("/<code>/results/<int:key>/take")
def take(code: str, key: int) -> ResponseReturnValue:
    """Record the good rows, once."""
    job = taking.take_later(shell.current_actor(), code, key)
    if job is not None:
        return shell.go("background.job", key=job)
    taken = imports.take_import(shell.current_actor(), code, key)
    text = ngettext("%(num)s result is recorded.", "%(num)s results are recorded.", taken.recorded)
    if taken.refused:
        text += " " + ngettext("%(num)s row was refused.", "%(num)s rows were refused.", len(taken.refused))
    return shell.go("courses.import_report", code=code, key=key, message=text)


@blueprint.post("/<code>/results/entry")
def enter(code: str) -> ResponseReturnValue:
    """Record one result by hand."""
    imports.demand_leader(shell.current_actor(), code)
    data, state = load(EntrySchema(), request.form)
    if not state.errors:
        try:
            points, maximum = _number(data["points"], "points"), _number(data["maximum"], "maximum")
            imports.enter_result(shell.current_actor(), code, data["teacher"], data["kind"], points, maximum)
            return shell.go("courses.results_page", code=code, message=_("The result is recorded."))
        except scores.ScoreOutOfRange as error:
            state.errors["points" if error.details.get("field") == "points" else "maximum"] = error.message
        except Invalid as error:
            state.refuse(error)
        except Conflict as error:
            state.general.append(error.message)
    return _page(code, FormState(), state)


def _number(value: str, name: str) -> Decimal:
    try:
        return scores.number(value)
    except Invalid as error:
        raise Invalid(errors={name: [error.message]}) from None


def _page(code: str, uploading: FormState, entering: FormState) -> ResponseReturnValue:
    actor = shell.current_actor()
    row, seen = catalogue.sight_of(actor, code)
    runs = registers.imports_of(actor, code)
    rows = listeners.confirmed_rows(actor, row.course, seen)
    page = shell.render(
        "courses/results.html",
        **frame(row, seen, "courses.results_page"),
        runs=runs,
        rows=rows,
        kinds=words.TESTS,
        teachers=[(item.teacher, item.name) for item in rows],
        uploading=uploading,
        entering=entering,
        may_enter=_may_enter(row, seen),
    )
    refused = uploading.errors or uploading.general or entering.errors or entering.general
    return page, 422 if refused else 200


def _may_enter(row: CourseRow, seen: Sight) -> bool:
    return seen.manages and row.course.status == RUNNING
