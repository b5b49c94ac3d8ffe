"""The cockpit of a programme, the work behind a cell, reminders to all who are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import catalogue
from app.people import queries as people
from app.programmes import queries as programmes
from app.programmes.models import Roadmap, SupportProgramme
from app.programmes.models.programmes import ACTIVE, REGION, SCHOOL
from app.web import excel, shell
from app.web.listing import Column, Listing, Page

from . import operations, policies, queries, rules
from .queries import Matrix, Period, Work

blueprint = Blueprint("cockpit", __name__, template_folder="templates")
STATES: dict[str, object] = {
    rules.LATE: _l("late"),
    rules.RUNNING: _l("under way"),
    rules.PARTLY: _l("done in part"),
    rules.DONE: _l("done"),
    rules.PLANNED: _l("ahead"),
    rules.NOTHING: _l("nothing yet"),
}
LOOKS = {
    rules.LATE: "pit-late",
    rules.RUNNING: "pit-running",
    rules.PARTLY: "pit-partly",
    rules.DONE: "pit-done",
    rules.PLANNED: "pit-planned",
}
"""Classes of `own.css`, written out: what no file names is purged."""
SIGNS = {rules.LATE: "!", rules.RUNNING: "▸", rules.PARTLY: "◐", rules.DONE: "✓", rules.PLANNED: "○", rules.NOTHING: ""}
"""Cells are told apart without colours too."""
_WORKS = (
    Column("task", _l("Task"), value=lambda row: _task(row), width=44),
    Column("about", _l("About"), value=lambda row: row.about, width=40),
    Column("measure", _l("Roadmap measure"), value=lambda row: row.row_key.partition(":")[2], width=10),
    Column("place", _l("Place"), value=lambda row: _place(row.place), width=30),
    Column("who", _l("Who"), value=lambda row: _who(row), width=34),
    Column("due", _l("Deadline"), value=lambda row: row.due_at, width=18),
    Column("state", _l("State"), value=lambda row: str(_word(row)), width=14),
)

shell.nav_item(_l("Cockpit"), "cockpit.index", visible=policies.may_see_cockpit, group=shell.Menu.PROGRAMMES, order=5)


@blueprint.get("/cockpit")
def index() -> ResponseReturnValue:
    """The programme that stands first among the reader's."""
    actor = shell.current_actor()
    policies.demand_cockpit(actor)
    for found in _choices(actor):
        return shell.go("cockpit.programme", code=found.code)
    return shell.render("cockpit/none.html")


@blueprint.get("/cockpit/<code>")
def programme(code: str) -> ResponseReturnValue:
    """Places by measures in a period; what is late; plan and fact over time."""
    other = request.args.get("to", code)
    if other != code:
        return shell.go("cockpit.programme", code=other)
    actor = shell.current_actor()
    found, roadmap = _programme(actor, code)
    period = queries.period_of(found, request.args.get("period", ""))
    section = request.args.get("section", "")
    table = queries.matrix(actor, found, roadmap, period, section)
    if request.args.get("format") == "xlsx":
        return excel.download(f"{_('Cockpit')} {found.code}", _columns(table), table.places)
    late, late_count = queries.waited_for(actor, roadmap, period)
    choices = _choices(actor)
    return shell.render(
        "cockpit/programme.html",
        programme=found,
        roadmap=roadmap,
        choices=choices if found in choices else [found, *choices],
        periods=queries.periods_of(found),
        period=period,
        section=section,
        table=table,
        rows=_rows(found.code, table, period),
        late=late,
        late_count=late_count,
        progress=programmes.progress([roadmap.key])[roadmap.key],
        pace=queries.pace(found, roadmap),
        targets=queries.targets_of(actor, found),
        may_remind=policies.may_remind(actor),
        **_words(late),
    )


@blueprint.get("/cockpit/<code>/works")
def works(code: str) -> ResponseReturnValue:
    """The tasks behind a cell, a row, a column or the whole."""
    actor = shell.current_actor()
    found, roadmap = _programme(actor, code)
    period = queries.period_of(found, request.args.get("period", ""))
    listing = Listing.of_request(_WORKS)
    measure, place = request.args.get("measure") or None, request.args.get("place") or None
    chosen: dict[str, Any] = {"measure": measure, "place": place, "only_late": request.args.get("state") == rules.LATE}
    if place is not None:
        people.organisation(place)
    if listing.wants_excel:
        rows, _total = queries.works_at(actor, roadmap, period, **chosen, limit=10_000)
        return excel.download(_("Work of the programme"), _WORKS, rows)
    offset = (listing.number - 1) * listing.size
    rows, total = queries.works_at(actor, roadmap, period, **chosen, limit=listing.size, offset=offset)
    page: Page = Page(rows, listing.number, listing.size, total)
    return shell.render(
        "cockpit/works.html",
        programme=found,
        measure=programmes.measure(actor, measure) if measure else None,
        place=place,
        period=period,
        listing=listing,
        page=page,
        only_late=chosen["only_late"],
        late=sum(row.late for row in rows),
        may_remind=policies.may_remind(actor),
        **_words(rows),
    )


