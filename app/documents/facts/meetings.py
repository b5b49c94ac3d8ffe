"""Minutes of a meeting and analytic notes."""

from __future__ import annotations

from app.documents.facts.common import Facts, Source, day, first, moment, number, person, rows, text, titled

_VOTES = (("for", "against", "abstained"), ("votes_for", "votes_against", "votes_abstained"))


def meeting_protocol(source: Source) -> Facts:
    """Протокол заседания: agenda, attendance, discussion, decisions with votes."""
    data = source.data
    return {
        "орган": text(data.get("body")),
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
    """Аналитическая справка: `aim, method, tables[{title, columns[], rows[][]}], conclusions, recommendations`."""
    data = source.data
    return {
        "цель": first(data, "aim", "purpose"),
        "методика": text(data.get("method")),
        "таблицы": [
            {
                "название": table.get("title"),
                "столбцы": titled(table.get("columns") or [], "текст"),
                "строки": [{"ячейки": titled(row, "текст")} for row in table.get("rows") or []],
            }
            for table in rows(data.get("tables"))
        ],
        "выводы": text(first(data, "conclusions", "conclusion", "text")),
        "рекомендации": text(data.get("recommendations")),
    }
