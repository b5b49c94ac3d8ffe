"""Analyses of measures are kept as records and reports; recommendations that rest on them reach the schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.documents import operations as documents
from app.documents.models import Record
from app.documents.operations import Registered
from app.indicators import operations as freezing
from app.indicators import queries as indicators
from app.kernel.actor import PLATFORM, Actor
from app.people import queries as people
from app.school_programmes import operations as school_programmes
from app.school_programmes.operations import finding

from ..queries.analyses import programmes_of
from ..rules import analysis as rules

KIND, RECOMMENDATIONS = "effectiveness_analysis", "address_recommendations"
TITLE = "Анализ эффективности принятых мер"


def record_analysis(
    actor: Actor, organisation: str, level: str, analysis: Mapping[str, Any], period: str, *, instance_key: int
) -> Record:
    """Keep an analysis. A school's counts for its next programme (YAR-05); others are published below their place.

    Args:
        analysis: fields of the form `effectiveness_analysis`.
    """
    data = {**analysis, "level": level, "period": period, "rating": rules.rating(analysis)}
    return documents.save_record(
        actor,
        KIND,
        f"{TITLE}: {people.organisation(organisation).short_name}, {period}",
        data,
        organisation=organisation,
        status="submitted" if level == rules.SCHOOL else "published",
        instance_key=instance_key,
    )


def register_report(
    actor: Actor, organisation: str, analysis: Mapping[str, Any], period: str, *, instance_key: int, deployment_key: int
) -> Registered:
    """Number the analytic report of a municipality or the region (SOS 12, 14: «Аналитический отчёт»)."""
    return documents.register_document(
        actor,
        kind=KIND,
        title=f"Аналитический отчёт об эффективности мер, {period}",
        data={**report_facts(analysis), "prepared_by": actor.login},
        register=f"analysis:{organisation}",
        organisation=organisation,
        template="analytic_note",
        instance_key=instance_key,
        deployment_key=deployment_key,
    )


def report_facts(analysis: Mapping[str, Any]) -> dict[str, Any]:
    """An analysis as the template `analytic_note` shows it: tables, conclusions, recommendations."""
    columns = {
        "Меры": {"measure": "Мера", "done": "Выполнена", "result": "Результат", "effective": "Эффективна"},
        "Показатели": {"indicator": "Показатель", "plan": "План", "fact": "Факт", "reached": "Достигнут"},
        "Динамика образовательных результатов": {
            **{"procedure": "Процедура", "subject": "Предмет"},
            **{"was": "Было", "became": "Стало"},
        },
    }
    names = dict(zip(columns, ("measures", "indicators", "results_dynamics"), strict=True))
    tables = [table(title, heads, analysis.get(names[title]) or ()) for title, heads in columns.items()]
    changes = [f"{row.get('document')}: {row.get('change')}" for row in analysis.get("corrections") or ()]
    return {
        "aim": "Оценить, какие меры поддержки дали результат.",
        "tables": [each for each in tables if each["rows"]],
        "conclusions": analysis.get("conclusions"),
        "recommendations": "\n".join(changes),
    }


def table(title: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A table of an analytic report: `columns` say which keys of the rows it shows, under which headings."""
    cells = [["" if row.get(name) is None else str(row[name]) for name in columns] for row in rows]
    return {"title": title, "columns": list(columns.values()), "rows": cells}


def freeze_figures(organisation: str, year: int, reason: str, stage: str = "") -> None:
    """Frozen copies of the target indicators of the place's programmes of a year, as far as they have values."""
    codes = [
        target.indicator
        for programme in programmes_of(organisation, year)
        for target in programme.targets
        if indicators.value_of(target.indicator, organisation, year) is not None
    ]
    if codes:
        freezing.freeze(PLATFORM, organisation, year, reason=reason, codes=codes, stage=stage)


def recommend(
    actor: Actor, school: str, items: Sequence[Mapping[str, Any]], report: Mapping[str, Any], year: int
) -> bool:
    """Give a school its address recommendations: a record, and rows of its programme where it carries one out.

    Returns:
        Whether a programme has taken them: only such a one is told to correct itself.
    """
    title = f"Адресные рекомендации: {people.organisation(school).short_name}, {rules.STAGE} {year}"
    documents.save_record(
        actor,
        RECOMMENDATIONS,
        title,
        {"items": list(items), "protocol": dict(report)},
        organisation=school,
        status="approved",
    )
    running = finding.open_programme_of(school)
    if running is None:
        return False
    school_programmes.issue_recommendations(actor, running.key, year, rules.STAGE, items, report)
    return True
