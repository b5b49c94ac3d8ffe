"""Service types of `school_monitoring`."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale

from app.curators import queries as curators
from app.engine.services import ModelFault, ServiceCall, service_type
from app.kernel import clock
from app.people import queries as people
from app.schools.queries import results

from .. import calendar
from ..models import MonitoringRound, MonitoringSchool
from ..operations import closing, comparing, rounds, windows
from ..rules import names, stages
from . import inputs

EXAMS = ("ОГЭ", "ЕГЭ", "ГВЭ")


def _of(call: ServiceCall) -> MonitoringSchool:
    key = call.text("participation")
    if not key.isdecimal():
        raise ModelFault(f"«participation» must be the key of a school in a round, not {key!r}")
    return windows.participation(int(key))


@service_type("school-monitoring.propose", inline=True)
def propose(call: ServiceCall) -> dict[str, Any]:
    """Which stage comes next and when it begins: by the programme's calendar, else by the months of LIP §1."""
    today = clock.today()
    stage = inputs.optional(call, "stage") or stages.stage_in(today.month)
    year = inputs.number(call, "year") if call.variables.get("year") else today.year
    first = date(year, *stages.BEGINS[stage]) if stage in stages.BEGINS else today
    days = _days(call, stage, year)
    opens_on = inputs.day(call, "opens_on") or max(today, first if days is None else days[0])
    given = {name: call.variables.get(name) for name in ("group", "schools")}
    return {"card": {"stage": stage, "year": year, "opens_on": opens_on.isoformat(), **given}}


def _days(call: ServiceCall, stage: str, year: int) -> calendar.Days | None:
    return calendar.stage_days("school_monitoring", call.instance.organisation, year, stages.NUMBERS.get(stage))


@service_type("school-monitoring.open", inline=True)
def open_round(call: ServiceCall) -> dict[str, Any]:
    """Open the stage for its schools. What begins early enough in a stage of the programme's calendar ends with it."""
    opens_on, until = inputs.day(call, "opens_on"), inputs.day(call, "window_until")
    if opens_on is None or until is None:
        raise ModelFault("«opens_on» and «window_until» must be dates")
    stage, year = call.text("stage"), inputs.number(call, "year")
    days = _days(call, stage, year)
    within = days if days is not None and days[0] <= opens_on <= days[1] - stages.SHORTEST else None
    of = rounds.open_round(
        stage=stage,
        year=year,
        opens_on=opens_on,
        window_until=until if within is None else within[1],
        group=inputs.optional(call, "group"),
        codes=inputs.texts(call, "schools"),
        instance_key=call.instance.key,
    )
    return {
        "units": [_unit(each) for each in rounds.schools_of(of)],
        "areas": of.areas,
        "round_key": str(of.key),
        "stage_end": None if within is None else within[1].isoformat(),
    }


def _unit(of: MonitoringSchool) -> dict[str, Any]:
    name = people.organisation(of.school).short_name
    return {
        "participation": str(of.key),
        "school_id": of.school,
        "municipality_id": of.municipality,
        "name": name,
    }


@service_type("school-monitoring.prepare", inline=True)
def prepare(call: ServiceCall) -> dict[str, Any]:
    """Who works on the stage in this school: its teachers, and its curator where it has one."""
    of = _of(call)
    logins = rounds.teachers_of(of.school)
    known = people.person_names(logins)
    teachers = [{"teacher_id": login, "name": known.get(login, login)} for login in logins]
    return {
        "teachers": teachers,
        "curator": curators.curator_of(of.school)["curator"],
        "window_until": of.window_until.isoformat(),
        "exams": _exams(of),
    }


def _exams(of: MonitoringSchool) -> list[dict[str, Any]]:
    """Imported results of the school's exams in the year as rows of `monitor_results`, beside those of last year."""
    year = of.round.year
    found = {
        (row.year, row.procedure, row.subject): row
        for row in results.results_of_years([year, year - 1], [of.school])
        if row.procedure in EXAMS and row.mean is not None
    }
    rows = []
    for (of_year, procedure, subject), row in found.items():
        before = found.get((year - 1, procedure, subject))
        if of_year == year:
            rows.append(
                {
                    "procedure": procedure,
                    "subject": subject,
                    "participants": row.participants,
                    "mean": float(row.mean or 0),
                    "below_min": row.below_min or 0,
                    "mean_before": float(before.mean or 0) if before is not None else None,
                    "below_before": before.below_min if before is not None else None,
                }
            )
    return rows


@service_type("school-monitoring.set-classes", inline=True)
def set_classes(call: ServiceCall) -> None:
    """Keep how many pupils and parents of each class are asked."""
    rounds.set_classes(_of(call), inputs.rows(call, "classes"))


@service_type("school-monitoring.record-competence", inline=True)
def record_competence(call: ServiceCall) -> None:
    """Keep a teacher's own levels (`evaluator` null) or those that the deputy head found."""
    values, evaluator = inputs.context(call, "competence"), inputs.optional(call, "evaluator")
    rounds.record_levels(_of(call), call.text("teacher_id"), values, evaluator)


@service_type("school-monitoring.coverage", inline=True)
def coverage(call: ServiceCall) -> dict[str, Any]:
    """How many have answered at the end of the window, and whether the window may still be extended."""
    of = _of(call)
    found = windows.coverage(of)
    rates = {name: round(100 * each.share) if each.share is not None else None for name, each in found.items()}
    return {"response_rates": rates, "low": any(each.low for each in found.values()), "extended": of.extended}


