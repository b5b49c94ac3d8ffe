"""The roadmap: measures by section, a strip of months, filters; print, Excel, approved versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid, NotFound
from app.schools import queries as schools
from app.web import excel, shell
from app.web.listing import Column

from .. import operations, policies, queries
from ..models import Roadmap, SupportProgramme
from ..queries.measures import MeasureRow
from ..rules import periods
from . import words
from .blueprint import blueprint
from .passports import place

EXCEL = (
    Column("number", _l("Number"), lambda row: row.measure.number, None, 8),
    Column("section", _l("Section"), lambda row: row.measure.section, None, 10),
    Column("title", _l("Measure"), lambda row: row.measure.title, None, 70),
    Column("period", _l("Period"), lambda row: row.measure.period_text, None, 30),
    Column("executors", _l("Executors"), lambda row: row.measure.executors, None, 40),
    Column("result", _l("Result"), lambda row: row.measure.result, None, 40),
    Column("document", _l("Document"), lambda row: row.measure.fixing_document or row.measure.control_form, None, 36),
    Column("process", _l("Process"), lambda row: words.process_title(row.measure.process), None, 30),
    Column("state", _l("State"), lambda row: words.STATES[row.measure.state][0], None, 16),
    Column("done", _l("Done"), lambda row: f"{row.done} / {len(row.occurrences)}", None, 10),
)


@blueprint.get("/<code>/roadmap")
def roadmap(code: str) -> ResponseReturnValue:
    """Measures by section; dated ones and year-round ones apart when a month is chosen (LIP-02)."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    plan = queries.roadmap_of(found.key)
    if plan is None:
        raise NotFound()
    month = _month(found.period_from, found.period_to)
    rows = queries.measure_rows(
        plan.key,
        executor=_argument("executor"),
        group=_argument("group"),
        state=_argument("state"),
        section=_argument("section"),
    )
    if request.args.get("format") == "xlsx":
        return excel.download(found.title[:60], EXCEL, rows)
    dated = [row for row in rows if month is None or queries.measures.active(row, month)]
    apart = [row for row in rows if row.measure.period_kind not in periods.DATED] if month else []
    everything = queries.measures.measures_of(plan.key)
    context: dict[str, Any] = {
        "programme": found,
        "roadmap": plan,
        "sections": operations.section_rows(plan),
        "rows": dated,
        "apart": apart,
        "total": len(everything),
        "month": month,
        "months": _strip(found.period_from, found.period_to, rows),
        "progress": queries.progress([plan.key])[plan.key],
        "place": place,
        "today": clock.today(),
    }
    if request.args.get("print"):
        return shell.render("programmes/print.html", **context)
    codes = sorted({each for row in everything for each in row.executor_codes}, key=words.executor)
    groups = sorted({each for row in everything for each in row.groups})
    titles = {each.code: each.title for each in schools.groups()}
    return shell.render(
        "programmes/roadmap.html",
        **context,
        executors=[(each, words.executor(each)) for each in codes],
        groups=[(each, titles.get(each, each)) for each in groups],
        states=[*((each, label) for each, (label, _colour) in words.STATES.items()), ("late", _("late"))],
        chosen={name: _argument(name) for name in ("executor", "group", "state", "section")},
        versions=queries.versions(plan.key),
        may_keep=policies.may_keep(actor, found) and not operations.worked_out(found),
        waiting=len(queries.unfinished(actor, found)) if _takes_over(actor, found, plan) else 0,
    )


def _takes_over(actor: Actor, found: SupportProgramme, plan: Roadmap) -> bool:
    """Whether the reader may carry measures of the year before into this roadmap."""
    return plan.state == "draft" and policies.may_keep(actor, found) and not operations.worked_out(found)


def _argument(name: str) -> str:
    return request.args.get(name, "").strip()[:100]


def _month(first: date, last: date) -> date | None:
    """The chosen month, when it lies in the programme."""
    try:
        day = periods.month_day(_argument("month"))
    except ValueError:
        return None
    return day if first.replace(day=1) <= day <= last else None


def _strip(first: date, last: date, rows: list[MeasureRow]) -> list[dict[str, Any]]:
    """Months of the programme with how many dated measures are on."""
    found: list[dict[str, Any]] = []
    day = first.replace(day=1)
    while day <= last and len(found) < 36:
        count = sum(queries.measures.active(row, day) for row in rows)
        found.append({"day": day, "value": f"{day:%Y-%m}", "count": count})
        day = periods.last_day(day).replace(day=28)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


@blueprint.get("/<code>/versions/<int:number>")
def version(code: str, number: int) -> ResponseReturnValue:
    """An approved version as it stood."""
    found = queries.programme(shell.current_actor(), code)
    plan = queries.roadmap_of(found.key)
    rows = [] if plan is None else queries.versions(plan.key)
    wanted = next((each for each in rows if each.version == number), None)
    if wanted is None:
        raise NotFound()
    return shell.render("programmes/version.html", programme=found, version=wanted)


@blueprint.post("/<code>/plan")
def plan_roadmap(code: str) -> ResponseReturnValue:
    """Start `roadmap_planning` for this programme, as the person's own process."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    variables = {"programme": code, "organisation": found.organisation, "year": found.period_to.year}
    try:
        key = engine.start_instance(actor, "roadmap_planning", variables, internal=True)
    except (Invalid, Conflict, NotFound) as refusal:
        return shell.go("programmes.roadmap", code=code, message=refusal.message, kind="danger")
    return shell.go_to(f"/instances/{key}", message=_("Planning has begun: the next task is in your inbox."))
