"""Papers of a course or of an organisation: protocol of a test, attestation sheet, orders, note on difficulties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.documents.facts.common import (
    Data,
    Facts,
    Source,
    at_the_line,
    choice,
    day,
    first,
    number,
    person,
    place_name,
    rows,
    score,
    signature,
    text,
    titled,
    yes,
)

_KINDS = {"входной": ("входное", "входного"), "повторный": ("повторное", "повторного")}
_FEW = 5
"""Of fewer answers nothing is shown by school."""
_LEVELS = ("достаточный", "допустимый", "неудовлетворительный")


def test_protocol(source: Source) -> Facts:
    """Results of an e-test of a group; `data.rows` as `courses.operations.protocols` writes them."""
    data = source.data
    kind, of_kind = _KINDS.get(text(data.get("attempt_kind")), (text(data.get("attempt_kind")), ""))
    listed = rows(data.get("rows"))
    taken = [row for row in listed if not row.get("no_show")]
    counted = {name: str(sum(row.get("level") == name for row in taken)) for name in _LEVELS}
    return {
        "тестирование": {
            "вид": kind,
            "вид_родительный": of_kind,
            "окно": text(data.get("window")),
            "дополнительный": yes(data.get("supplementary")),
        },
        "курс": {"название": data.get("course_title"), "код": data.get("course_id")},
        "программа": {"название": data.get("programme_title"), "часы": number(data.get("hours"))},
        "строки": [_test_row(row) for row in listed],
        "итоги": {
            "всего": str(len(listed)),
            "прошли": str(len(taken)),
            "неявка": str(len(listed) - len(taken)),
            **counted,
            "средний": score(data.get("mean_pct")),
        },
        "составитель": at_the_line(person(data.get("prepared_by"))),
    }


def _test_row(row: Data) -> Facts:
    missing = bool(row.get("no_show"))
    return {
        "фио": row.get("name"),
        "школа": row.get("school"),
        "баллы": "" if missing else number(row.get("points")),
        "максимум": "" if missing else number(row.get("max_points")),
        "процент": "" if missing else score(row.get("score_pct")),
        "уровень": "неявка" if missing else row.get("level"),
        "дата": "" if missing else day(row.get("finished_at")),
    }


def attestation_sheet(source: Source) -> Facts:
    """Ведомость (протокол) итоговой аттестации: one row per listener, chair and every member sign."""
    data = source.data
    listed = rows(first(data, "results", "rows"))
    results = [text(row.get("result")) for row in listed]
    signed = {str(one.get("login")): signature(one) for one in source.signatures}
    chair = text(data.get("chair"))
    members = [login for login in data.get("commission") or [] if isinstance(login, str) and login != chair]
    return {
        "ведомость": {
            "номер": data.get("number"),
            "сеанс": data.get("session"),
            "дата": day(data.get("held_on")),
        },
        "курс": {"название": data.get("course_title") or choice("courses", first(data, "course", "course_id"))},
        "программа": {"название": data.get("programme_title"), "часы": number(data.get("hours"))},
        "строки": [_sheet_row(row) for row in listed],
        "итоги": {
            "всего": str(len(listed)),
            **{name: str(results.count(name)) for name in ("успешно", "неуспешно", "неявка")},
        },
        "председатель": signed.get(chair) or person(chair),
        "комиссия": [signed.get(login) or person(login) for login in members],
    }


def _sheet_row(row: Data) -> Facts:
    result = text(row.get("result"))
    if result == "неявка" and isinstance(row.get("absence_valid"), bool):
        result += f" (причина {'уважительная' if row['absence_valid'] else 'неуважительная'})"
    return {
        "фио": row.get("name") or person(first(row, "listener", "listener_id")).get("фио"),
        "школа": row.get("school"),
        "форма": row.get("form"),
        "тема": row.get("topic"),
        "результат": result,
        "открытое_занятие": yes(row.get("open_lesson_fragment")),
        "замечания": row.get("remarks"),
    }


def order(source: Source) -> Facts:
    """An order: subject, basis, text, list, appendices."""
    data = source.data
    return {
        "приказ": {
            "о_чём": first(data, "subject") or source.title,
            "текст": first(data, "body_text", "text"),
            "основание": _basis(data.get("basis")),
        },
        "список": titled(_listed(data.get("objects"))),
        "приложения": titled((one.get("metadata") or {}).get("fileName") for one in rows(data.get("appendices"))),
    }


def course_order(source: Source) -> Facts:
    """An order about listeners of a course: `data.course`, `data.listeners`, `data.supplementary`."""
    data = source.data
    course: Data = data["course"] if isinstance(data.get("course"), Mapping) else {}
    return order(source) | {
        "курс": {
            "название": course.get("title"),
            "форма": course.get("form"),
            "с": day(course.get("start")),
            "по": day(course.get("end")),
        },
        "программа": {"название": course.get("programme_title"), "часы": number(course.get("hours"))},
        "дополнительный": yes(data.get("supplementary")),
        "слушатели": [_listener(row) for row in data.get("listeners") or []],
    }


def _listener(row: Any) -> Facts:
    given: Data = row if isinstance(row, Mapping) else {"listener_id": row}
    who = person(first(given, "listener_id", "listener", "teacher_id"))
    return {
        "фио": first(given, "teacher_name", "name") or who.get("фио"),
        "должность": given.get("position") or who.get("должность"),
        "место_работы": given.get("school_name") or place_name(given.get("school_id")) or who.get("место_работы"),
    }


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        return []
    return [first(one, "name", "title") if isinstance(one, Mapping) else one for one in value]


def _basis(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(choice("meeting_protocol, order, technical_assignment", one) for one in value)
    return text(value)


def survey_report(source: Source) -> Facts:
    """Аналитическая справка по самооценке профессиональных затруднений."""
    data = source.data
    summary: Data = data["summary"] if isinstance(data.get("summary"), Mapping) else data
    report: Data = data["report"] if isinstance(data.get("report"), Mapping) else {}
    return {
        "курс": {"название": data.get("course_title")},
        "цель": report.get("aims"),
        "охват": {"приглашено": number(summary.get("total")), "ответили": number(summary.get("answered"))},
        "затруднения": [
            {"название": row.get("item"), "ответов": number(row.get("often"))} for row in rows(summary.get("top"))
        ],
        "школы": [
            {
                "название": place_name(row.get("school")),
                "ответили": number(row.get("answered")),
                "всего": number(row.get("total")),
                "чаще_всего": _often(row),
            }
            for row in rows(summary.get("by_school"))
        ],
        "помощь": [{"вид": row.get("help"), "число": number(row.get("count"))} for row in rows(summary.get("help"))],
        "выводы": first(report, "conclusions", "text") or summary.get("text"),
        "рекомендации": report.get("recommendations"),
        "составитель": at_the_line(person(data.get("prepared_by"))),
    }


def _often(row: Data) -> str:
    """The most frequent difficulties of a school. Of few teachers they would tell what each of them answered."""
    if int(row.get("answered") or 0) < _FEW:
        return f"меньше {_FEW} ответов"
    return text([one.get("item") if isinstance(one, Mapping) else one for one in row.get("top") or ()])
