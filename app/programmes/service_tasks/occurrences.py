"""Service types of `measure_occurrence`: one time that a measure happens, from its first day to the accepted report."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.engine.definitions import definition, latest_key
from app.engine.services import ServiceCall, service_type
from app.kernel.actor import PLATFORM
from app.kernel.errors import Invalid

from .. import operations, queries
from ..models import Occurrence
from ..operations.measures import MOVED, STATUSES, locked_occurrence
from ..rules import thresholds
from . import inputs
from .measures import facts_of, threshold_row

_SELF = "roadmap_measure"
"""A row may name the tracker itself (LEB 1.13): there is nothing to start then."""


@service_type("occurrence.open", inline=True)
def open_occurrence(call: ServiceCall) -> dict[str, Any]:
    """What the tasks of an occurrence need."""
    found = operations.open_occurrence(call.text("ref"), call.instance.key)
    process = found.measure.process
    key = latest_key(process) if process and process != _SELF else None
    return {
        **facts_of(found.measure),
        **dates_of(found),
        "occurrence_title": found.title or None,
        "process": process if key is not None else None,
        "process_name": None if key is None else definition(key).name,
    }


def dates_of(found: Occurrence) -> dict[str, Any]:
    """First and last day."""
    return {"opens_on": found.opens_on.isoformat(), "due_on": found.due_on.isoformat()}


@service_type("occurrence.begin", inline=True)
def begin(call: ServiceCall) -> None:
    """Its first day has come."""
    operations.begin_occurrence(call.text("ref"))


@service_type("occurrence.link", inline=True)
def link(call: ServiceCall) -> None:
    """Remember which process is started for it."""
    operations.link_process(call.text("ref"), call.text("process"))


@service_type("occurrence.take-result", inline=True)
def take_result(call: ServiceCall) -> dict[str, Any]:
    """Prefill the report from what the linked process, or the regional measure, says."""
    ref, result = call.text("ref"), inputs.context(call, "measure_result")
    found = operations.take_result(ref, result.get("instance"))
    regional = bool(result.get("follows"))
    broken = result.get("result") in ("cancelled", "refused", "not_held")
    reason = result.get("reason") or (str(_l("The linked process was not finished.")) if broken else None)
    return {
        "draft": {
            "status": "не выполнено" if broken else None,
            "fact_date": None if broken else str(result.get("ended_at") or "")[:10] or None,
            "fact_values": _entered(found, result.get("values") or {}),
            "participants": [
                {"organisation": row.get("organisation"), "count": row.get("count")}
                for row in result.get("participants") or ()
            ],
            "documents": result.get("documents") or [],
            "comment": reason,
            "source": "regional" if regional else "process",
            "linked": result.get("instance"),
        }
    }


def _entered(found: Occurrence, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Numbers that thresholds ask for; a finished process counts for one where it says nothing («совещаний ≥ 2»)."""
    wanted = [each for each in found.measure.thresholds if each.get("count", "sum") in thresholds.ENTERED]
    return [{"code": each["code"], "label": each["label"], "value": values.get(each["code"], 1)} for each in wanted]


@service_type("occurrence.judge", inline=True)
def judge(call: ServiceCall) -> dict[str, Any]:
    """What the decision `measure_status` needs to know of a report."""
    found = locked_occurrence(call.text("ref"))
    report = inputs.context(call, "report")
    alone = len(queries.measures.occurrences_of([found.measure_key]).get(found.measure_key, ())) == 1
    rows = thresholds_with(found, report)
    evidence = [*(report.get("evidence") or ()), *(report.get("documents") or ())]
    named = found.measure.fixing_document or found.measure.control_form
    return {
        "reported": report.get("status"),
        "document_missing": bool(named) and not evidence,
        "thresholds_met": thresholds.all_met(rows) if alone else True,
        "threshold_rows": [threshold_row(each) for each in rows],
    }


def thresholds_with(found: Occurrence, report: dict[str, Any]) -> list[thresholds.Judged]:
    """Thresholds of the measure as they would stand with this report."""
    values = thresholds.entered(found.measure.thresholds, report.get("fact_values") or ())
    own = {"values": values, "participants": operations.participants_of(report.get("participants") or ())}
    return queries.judged(PLATFORM, found.measure, more=[own])


@service_type("occurrence.report", inline=True)
def report(call: ServiceCall) -> dict[str, Any]:
    """Hand a report in: it waits for the coordinator now; a wish to move is written down.

    Raises:
        Invalid: «выполнено» without what it needs, and no reason given.
    """
    ref, status, given = call.text("ref"), call.text("status"), inputs.context(call, "report")
    if status != given.get("status") and not given.get("comment"):
        short = [row for row in inputs.rows(call, "threshold_rows") if row.get("met") == "нет"]
        named = "; ".join(f"{row['label']}: {row['fact']} ({row['plan']})" for row in short)
        message = _l(
            "It is not done yet: %(what)s. Choose «выполнено частично» and give the reason.",
            what=named or str(_l("the document that fixes the result is missing")),
        )
        raise Invalid(message, {"comment": [message], "status": [message]})
    if status == MOVED:
        day = date.fromisoformat(str(given["new_period"])[:10])
        operations.propose_move(ref, day, str(given.get("comment") or ""), str(given.get("reported_by") or ""))
        found = locked_occurrence(ref)
        return {"beyond_year": day > found.measure.roadmap.programme.period_to, "new_period": day.isoformat()}
    operations.report(ref, status)
    return {"beyond_year": False}


@service_type("occurrence.return", inline=True)
def give_back(call: ServiceCall) -> None:
    """The coordinator returned a report, or refused to move it."""
    ref = call.text("ref")
    if locked_occurrence(ref).reported == MOVED:
        operations.decide_move(inputs.person(call), ref, accepted=False)
    else:
        operations.report(ref, "")


@service_type("occurrence.accept", inline=True)
def accept(call: ServiceCall) -> dict[str, Any]:
    """The report is accepted: its facts count, or its date moves."""
    ref, status, actor = call.text("ref"), call.text("status"), inputs.person(call)
    if status == MOVED:
        return dates_of(operations.decide_move(actor, ref, accepted=True))
    found = operations.accept_report(actor, ref, status, inputs.context(call, "report"))
    more = STATUSES[status] == "partly" and found.due_on > call.now.date() and found.opens_on < found.due_on
    if more and found.measure.period_kind == "window":
        found.status = "running"  # there is time left: the next report adds to this one (YAR-04)
        return {**dates_of(found), "goes_on": True}
    return {**dates_of(found), "goes_on": False}


@service_type("occurrence.close", inline=True)
def close(call: ServiceCall) -> None:
    """It is over."""
    operations.close_occurrence(call.text("ref"))
