"""Decisions in a draft: their test rows are kept and made, their tables go out to Excel and come back."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import feel
from app.designer import gates, policies, queries
from app.designer.findings import Finding
from app.designer.models import DraftFile
from app.designer.rules import naming, needs, rows, sheets, tables
from app.designer.rules.needs import Value
from app.designer.rules.rows import Outcome, Row, Rows
from app.designer.rules.tables import Change, Grid
from app.designer.views import DraftView
from app.engine.bpmn import ModelError
from app.engine.bpmn.findings import Language
from app.engine.decisions import DecisionModel, read_decisions
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.web import spreadsheets

from . import drafts


@dataclass(frozen=True, slots=True)
class Tried:
    """A decision with its columns, its test rows and what became of them."""

    decision: str
    name: str
    inputs: tuple[Value, ...]
    answers: tuple[Value, ...]
    rows: tuple[Row, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a workbook would make of a decision file.

    Attributes:
        content: the file with the rules of the workbook.
        changes: per table that changes: the table as it is, and its rules that differ.
    """

    content: bytes
    changes: tuple[tuple[Grid, tuple[Change, ...]], ...]


def try_rows(actor: Actor, content: bytes, kept: Rows, *, until: float | None = None) -> list[Tried]:
    """Make every decision of a file for its rows. Nothing is stored.

    Args:
        until: when no further row is begun, as `rows.deadline`.

    Raises:
        Invalid: the file cannot be read; `errors` says what stands in the way.
    """
    policies.demand_reading(actor)
    model = _model(content)
    last = rows.deadline() if until is None else until
    return [_try(model, name, kept.get(name, []), last) for name in model.decisions]


def keep_rows(actor: Actor, draft_key: int, decision_file: str, kept: Rows, revision: int) -> int:
    """Keep the test rows of a decision file in the draft.

    Args:
        revision: of the rows that were changed, 0 when the draft had none.

    Returns:
        the new revision.

    Raises:
        Conflict: a colleague has changed them since, or the draft is frozen.
        NotFound, Forbidden: as for any change of a draft.
    """
    name, content = queries.test_rows.name_for(decision_file), rows.dump(kept)
    own = queries.drafts.draft(actor, draft_key).file(name)
    if own is not None:
        return drafts.save(actor, own.key, content, revision)
    if revision:
        raise Conflict(_l("A colleague took these test rows out of the draft. Reload the page."))
    file_key = drafts.add_file(actor, draft_key, name, content)
    return db.session.get_one(DraftFile, file_key).revision


def export(actor: Actor, content: bytes) -> bytes:
    """The tables of a decision file as an Excel workbook.

    Raises:
        Invalid: it cannot be read, or holds no table.
    """
    policies.demand_reading(actor)
    return sheets.workbook(_grids(content))


def read_workbook(actor: Actor, content: bytes, workbook: bytes, file_name: str) -> Imported:
    """What a workbook would change in a decision file. Nothing is stored.

    Raises:
        Invalid: the file or the workbook cannot be read; `errors["file"]` names every sheet, row and column.
    """
    policies.demand_reading(actor)
    grids = _grids(content)
    with spreadsheets.opened(workbook, file_name) as book:
        rules, problems = sheets.read(book, grids, tables.names(content))
    if problems:
        messages: list[object] = [sheets.words(problem) for problem in problems[:100]]
        raise Invalid(_l("The file was not taken over: correct what is named and choose it again."), {"file": messages})
    pairs = [
        (grid, tuple(tables.changes(grid.rules, rules[grid.decision]))) for grid in grids if grid.decision in rules
    ]
    return Imported(tables.replace(content, dict(rules)), tuple(pair for pair in pairs if pair[1]))


@gates.gate("rows", label=_l("Test rows of decisions"), order=15)
def all_right(actor: Actor, draft: DraftView) -> list[Finding]:
    """Every test row of every decision of the draft comes out as expected. All rows together have one limit of time:
    while they are made, nobody else can publish."""
    with feel.within(rows.GATE_SECONDS):
        return _all_right(actor, draft, rows.deadline(rows.GATE_SECONDS))


def _all_right(actor: Actor, draft: DraftView, until: float) -> list[Finding]:
    found: list[Finding] = []
    for file in draft.files:
        if file.kind != naming.DMN:
            continue
        kept, _revision = queries.test_rows.rows_of(actor, draft, file.name)
        if not any(kept.values()):
            continue
        try:
            tried = try_rows(actor, queries.drafts.content(actor, file.key), kept, until=until)
        except Invalid:
            continue  # what cannot be read is told by the checks
        found += _findings(file.name, tried)
    return found


def _findings(name: str, tried: list[Tried]) -> list[Finding]:
    found = []
    for each in tried:
        for number, outcome in enumerate(each.outcomes, start=1):
            if not outcome.right:
                found.append(Finding(name, each.decision, each.name, _wrong(each, number, outcome), rule="test-rows"))
    return found


def _wrong(tried: Tried, number: int, outcome: Outcome) -> str:
    if outcome.problem:
        return str(_("Test row %(number)s: %(problem)s", number=number, problem=outcome.problem))
    labels = {value.name: value.label for value in tried.answers}
    wrong = next(answer for answer in outcome.answers if answer.right is False)
    return str(
        _(
            "Test row %(number)s: “%(label)s” is “%(found)s” instead of “%(expected)s”.",
            number=number,
            label=labels[wrong.name],
            found=wrong.text or "—",
            expected=tried.rows[number - 1].expected[wrong.name],
        )
    )


def _try(model: DecisionModel, name: str, given: list[Row], until: float) -> Tried:
    decision = model.decisions[name]
    return Tried(
        decision=name,
        name=decision.name or name,
        inputs=tuple(needs.needs(model, name)),
        answers=tuple(needs.answers(decision)),
        rows=tuple(given),
        outcomes=tuple(rows.run(model, name, given, until)),
    )


def _model(content: bytes) -> DecisionModel:
    try:
        return read_decisions(content)
    except ModelError as error:
        raise _unreadable(error) from error


def _grids(content: bytes) -> list[Grid]:
    try:
        found = tables.grids(content)
    except ModelError as error:
        raise _unreadable(error) from error
    if not found:
        raise Invalid(_l("There is no decision table in this file: Excel has nothing to hold."))
    return found


def _unreadable(error: ModelError) -> Invalid:
    locale = get_locale()
    language: Language = "en" if locale is not None and locale.language == "en" else "ru"
    errors: dict[str, list[object]] = {"content": [finding.text(language) for finding in error.findings]}
    return Invalid(_l("The decision cannot be made yet: correct what the checks name."), errors)
