"""Papers about one listener: Appendix 1 and 2 of the source LIP, certificate, note of study, recommendation."""

from __future__ import annotations

from app.documents.facts.common import (
    Facts,
    Source,
    choice,
    day,
    first,
    initials,
    long_day,
    number,
    person,
    place_name,
    rows,
    score,
    signed_by,
    text,
    titled,
    yes,
)

COMPETENCES = (
    "предметная компетенция",
    "методическая компетенция",
    "психолого-педагогическая компетенция",
    "коммуникативная компетенция",
)
"""LIP, приложение 1, п. 8."""


def technical_assignment(source: Source) -> Facts:
    """Appendix 1: «Форма технического задания учителю при направлении на курсы»."""
    data = source.data
    who = person(first(data, "teacher", "teacher_id"))
    place = ", ".join(part for part in (who.get("место_работы"), who.get("должность")) if part)
    wanted = data.get("competences") or []
    return {
        "учитель": {
            "фио": who.get("фио"),
            "инициалы": who.get("инициалы"),
            "место_работы_и_должность": data.get("workplace_position") or place,
            "образование": data.get("education_level"),
            "номер_диплома": data.get("diploma_number"),
            "дата_диплома": day(data.get("diploma_date")),
            "специальность": data.get("diploma_speciality"),
            "стаж": number(data.get("position_experience_years")),
            "возраст": number(data.get("age")),
        },
        "курс": {
            "название": choice("courses", data.get("course")),
            "с": day(data.get("course_start")),
            "по": day(data.get("course_end")),
        },
        "программа": {
            "название": first(data, "programme_title") or choice("programmes", data.get("programme")),
            "часы": number(data.get("hours")) if data.get("programme_title") else "",
        },
        "компетенции": [{"название": name, "нужна": yes(name in wanted)} for name in COMPETENCES],
        "затруднения": [
            {"компетенция": row.get("competence"), "текст": first(row, "difficulty", "text")}
            for row in rows(data.get("difficulties"))
        ],
        "подпись_педагога": signed_by(source, "teacher", field="teacher_signature"),
        "подпись_руководителя": signed_by(source, "school_head", "deputy_head", field="head_signature"),
    }


def course_report(source: Source) -> Facts:
    """Appendix 2: «Отчёт о прохождении курсов повышения квалификации»."""
    data = source.data
    return {
        "слушатель": person(first(data, "teacher", "listener", "listener_id", "teacher_id")),
        "программа": {
            "название": first(data, "programme_title") or choice("programmes", data.get("programme")),
            "часы": number(data.get("hours")),
        },
        "период": {"с": day(data.get("period_from")), "по": day(data.get("period_to"))},
        "входной_результат": score(data.get("entry_result_pct")),
        "повторный_результат": score(data.get("retest_result_pct")),
        "стажировки": [
            {
                "место": first(row, "place", "site", "title"),
                "часы": number(row.get("hours")),
                "вид_деятельности": first(row, "activity", "kind"),
            }
            for row in rows(data.get("internship"))
        ],
        "форма_аттестации": " — ".join(
            part for part in (text(data.get("attestation_form")), text(data.get("attestation_form_other"))) if part
        ),
        "компетенции": [
            {
                "название": row.get("competence"),
                "повысилась": "да" if yes(row.get("improved")) else "нет",
                "описание": first(row, "text", "description"),
            }
            for row in rows(data.get("competences_improved"))
        ],
        "номер_удостоверения": data.get("certificate_number"),
        "рекомендация": data.get("recommendation_text"),
        "подпись_слушателя": signed_by(source, "teacher", field="listener_signature"),
        "подпись_руководителя": signed_by(source, "course_leader", field="leader_signature"),
        "дата_отчёта": day(data.get("report_date")) or day(source.date),
    }


def award(source: Source) -> Facts:
    """What certificates and notes of study say about the listener and the course."""
    data = source.data
    listener = first(data, "listener", "listener_id")
    order = data.get("order")
    return {
        "слушатель": {
            "фио": first(data, "listener_name", "teacher_name") or person(listener).get("фио"),
            "школа": place_name(data.get("school")) or person(listener).get("место_работы"),
        },
        "программа": {
            "название": data.get("programme_title") or choice("programmes", data.get("programme")),
            "часы": number(data.get("hours")),
        },
        "период": {"с": long_day(data.get("period_from")), "по": long_day(data.get("period_to"))},
        "выдано": long_day(data.get("issued_on") or source.date),
        "приказ": {"номер": order.get("number"), "дата": day(order.get("date"))} if isinstance(order, dict) else {},
        "бланк": {"серия": data.get("blank_series"), "номер": data.get("blank_number")},
    }


def study_note(source: Source) -> Facts:
    """Справка об обучении: who was trained but gets no certificate."""
    return award(source) | {"причина": source.data.get("reason")}


def recommendation(source: Source) -> Facts:
    """Recommendation of the attestation commission (LIP §5)."""
    data = source.data
    who = person(first(data, "listener", "listener_id"))
    name = first(data, "listener_name", "teacher_name") or who.get("фио")
    kinds = data.get("kind") or data.get("kinds") or []
    return {
        "слушатель": who
        | {
            "фио": name,
            "инициалы": initials(str(name or "")),
            "место_работы": place_name(data.get("school")) or who.get("место_работы"),
        },
        "виды": titled([kinds] if isinstance(kinds, str) else kinds),
        "текст": data.get("text"),
        "входной_результат": score(data.get("entry_pct")),
        "курс": {"название": data.get("course_title") or choice("courses", first(data, "course", "course_id"))},
    }