@blueprint.post("/cockpit/<code>/remind")
def remind(code: str) -> ResponseReturnValue:
    """Remind all who are late."""
    actor = shell.current_actor()
    found, roadmap = _programme(actor, code)
    period = queries.period_of(found, request.form.get("period", ""))
    measure, place = request.form.get("measure") or None, request.form.get("place") or None
    done = operations.remind_late(actor, found, roadmap, period, measure=measure, place=place)
    if not done.tasks:
        message = _("Nobody is late here.")
    elif not done.notices:
        message = _("All of them were reminded today already.")
    else:
        message = ngettext("%(num)s reminder was sent.", "%(num)s reminders were sent.", done.notices)
    return shell.go("cockpit.programme", code=code, period=period.code or None, message=message)


def _programme(actor: Actor, code: str) -> tuple[SupportProgramme, Roadmap]:
    policies.demand_cockpit(actor)
    found = programmes.programme(actor, code)
    roadmap = programmes.roadmap_of(found.key)
    if roadmap is None:
        raise NotFound(_("This programme has no roadmap yet."))
    return found, roadmap


def _choices(actor: Actor) -> list[SupportProgramme]:
    """Programmes of regions and municipalities with a roadmap: in force first, the actor's own, the wider, the newer.

    A school's programme is a row of them; its own view is reached from its page.
    """
    planned = select(Roadmap.key).where(Roadmap.programme_key == SupportProgramme.key).exists()
    query = programmes.programmes(actor).where(SupportProgramme.kind != SCHOOL, planned)
    own = {held.organisation for held in actor.assignments}

    def place(each: SupportProgramme) -> tuple[bool, bool, bool, int, str]:
        since = -each.period_from.toordinal()
        return each.state != ACTIVE, each.organisation not in own, each.kind != REGION, since, each.code

    return sorted(db.session.scalars(query), key=place)


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page draws it: one of 1,400, so everything is made here and not in the template."""

    look: str
    sign: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A place with a cell per measure; None where there is nothing."""

    code: str
    name: str
    cells: Sequence[Shown | None]


def _rows(code: str, table: Matrix, period: Period) -> list[ShownRow]:
    words = {state: str(word) for state, word in STATES.items()}
    base = url_for("cockpit.works", code=code, period=period.code or None)
    base += "&" if "?" in base else "?"
    ends = [(each.row_key, each.number, "&" + urlencode({"measure": each.row_key})) for each in table.measures]
    found = []
    for place in table.places:
        begin = base + urlencode({"place": place.code})
        cells: list[Shown | None] = []
        for row_key, number, end in ends:
            cell = table.at(place.code, row_key)
            state = cell.state
            text = f"{place.name}, {number}: {words[state]}, {cell.finished}/{cell.total}"
            cells.append(None if state == rules.NOTHING else Shown(LOOKS[state], SIGNS[state], text, begin + end))
        found.append(ShownRow(place.code, place.name, cells))
    return found


def _columns(table: Matrix) -> list[Column]:
    """Of the Excel file: a column for every measure."""
    first = Column("place", _l("Place"), value=lambda row: row.name, width=36)
    return [first, *(_column(table, measure.row_key, measure.number) for measure in table.measures)]


def _column(table: Matrix, row_key: str, number: str) -> Column:
    def value(row: Any) -> str:
        cell = table.at(row.code, row_key)
        return "" if cell.state == rules.NOTHING else f"{STATES[cell.state]}: {cell.finished}/{cell.total}"

    return Column(row_key, number, value=value, width=16)


def _words(rows: Sequence[Work]) -> dict[str, Any]:
    logins = {row.who for row in rows}
    return {
        "STATES": STATES,
        "LOOKS": LOOKS,
        "SIGNS": SIGNS,
        "names": people.person_names(logins),
        "place_name": _place,
        "role_name": catalogue.role_name,
        "word": _word,
        "number": _number,
    }


def _number(row_key: str) -> str:
    """The measure's number as the roadmap writes it."""
    return row_key.partition(":")[2]


def _word(row: Work) -> object:
    if row.late:
        return STATES[rules.LATE]
    return STATES[rules.DONE] if row.state == "completed" else STATES[rules.RUNNING]


def _task(row: Work) -> str:
    return row.name if row.readable else _("A task of a closed process")


def _place(code: str) -> str:
    return people.organisation(code).short_name


def _who(row: Work) -> str:
    return people.person_name(row.who) if row.who else catalogue.role_name(row.role) if row.role else ""
