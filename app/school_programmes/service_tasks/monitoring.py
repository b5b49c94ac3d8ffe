"""Service types of `arp_monitoring` (YAR 2.5): stages, light, recommendations row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.curators.queries import curator_of
from app.engine import service_inputs as inputs
from app.engine.services import ServiceCall, service_type
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.people import queries as people
from app.schools import queries as schools

from .. import operations
from ..models import ISSUED, REJECTED, SchoolProgramme, SchoolRecommendation
from ..operations import finding
from ..operations.reporting import Figures
from ..queries import registry, stages
from ..rules import content as rules
from ..rules import words
from ..rules.stages import indicators_reached, measures_done

Row = dict[str, Any]


@service_type("arp.open-stage", inline=True)
def open_stage(call: ServiceCall) -> Row:
    """The schools of a stage: those whose programme is carried out, of a group where one is named."""
    today = clock.today()
    stage = inputs.optional(call, "stage") or words.STAGE_OF_MONTH.get(today.month, "1")
    year = int(call.variables.get("year") or today.year)
    group = inputs.optional(call, "group")
    wanted = set(schools.schools_in([group])) if group else None
    found = [row for row in registry.running() if wanted is None or row.school in wanted]
    return {
        "stage": stage,
        "year": year,
        "stage_name": f"{words.STAGES[stage]}, {year}",
        "schools": [_unit(row, stage) for row in found],
        "region": people.organisation_path(found[0].school)[0] if found else None,
    }


@service_type("arp.figures", inline=True)
def figures(call: ServiceCall) -> Row:
    """Unrounded shares of a report."""
    report = inputs.context(call, "report")
    return {
        "measures_done_pct": float(measures_done(rules.rows(report, "measures"))),
        "indicators_reached_pct": float(indicators_reached(rules.rows(report, "indicators"))),
    }


@service_type("arp.no-report", inline=True)
def no_report(call: ServiceCall) -> Row:
    """Mark that a school sent no report; how often it happened this year."""
    operations.record_absence(PLATFORM, _key(call), _year(call), call.text("stage"), instance_key=call.instance.key)
    return {"absences": stages.absences(call.text("school_id"), _year(call))}


@service_type("arp.record-report", inline=True)
def record_report(call: ServiceCall) -> Row:
    """Keep the report with its light; the row of the school for the summary."""
    word, unit = call.text("light"), inputs.context(call, "unit")
    submitted = call.variables.get("report_submitted") is True
    measures, indicators = _pct(call, "measures_done_pct"), _pct(call, "indicators_reached_pct")
    if submitted:
        found = Figures(measures, indicators, words.LIGHTS[word])
        actor = inputs.person(call.variables.get("reported_by"), call.actor)
        report = inputs.context(call, "report")
        operations.record_report(
            actor, _key(call), _year(call), call.text("stage"), report, found, instance_key=call.instance.key
        )
    done = {name: unit.get(name) for name in ("school_id", "municipality_id", "name", "programme_key")}
    curator = {name: unit.get(name) for name in ("curator", "curator_role")}
    texts = {
        "light": word,
        "measures_text": _text(measures) if submitted else "отчёт не представлен",
        "indicators_text": _text(indicators) if submitted else "отчёт не представлен",
        "rejected": None,
    }
    return {"done": {**done, **curator, **texts}}


@service_type("arp.collect-drafts", inline=True)
def collect_drafts(call: ServiceCall) -> Row:
    """Keep the drafts of all curators, and what the working group decides on: one row per recommendation."""
    found: list[Row] = []
    for draft in inputs.rows(call, "drafts"):
        unit: Mapping[str, Any] = draft["unit"]
        key = inputs.key(unit["programme_key"])
        kept = operations.draft_recommendations(
            inputs.person(draft.get("by"), PLATFORM), key, _year(call), call.text("stage"), draft.get("items") or []
        )
        found += [{"key": str(row.key), "title": f"{unit['name']}: {row.text}"} for row in kept]
    rows = [{"row": str(number), "proposed": words.ISSUE, **row} for number, row in enumerate(found, 1)]
    question = f"Утверждение адресных рекомендаций школам ({call.text('stage_name')})"
    return {"decision_rows": rows, "decision_options": [words.ISSUE, words.REJECT], "question": question}


@service_type("arp.apply-decisions", inline=True)
def apply_decisions(call: ServiceCall) -> Row:
    """Write the decisions of the protocol; issued rows by school, and the schools whose curators draft anew."""
    keys = {str(row["row"]): inputs.key(row["key"]) for row in inputs.rows(call, "decision_rows")}
    said = {
        keys[str(row["row"])]: (str(row["decision"]), row.get("reason") or None)
        for row in inputs.rows(call, "row_decisions")
        if str(row.get("row")) in keys
    }
    decided = operations.decide(PLATFORM, said, inputs.context(call, "protocol"))
    units = inputs.rows(call, "reports")
    return {"issued": _of_schools(units, decided, ISSUED), "pending": _of_schools(units, decided, REJECTED)}


@service_type("arp.record-answer", inline=True)
def record_answer(call: ServiceCall) -> None:
    """Keep that the school has read its recommendations, and its plan of correction."""
    document = str(inputs.context(call, "protocol").get("document_id") or "")
    operations.acknowledge(
        inputs.by(call), _key(call), _year(call), call.text("stage"), document, inputs.context(call, "answer")
    )


def _unit(row: SchoolProgramme, stage: str) -> Row:
    version = finding.in_force(row)
    advice = [{"key": str(each.key), "text": f"{each.direction}: {each.text}"} for each in stages.issued(row.key)]
    begun = rules.report_rows(version.content, stage) if version else {"measures": [], "indicators": []}
    return {
        "school_id": row.school,
        "municipality_id": row.municipality,
        "name": inputs.organisation_name(row.school),
        "programme_key": str(row.key),
        "form": {**begun, "earlier": advice},
        **curator_of(row.school),
    }


def _of_schools(units: Sequence[Row], decided: Sequence[SchoolRecommendation], state: str) -> list[Row]:
    """The schools with rows in a state, each with these rows."""
    found = []
    for unit in units:
        rows = [row for row in decided if row.state == state and str(row.programme_key) == unit.get("programme_key")]
        if rows:
            reasons = "; ".join(f"{row.text} — {row.decision_reason or 'без пояснения'}" for row in rows)
            rejected = reasons if state == REJECTED else None
            found.append({**unit, "items": [_item(row) for row in rows], "rejected": rejected})
    return found


def _item(row: SchoolRecommendation) -> Row:
    due = row.due_on.strftime("%d.%m.%Y") if row.due_on else None
    return {"direction": row.direction, "text": row.text, "due": due, "expected": row.expected}


def _key(call: ServiceCall) -> int:
    return inputs.key(call.variables.get("programme_key"))


def _year(call: ServiceCall) -> int:
    return int(call.variables["year"])


def _pct(call: ServiceCall, name: str) -> Decimal:
    return Decimal(str(call.variables.get(name) or 0))


def _text(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1'))} %".replace(".", ",")