@service_type("school-monitoring.extend", inline=True)
def extend(call: ServiceCall) -> dict[str, Any]:
    """Five working days more, once."""
    until = inputs.day(call, "until")
    if until is None:
        raise ModelFault("«until» must be a date")
    of = _of(call)
    windows.extend(of, until)
    return {"window_until": until.isoformat()}


@service_type("school-monitoring.aggregate", inline=True)
def aggregate(call: ServiceCall) -> dict[str, Any]:
    """Close the window and count; groups under five stay hidden, changes are to the stage before."""
    of = _of(call)
    windows.close_window(of, inputs.rows(call, "exams"), inputs.rows(call, "system"))
    with force_locale("ru"):
        rows = [_figure(each) for each in comparing.of_school(of)]
        low = [str(names.AUDIENCES[name]) for name, each in of.coverage.items() if each["low"]]
    asked = sum(each["asked"] for each in of.coverage.values())
    answered = sum(each["answered"] for each in of.coverage.values())
    return {
        "aggregates": rows,
        "low_coverage": of.low_coverage,
        "coverage_text": ("Низкий охват: " + ", ".join(low).lower()) if low else "",
        "response_rate": round(100 * min(1.0, answered / asked)) if asked else None,
    }


def _figure(each: comparing.Compared) -> dict[str, Any]:
    hidden = each.now.value is None
    return {
        "area": str(names.AREAS[each.area]),
        "audience": str(names.AUDIENCES[each.audience]),
        "indicator": names.figure(each.code),
        "value": "менее 5 ответов" if hidden else names.value(each.code, each.now.value),
        "change": names.difference(each.code, each.change),
        "people": "" if hidden or each.audience == stages.SCHOOL else str(each.now.people),
    }


@service_type("school-monitoring.keep-summary", inline=True)
def keep_summary(call: ServiceCall) -> dict[str, Any]:
    """Keep the head's summary as a record of the school."""
    of = _of(call)
    rounds.keep_summary(call.actor, of, inputs.context(call, "summary"), call.instance.key)
    return {"summary_id": of.summary_id}


@service_type("school-monitoring.accept", inline=True)
def accept(call: ServiceCall) -> dict[str, Any]:
    """The summary is in order: its problems go on to the region."""
    of = _of(call)
    rounds.accept(of)
    problems = [
        {"school": of.school, "area": row.get("area"), "problem": row.get("problem"), "level": row.get("level")}
        for row in of.summary.get("problems") or ()
    ]
    return {"problems": problems, "results": {"aggregates": of.summary.get("aggregates"), "problems": problems}}


@service_type("school-monitoring.not-submitted", inline=True)
def not_submitted(call: ServiceCall) -> None:
    """The school sent nothing in time."""
    rounds.miss(_of(call))


@service_type("school-monitoring.summarise", inline=True)
def summarise(call: ServiceCall) -> dict[str, Any]:
    """The regional table: figures of all schools together, who submitted, problems of the summaries. A school that the
    owner went on without (BPM-10) has not submitted."""
    of = rounds.round_of(call.instance.key)
    found = rounds.schools_of(of)
    for each in found:
        if each.status not in rounds.SETTLED:
            rounds.miss(each)
    with force_locale("ru"):
        table = [_figure(each) for each in comparing.of_schools(of, None)]
    missing = [people.organisation(each.school).short_name for each in found if each.status == rounds.NOT_SUBMITTED]
    low = [people.organisation(each.school).short_name for each in found if each.low_coverage]
    problems = [row for rows in inputs.rows(call, "outcomes") for row in rows.get("problems") or ()]
    return {
        "table": table,
        "problems": problems,
        "schools_count": len(found),
        "accepted_count": sum(each.status == rounds.ACCEPTED for each in found),
        "missing_text": ", ".join(missing),
        "low_text": ", ".join(low),
    }


@service_type("school-monitoring.close")
def close(call: ServiceCall) -> dict[str, Any]:
    """The stage is over (by a worker: the indicators of the region are frozen); every problem row asks for a decision
    of its level."""
    of = rounds.round_of(call.instance.key)
    rounds.close_round(of)
    closing.freeze_region(call.actor, _title(of), of.year, of.opens_on)
    return {"decisions": [_decision(call, of, row) for row in inputs.rows(call, "problems") if row.get("problem")]}


def _title(of: MonitoringRound) -> str:
    return f"Школьный мониторинг, этап {of.stage}, {of.year}"


def _decision(call: ServiceCall, of: MonitoringRound, row: dict[str, Any]) -> dict[str, Any]:
    level, school = str(row.get("level")), row.get("school") or None
    municipality = people.municipality_of(school) if school else None
    region = call.instance.organisations[0] if call.instance.organisations else call.instance.organisation
    known = {"школа": school, "муниципалитет": municipality}.get(level)
    where = people.organisation(school).short_name if school else ""
    area = f"{row['area']}: " if row.get("area") else ""
    return {
        "level": level if known else "регион",
        "object_id": known or region,
        "school_id": school if known and level == "школа" else None,
        "municipality_id": municipality if known else None,
        "source": [_title(of)],
        "problem": (f"{where}. " if where else "") + area + str(row["problem"]),
    }
