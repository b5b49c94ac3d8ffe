"""Service types of `programme_closing` (KEM, SOS 16): what is open, tables, conclusion, the published report."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from app.agreements.models import Agreement
from app.documents import operations as documents
from app.engine.service_inputs import as_day, by, organisation_name
from app.engine.services import ServiceCall, service_type
from app.engine.stopped import on_stopped
from app.people import queries as people
from app.school_programmes.queries import assessments
from app.schools import queries as schools

from .. import queries
from ..models import ProgrammeClosing, SupportProgramme
from ..models.measures import OVER
from ..operations import analyses, closings
from ..queries.parts import group
from ..rules import analysis as words
from ..rules import closing as rules
from ..rules import executors
from ..rules.bodies import MUNICIPAL_GROUP, REGIONAL_GROUP
from . import inputs

Row = dict[str, Any]
_CLOSERS = {"region": ("iro_coordinator",), "municipality": ("programme_coordinator", "municipal_coordinator")}
"""Who closes programmes of a level. A district may have no coordinator of programmes; its head signs the order and may
not prepare it as well."""
_REPORT = "closing_report"


@service_type("closing.open", inline=True)
def open_closing(call: ServiceCall) -> Row:
    """Begin to close a programme: its facts, what is still open and who is to finish or explain it.

    Raises:
        Invalid: unknown, a school's, not in force, being closed already.
    """
    found = closings.open_closing(call.text("programme"), call.instance.key).programme
    level, place = found.kind, found.organisation
    closers = _closers(found)
    units = list(schools.participants(place))
    region = level == "region"
    return {
        **{"programme_title": found.title, "organisation": place, "level": words.LEVELS[level]},
        "municipality_id": place if level == "municipality" else None,
        **{"year": found.period_to.year, "period_to": found.period_to.isoformat()},
        **{"owner_role": closers, "signatory": executors.signatory(level)},
        "preparer_role": _preparer(found),
        "body": REGIONAL_GROUP if region else MUNICIPAL_GROUP,
        "secretary_role": closers,
        "chair_role": group("region_coordinator" if region else "mouo_head", place, level),
        "explainers": _explainers(found),
        "schools": [{"school_id": code, "name": organisation_name(code)} for code in units],
        "municipalities": _municipalities(units) if region else [],
    }


@service_type("closing.extend", inline=True)
def extend(call: ServiceCall) -> None:
    """Prolong the programme instead."""
    until = as_day(call.variables.get("until"))
    closings.extend(by(call), closings.locked(call.instance.key), until, call.text("reason"))


@service_type("closing.tables", inline=True)
def tables(call: ServiceCall) -> Row:
    """Freeze the target indicators; count what the closing report shows."""
    found = closings.locked(call.instance.key)
    programme = found.programme
    found.explanations = _explanations(call)
    surveys = inputs.rows(call, "surveys")
    start = assessments.practices_at_start([row["school_id"] for row in surveys], programme.period_from)
    said = [row["survey"] for row in surveys if row.get("survey")]
    counted = queries.closings.tables(programme, said, list(start.values()))
    found.tables = {**counted, "municipal": inputs.rows(call, "municipal_parts")}
    _keep_surveys(call, surveys)
    analyses.freeze_figures(programme.organisation, programme.period_to.year, f"Итоги программы {programme.code}")
    counts, targets = found.tables["counts"], found.tables["indicators"]
    return {
        "tables": found.tables,
        "measures_not_done": counts["not_done"],
        "measures_done_pct": counts["done_pct"],
        "all_targets_reached": all(row["reached"] == words.YES for row in targets),
    }


@service_type("closing.conclude", inline=True)
def conclude(call: ServiceCall) -> None:
    """Keep the report; another conclusion than the computed one needs a reason."""
    closings.conclude(closings.locked(call.instance.key), call.text("proposed"), inputs.context(call, "report"))


@service_type("closing.publish", inline=True)
def publish(call: ServiceCall) -> Row:
    """Number the closing report, keep it as a record, close the programme."""
    found, actor = closings.locked(call.instance.key), by(call)
    programme, place = found.programme, found.programme.organisation
    paper = documents.register_document(
        actor,
        kind=_REPORT,
        title=f"Итоговая аналитическая справка: {programme.title}",
        data={**_facts(found), "prepared_by": actor.login},
        register=f"closing:{place}",
        organisation=place,
        template="analytic_note",
        instance_key=call.instance.key,
        deployment_key=call.instance.deployment_key,
    )
    data = {**found.report, "tables": found.tables, "programme": programme.code}
    record = documents.save_record(
        actor, _REPORT, f"Итоги: {programme.title}", data, organisation=place, status="published"
    )
    protocol, order = inputs.context(call, "protocol"), inputs.context(call, "order")
    closings.publish(actor, found, protocol, order, paper.document_id)
    proposals = [{"organisation": place, "organisation_name": organisation_name(place), **found.report}]
    return {
        **{"conclusion": found.conclusion, "next_year": programme.period_to.year + 1},
        **{"analysis_record": str(record.id), "analysis_document": paper.document_id},
        "corrections": words.corrections([*inputs.rows(call, "municipal_parts"), *proposals]),
    }


@service_type("closing.drop", inline=True)
def drop(call: ServiceCall) -> None:
    """The order was refused: the programme goes on."""
    closings.drop(closings.locked(call.instance.key), inputs.optional(call, "reason") or "")


on_stopped("programme_closing")(closings.stopped)


def _closers(found: SupportProgramme) -> str:
    """Who closes a programme, as candidate groups."""
    return ",".join(group(role, found.organisation, found.kind) for role in _CLOSERS[found.kind])


def _preparer(found: SupportProgramme) -> str:
    """Whose role the order's preparer has: the first closer that the place has."""
    roles = _CLOSERS[found.kind]
    return next((role for role in roles if people.holders(role, found.organisation)), roles[-1])


