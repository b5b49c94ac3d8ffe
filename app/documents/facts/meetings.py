"""Minutes of a meeting and analytic notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents.facts.common import (
    Data,
    Facts,
    Source,
    at_the_line,
    day,
    first,
    moment,
    number,
    person,
    rows,
    signature,
    text,
    titled,
)

_VOTES = (("for", "against", "abstained"), ("votes_for", "votes_against", "votes_abstained"))


def meeting_protocol(source: Source) -> Facts:
    """Протокол заседания: agenda, attendance, discussion, decisions with votes."""
    data = source.data
    return {
        "орган": text(data.get("body")),
        "секретарь": signature(source.signatures[0]) if len(source.signatures) > 1 else {},
        "проведено": moment(data.get("held_on")),
        "формат": data.get("mode"),
        "присутствовали": [
            {
                "фио": person(first(row, "person", "user", "login")).get("фио") or row.get("name"),
                "присутствие": text(row.get("present")) or "да",
            }
            for row in rows(data.get("attendance"))
        ],
        "повестка": [
            {"вопрос": first(row, "question", "title", "item"), "докладчик": text(row.get("speaker"))}
            for row in rows(data.get("agenda"))
        ],
        "обсуждение": data.get("discussion"),
        "решения": [
            {
                "текст": first(row, "decision", "text"),
                "ответственный": person(row.get("responsible")).get("фио"),
                "срок": day(first(row, "due", "due_date")),
                "голоса": _votes(row),
            }
            for row in rows(data.get("decisions"))
        ],
    }


def _votes(row: object) -> str:
    given = row if isinstance(row, dict) else {}
    for names in _VOTES:
        if all(given.get(name) is not None for name in names):
            return " – ".join(number(given[name]) for name in names)
    return ""


def analytic_note(source: Source) -> Facts:
    """Аналитическая справка: `aim, method, tables[{title, columns[], rows[][]}], conclusions, recommendations`; of the
    processes also what they call so: `note` and `summary` (rmp_analytics), `analysis`, `totals`, `table`
    (external_course).
    """
    data = source.data
    analysis: Data = data["analysis"] if isinstance(data.get("analysis"), Mapping) else {}
    return {
        "цель": first(data, "aim", "purpose"),
        "методика": text(data.get("method")),
        "таблицы": [
            {
                "название": table.get("title"),
                "столбцы": titled(table.get("columns") or [], "текст"),
                "строки": [{"ячейки": titled(row, "текст")} for row in table.get("rows") or []],
            }
            for table in rows(data.get("tables")) or [*_zones(data.get("summary")), *_trained(data.get("table"))]
        ],
        "выводы": text(first(data, "conclusions", "conclusion", "note", "text") or analysis.get("conclusions")),
        "составитель": at_the_line(person(data.get("prepared_by"))),
        "рекомендации": text(data.get("recommendations") or analysis.get("recommendations")),
    }


def _zones(summary: object) -> list[Data]:
    """Subjects and schools with zones of low quality (`analytics.summarise`)."""
    given: Data = summary if isinstance(summary, Mapping) else {}
    subjects = [
        [row.get("subject"), row.get("low"), row.get("schools"), row.get("difficulties")]
        for row in rows(given.get("subjects"))
    ]
    schools = [[row.get("name"), row.get("low"), row.get("subjects")] for row in rows(given.get("table"))]
    return _tables(
        ("Зоны низкого качества по предметам", ["Предмет", "Школ с зоной", "Школ", "Типичные затруднения"], subjects),
        ("Зоны низкого качества по школам", ["Школа", "Зон", "Предметы"], schools),
    )


def _trained(table: object) -> list[Data]:
    """Who was trained elsewhere, by municipality (`external.totals`)."""
    names = ("name", "plan", "listeners", "attested", "of_listeners_text")
    found = [[row.get(name) for name in names] for row in rows(table)]
    columns = ["Муниципалитет", "План", "Слушателей", "Аттестовано", "Доля аттестованных, %"]
    return _tables(("Обучение по муниципалитетам", columns, found))


def _tables(*given: tuple[str, list[str], list[list[Any]]]) -> list[Data]:
    return [{"title": title, "columns": columns, "rows": found} for title, columns, found in given if found]
