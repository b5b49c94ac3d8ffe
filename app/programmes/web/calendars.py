"""The year month by month, and stage calendars: what a move would move is shown before it is confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.web import shell
from app.web.forms import FormState

from .. import operations, policies, queries
from ..models import StageCalendar, SupportProgramme
from ..queries.calendars import as_stage
from ..rules import periods
from ..rules.stages import Stage
from . import words
from .blueprint import blueprint
from .passports import place

CODES = ("school_monitoring", "municipal_monitoring", "arp_monitoring", "effectiveness_analysis")
"""Processes that go by stages."""


@blueprint.get("/<code>/calendar")
def calendar(code: str) -> ResponseReturnValue:
    """The year: occurrences and stages by month."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    year = _year(found)
    statement = queries.occurrences_between(actor, date(year, 1, 1), date(year, 12, 31))
    plan = queries.roadmap_of(found.key)
    rows = [each for each in db.session.scalars(statement) if plan and each.measure.roadmap_key == plan.key]
    waiting = [] if plan is None else [row for row in queries.measure_rows(plan.key) if not row.occurrences]
    months = []
    for number in range(1, 13):
        first = date(year, number, 1)
        last = periods.last_day(first)
        on = [each for each in rows if each.opens_on <= last and each.due_on >= first]
        months.append((first, on, [row.measure for row in waiting if queries.measures.active(row, first)]))
    calendars = [each for each in queries.calendars(found.key) if each.year == year]
    return shell.render(
        "programmes/calendar.html",
        programme=found,
        year=year,
        months=months,
        calendars=calendars,
        may_keep=policies.may_keep(actor, found),
        missing=[(each, words.process_title(each)) for each in CODES if each not in {c.code for c in calendars}],
        state=FormState(),
    )


def _year(found: SupportProgramme) -> int:
    text = request.args.get("year", "")
    wanted = int(text) if text.isdecimal() and len(text) == 4 else found.period_to.year
    return min(max(wanted, found.period_from.year), found.period_to.year)


@blueprint.post("/<code>/calendar")
def set_calendar(code: str) -> ResponseReturnValue:
    """Write down the stages of a year by their months."""
    actor, form = shell.current_actor(), request.form
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    wanted, year = form.get("code", ""), _whole(form.get("year", ""), found.period_to.year)
    months = sorted({int(each) for each in form.getlist("months") if each.isdecimal() and 1 <= int(each) <= 12})
    titles = [_("Stage %(number)s", number=number) for number in range(1, len(months) + 1)]
    try:
        if wanted not in CODES:
            raise Invalid(_("Choose what the stages are of."))
        if year not in found.years:
            raise Invalid(_("The year lies outside the programme."))
        stages = operations.calendars.stages_on_months(year, list(zip(titles, months, strict=True)))
        operations.set_calendar(actor, code, wanted, year, words.process_title(wanted), stages)
    except (Invalid, Conflict) as refusal:
        text = refusal.message or _("Name at least one stage.")
        return shell.go("programmes.calendar", code=code, year=year, message=text, kind="danger")
    return shell.go("programmes.stages", code=code, calendar=wanted, year=year, message=_("Saved."))


@blueprint.get("/<code>/stages/<calendar>/<int:year>")
def stages(code: str, calendar: str, year: int) -> ResponseReturnValue:
    """The stages of a year, their earlier versions, and the form that moves them."""
    found, row = _held(code, calendar, year)
    values: dict[str, Any] = {"version": row.version}
    for each in row.stages:
        values[f"from_{each.number}"], values[f"to_{each.number}"] = (
            each.starts_on.isoformat(),
            each.ends_on.isoformat(),
        )
    return _page(found, row, FormState(values=values))


@blueprint.post("/<code>/stages/<calendar>/<int:year>")
def move_stages(code: str, calendar: str, year: int) -> ResponseReturnValue:
    """Show what would move; with `confirm` move it."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    found, row = _held(code, calendar, year)
    policies.demand_keeper(actor, found)
    try:
        wanted = _wanted(row)
        if not request.form.get("confirm"):
            moving = operations.preview_move(actor, code, calendar, year, wanted)
            return _page(found, row, state, moving=moving, asked=True)
        version = _whole(request.form.get("version", ""), 0)
        reason = request.form.get("reason", "")
        made = operations.move_stages(actor, code, calendar, year, wanted, reason, version)
    except Invalid as error:
        state.refuse(error)
        return _page(found, row, state), 422
    except Conflict as refusal:
        return shell.go("programmes.stages", code=code, calendar=calendar, year=year,
                        message=refusal.message, kind="danger")  # fmt: skip
    text = _("The stages are moved; dates moved with them: %(count)s.", count=len(made.moved))
    return shell.go("programmes.stages", code=code, calendar=calendar, year=year, message=text)


def _held(code: str, calendar: str, year: int) -> tuple[SupportProgramme, StageCalendar]:
    found = queries.programme(shell.current_actor(), code)
    row = queries.calendar_of(found.key, calendar, year) if year <= date.max.year else None
    if row is None:
        raise NotFound()
    return found, row


def _wanted(row: StageCalendar) -> list[Stage]:
    found = []
    for each in row.stages:
        try:
            first = date.fromisoformat(request.form.get(f"from_{each.number}", ""))
            last = date.fromisoformat(request.form.get(f"to_{each.number}", ""))
        except ValueError:
            raise Invalid(errors={f"from_{each.number}": [_("Enter a date.")]}) from None
        found.append(Stage(each.number, each.title, first, last))
    return found


def _page(
    found: SupportProgramme, row: StageCalendar, state: FormState, *, moving: Any = (), asked: bool = False
) -> str:
    actor = shell.current_actor()
    history = [
        each
        for each in queries.calendars(found.key, history=True)
        if (each.code, each.year) == (row.code, row.year) and each.version < row.version
    ]
    return shell.render(
        "programmes/stages.html",
        programme=found,
        calendar=row,
        stages=[as_stage(each) for each in row.stages],
        history=history,
        state=state,
        moving=list(moving),
        asked=asked,
        place=place,
        may_keep=policies.may_keep(actor, found),
    )


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default