def _explainers(found: SupportProgramme) -> list[Row]:
    """Measures, school programmes and agreements that are not over, by who is to finish or explain them."""
    rows: dict[str, list[Row]] = defaultdict(list)
    closer = _closers(found)
    measures = queries.closings.measures_of(found)
    happened = queries.measures.occurrences_of([each.key for each in measures])
    for each in measures:
        if each.state in OVER:
            continue
        later = queries.closings.after_end(found, each, happened.get(each.key, []))
        to = group(each.lead, found.organisation, found.kind) if each.lead else closer
        rows[to].append(_item("мероприятие", each.row_key, f"{each.number}. {each.title}", later=later))
    for row in queries.closings.open_schools(found):
        school = row.SchoolProgramme.school
        key = f"school-programme:{row.SchoolProgramme.key}"
        rows[f"school_head@{school}"].append(_item("программа школы", key, row.school_name))
    for agreement in queries.closings.open_agreements(found):
        rows[closer].append(_item("соглашение", f"agreement:{agreement.key}", _agreement(agreement)))
    return [{"group": to, "rows": items} for to, items in rows.items()]


def _explanations(call: ServiceCall) -> list[Row]:
    """What was asked, each with what its executor said; the form tells rows by their titles."""
    asked = {row["title"]: row for each in inputs.rows(call, "explainers") for row in each["rows"]}
    said = [row for each in inputs.rows(call, "explanations") for row in each.get("rows") or ()]
    return [{**asked.get(row.get("title"), {}), **row} for row in said]


def _item(kind: str, key: str, title: str, *, later: bool = False) -> Row:
    return {"kind": kind, "key": key, "title": title, "answer": rules.LATER if later else None}


def _agreement(found: Agreement) -> str:
    return f"№ {found.number}: {found.subject}"


def _municipalities(units: list[str]) -> list[Row]:
    codes = dict.fromkeys(people.municipality_of(code) or code for code in units)
    return [{"municipality_id": code, "name": organisation_name(code)} for code in codes]


def _keep_surveys(call: ServiceCall, surveys: list[Row]) -> None:
    for row in surveys:
        school, said = str(row["school_id"]), row.get("survey")
        if said:
            title = f"Практики преподавания и управления: {organisation_name(school)}"
            documents.save_record(
                call.actor, "practice_survey", title, said, organisation=school, instance_key=call.instance.key
            )


def _facts(found: ProgrammeClosing) -> Row:
    """The report as the template `analytic_note` shows it."""
    columns = {
        "measures": ("Исполнение мероприятий", {"number": "№", "title": "Мероприятие", "status": "Исполнение"}),
        "indicators": (
            "Показатели",
            {"indicator": "Показатель", "plan": "План", "fact": "Факт", "reached": "Достигнут"},
        ),
        "participation": (
            "Участие",
            {"year": "Год", "events": "Мероприятий", "participants": "Участников", "territories": "Территорий"},
        ),
        "practices": (
            "Изменение практик",
            {"practice": "Практика", "start": "Начало, %", "end": "Конец, %", "change": "Изменение, п.п."},
        ),
    }
    tables = [analyses.table(title, heads, found.tables.get(name) or ()) for name, (title, heads) in columns.items()]
    reason = f" Вывод отличается от расчётного («{found.proposed}»): {found.reason}" if found.reason else ""
    return {
        "aim": f"Подвести итоги: {found.programme.title}.",
        "tables": [each for each in tables if each["rows"]],
        "conclusions": f"{found.conclusion[:1].upper()}{found.conclusion[1:]}.{reason}",
        "recommendations": found.report.get("next_steps"),
    }
