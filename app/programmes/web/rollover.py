"""The next year: clone the cycle, carry over what is unfinished, compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import operations, policies, queries
from ..models import SupportProgramme
from ..queries import comparing
from ..queries.comparing import Line, Pair
from . import words
from .blueprint import blueprint


@blueprint.get("/<code>/next")
def next_year(code: str) -> ResponseReturnValue:
    """What would go into the next year."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    plan = queries.roadmap_of(found.key)
    rows = [] if plan is None else queries.measures.measures_of(plan.key)
    open_rows = [row for row in rows if row.state != "done"]
    year = found.period_from.year + 1
    return shell.render("programmes/next.html", programme=found, year=year, total=len(rows), open_rows=open_rows)


@blueprint.post("/<code>/next")
def clone(code: str) -> ResponseReturnValue:
    """Clone the cycle."""
    text = request.form.get("year", "")
    try:
        year = int(text) if text.isdecimal() and len(text) == 4 else 0
        found = operations.clone_programme(shell.current_actor(), code, year)
    except (Invalid, Conflict) as refusal:
        text = str(refusal.message or _("There is such a programme already."))
        return shell.go("programmes.next_year", code=code, message=text, kind="danger")
    return shell.go("programmes.programme", code=found.code, message=_("The programme of the next year is a draft."))


@blueprint.get("/<code>/carry")
def carry(code: str) -> ResponseReturnValue:
    """What of the year before would be carried over: everything is chosen, each row can be left out."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    return _carry(found, FormState(values={"rows": [row.row_key for row in queries.unfinished(actor, found)]}))


@blueprint.post("/<code>/carry")
def carry_over(code: str) -> ResponseReturnValue:
    """Carry the chosen rows over."""
    state = FormState(values=request.form)
    try:
        count = operations.carry_over(shell.current_actor(), code, request.form.getlist("rows"))
    except Invalid as error:
        state.refuse(error)
        return _carry(queries.programme(shell.current_actor(), code), state), 422
    except Conflict as refusal:
        return shell.go("programmes.carry", code=code, message=refusal.message, kind="danger")
    return shell.go("programmes.roadmap", code=code, message=_("Measures carried over: %(count)s.", count=count))


def _carry(found: SupportProgramme, state: FormState) -> str:
    actor = shell.current_actor()
    roadmap = queries.roadmap_of(found.key)
    rows = queries.unfinished(actor, found)
    occurrences = queries.measures.occurrences_of([row.key for row in rows])
    return shell.render(
        "programmes/carry.html",
        programme=found,
        before=queries.year_before(actor, found),
        draft=roadmap is not None and roadmap.state == "draft",
        rows=[(row, occurrences.get(row.key, [])) for row in rows],
        state=state,
    )


@blueprint.get("/<code>/compare/<other>")
def compare_years(code: str, other: str) -> ResponseReturnValue:
    """Two years of a cycle side by side: plan, fact and difference of every measure and target indicator."""
    actor = shell.current_actor()
    first, second = queries.programme(actor, code), queries.programme(actor, other)
    pairs = comparing.compare(actor, first, second)
    targets = comparing.compare_targets(actor, first, second)
    if request.args.get("format") == "xlsx":
        title = _("Comparison of years")
        return excel.download(f"{title} {first.code} {second.code}", _columns(first, second), _flat(pairs, targets))
    roadmaps = {each.key: queries.roadmap_of(each.key) for each in (first, second)}
    progress = queries.progress([each.key for each in roadmaps.values() if each is not None])
    return shell.render(
        "programmes/compare.html",
        first=first,
        second=second,
        pairs=pairs,
        targets=targets,
        progress=[(each, progress[plan.key]) for each in (first, second) if (plan := roadmaps[each.key]) is not None],
    )


@dataclass(frozen=True, slots=True)
class _Flat:
    """A line of the Excel file: a target indicator without a pair, or a line of a measure."""

    line: Line
    pair: Pair | None = None

    @property
    def number(self) -> str:
        """Number of the measure."""
        one = self.pair and (self.pair.second or self.pair.first)
        return one.number if one else ""

    @property
    def title(self) -> str:
        """What it is about."""
        one = self.pair and (self.pair.second or self.pair.first)
        return one.title if one else self.line.label

    @property
    def counted(self) -> object:
        """What is counted."""
        if self.pair is None:
            return _("target indicator")
        return self.line.label or _("occurrences of the measure")

    def state(self, *, second: bool) -> object:
        """How the measure stands in a year."""
        one = self.pair and (self.pair.second if second else self.pair.first)
        return words.STATES[one.state][0] if one else ""


def _flat(pairs: list[Pair], targets: list[Line]) -> Iterator[_Flat]:
    for pair in pairs:
        yield from (_Flat(line, pair) for line in pair.lines)
    yield from (_Flat(line) for line in targets)


def _columns(first: SupportProgramme, second: SupportProgramme) -> tuple[Column, ...]:
    def head(text: object, year: SupportProgramme) -> str:
        return f"{year.code}: {text}"

    return (
        Column("number", _l("Number"), lambda row: row.number, None, 8),
        Column("title", _l("Measure or indicator"), lambda row: row.title, None, 70),
        Column("counted", _l("What is counted"), lambda row: row.counted, None, 40),
        Column("unit", _l("Unit"), lambda row: row.line.unit, None, 8),
        Column("plan_1", head(_("plan"), first), lambda row: row.line.first.plan, None, 16),
        Column("fact_1", head(_("fact"), first), lambda row: row.line.first.fact, None, 16),
        Column("state_1", head(_("state of the measure"), first), lambda row: row.state(second=False), None, 18),
        Column("plan_2", head(_("plan"), second), lambda row: row.line.second.plan, None, 16),
        Column("fact_2", head(_("fact"), second), lambda row: row.line.second.fact, None, 16),
        Column("state_2", head(_("state of the measure"), second), lambda row: row.state(second=True), None, 18),
        Column("difference", _l("Difference"), lambda row: row.line.difference, None, 12),
    )
