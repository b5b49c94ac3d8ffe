"""Lists of schools: the lists of all years, one list, figures of reports beside the computed ones."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import policies
from ..operations import lists
from ..queries import lists as queries
from ..queries import registry
from . import words
from .blueprint import blueprint

DECISION = (
    Column("name", _l("School"), lambda row: row.name, None, 40),
    Column("municipality", _l("Municipality"), lambda row: row.municipality, None, 30),
    Column("decided", _l("Decided"), lambda row: ", ".join(row.decided) if row.row.included else _("not included")),
)
GROUNDS = (
    Column("computed", _l("Computed"), lambda row: ", ".join(row.computed)),
    Column("isb", _l("Index"), lambda row: row.row.isb, None, 10),
    Column("results", _l("Results"), lambda row: row.row.results_text, None, 30),
    Column("basis", _l("Basis"), lambda row: row.row.basis, None, 40),
    Column("missing", _l("No data"), lambda row: ", ".join(row.row.missing), None, 24),
)
DISPUTES = (
    Column("objection", _l("Municipality's answer"), lambda row: _answer(row.row.objection), None, 30),
    Column("reason", _l("Reason of the municipality"), lambda row: row.row.objection_reason, None, 40),
    Column("settled", _l("Reason of the decision"), lambda row: row.row.settled_reason, None, 40),
)
CHANGE = (Column("change", _l("Compared with the list before"), lambda row: _change(row.row.change), None, 20),)


def _answer(objection: str | None) -> str:
    return str(words.OBJECTION[objection]) if objection else ""


def _change(change: str | None) -> str:
    return str(words.CHANGE[change][0]) if change else ""


@blueprint.get("/lists")
def lists_page() -> ResponseReturnValue:
    """Lists that the reader may see."""
    actor = shell.current_actor()
    found = queries.lists_for(actor)
    return shell.render("schools/lists.html", lists=found, place=registry.name_of, **_words())


@blueprint.get("/lists/<int:key>")
def list_page(key: int) -> ResponseReturnValue:
    """One list: totals, figures of reports, every school with what was computed and decided."""
    view = queries.list_view(shell.current_actor(), key)
    if request.args.get("format") == "xlsx":
        return excel.download(_("List of schools of %(year)s", year=view.list.year), _columns(), view.rows)
    return _list_page(view, FormState())


def _columns() -> tuple[Column, ...]:
    """The columns of the reader's Excel file."""
    actor = shell.current_actor()
    grounds = GROUNDS if policies.may_see_schools(actor) else ()
    return (*DECISION, *grounds, *(DISPUTES if policies.may_see_disputes(actor) else ()), *CHANGE)


def _list_page(view: queries.ListView, state: FormState) -> str:
    actor = shell.current_actor()
    page: str = shell.render(
        "schools/list.html",
        view=view,
        process=queries.process_of(actor, view.list),
        state=state,
        beside=queries.share_beside,
        may_report=policies.may_keep_groups(actor),
        may_see_schools=policies.may_see_schools(actor),
        may_see_disputes=policies.may_see_disputes(actor),
        figures=list(words.FIGURE.items()),
        **_words(),
    )
    return page


def _words() -> dict[str, Any]:
    return {
        "variants": words.VARIANT,
        "states": words.STATE,
        "changes": words.CHANGE,
        "objections": words.OBJECTION,
        "figure_labels": words.FIGURE,
    }


@blueprint.post("/lists/<int:key>/figures")
def report_figure(key: int) -> ResponseReturnValue:
    """Keep a figure as a report gave it."""
    actor = shell.current_actor()
    view = queries.list_view(actor, key)
    found = view.list
    state = FormState(values=request.form)
    try:
        value = _number(request.form.get("value", ""))
        code, source = request.form.get("code", ""), request.form.get("source", "")
        lists.report_figure(actor, found.year, found.organisation, code, value, source)
        return shell.go("schools.list_page", key=key, message=_("The figure of the report is kept."))
    except Invalid as error:
        state.refuse(error)
    return _list_page(view, state), 422


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return Decimal(-1)
