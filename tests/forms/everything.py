"""A form with every component, for tests and for looking at."""

from __future__ import annotations

import json
from typing import Any

COMPETENCES = ["предметная компетенция", "методическая компетенция", "коммуникативная компетенция"]


def values(*texts: str) -> list[dict[str, str]]:
    """Options whose value is their label."""
    return [{"label": text, "value": text} for text in texts]


SCHEMA: dict[str, Any] = {
    "schemaVersion": 18,
    "type": "default",
    "id": "everything",
    "title": "Все виды полей",
    "components": [
        {
            "type": "text",
            "id": "intro",
            "text": "# Техническое задание\nПоля со **звёздочкой** обязательны. Заполняет: {{actor.name}}.",
        },
        {
            "type": "group",
            "id": "about",
            "label": "Сведения о слушателе",
            "components": [
                {
                    "type": "textfield",
                    "id": "c_name",
                    "key": "full_name",
                    "label": "Фамилия, имя, отчество",
                    "validate": {"required": True, "minLength": 5, "maxLength": 100},
                    "layout": {"row": "r1", "columns": 10},
                },
                {
                    "type": "number",
                    "id": "c_age",
                    "key": "age",
                    "label": "Возраст",
                    "decimalDigits": 0,
                    "appearance": {"suffixAdder": "лет"},
                    "validate": {"required": True, "min": 18, "max": 90},
                    "layout": {"row": "r1", "columns": 6},
                },
                {
                    "type": "textfield",
                    "id": "c_place",
                    "key": "workplace",
                    "label": "Место работы",
                    "readonly": True,
                    "properties": {"prefill": '="МБОУ СОШ № 1, " + actor.name'},
                    "layout": {"row": "r2", "columns": None},
                },
                {
                    "type": "number",
                    "id": "c_years",
                    "key": "experience",
                    "label": "Стаж в должности",
                    "description": "Полных лет",
                    "validate": {"min": 0, "max": "=age - 16"},
                    "layout": {"row": "r2", "columns": None},
                },
                {
                    "type": "textfield",
                    "id": "c_mail",
                    "key": "contact.mail",
                    "label": "Электронная почта",
                    "validate": {"validationType": "email"},
                },
            ],
        },
        {
            "type": "radio",
            "id": "c_edu",
            "key": "education",
            "label": "Образование",
            "values": values("высшее", "ср. спец.", "другое"),
            "validate": {"required": True},
        },
        {
            "type": "textfield",
            "id": "c_edu_other",
            "key": "education_other",
            "label": "Какое именно",
            "conditional": {"hide": '=education != "другое"'},
            "validate": {"required": True},
        },
        {
            "type": "select",
            "id": "c_course",
            "key": "course",
            "label": "Курс",
            "properties": {"source": "test_courses", "sourceFilter": "={open: true}"},
            "validate": {"required": True},
        },
        {
            "type": "select",
            "id": "c_tutor",
            "key": "tutor",
            "label": "Сопровождающий методист",
            "properties": {"source": "test_people"},
        },
        {
            "type": "select",
            "id": "c_month",
            "key": "month",
            "label": "Месяц",
            "valuesExpression": '=["апрель", "июнь", "ноябрь"]',
        },
        {
            "type": "checklist",
            "id": "c_comp",
            "key": "competences",
            "label": "Потребность в повышении уровня",
            "values": values(*COMPETENCES),
            "validate": {"required": True},
        },
        {
            "type": "dynamiclist",
            "id": "c_diff",
            "path": "difficulties",
            "label": "Затруднения по каждой компетенции",
            "properties": {"rows": "=for c in competences return {competence: c}", "rowKey": "competence"},
            "components": [
                {"type": "textfield", "id": "d1", "key": "competence", "label": "Компетенция", "readonly": True},
                {
                    "type": "textarea",
                    "id": "d2",
                    "key": "text",
                    "label": "Что вызывает затруднения",
                    "validate": {"required": True, "minLength": 5},
                },
            ],
        },
        {
            "type": "taglist",
            "id": "c_tags",
            "key": "subjects",
            "label": "Предметы",
            "values": values("математика", "русский язык", "физика", "информатика"),
        },
        {
            "type": "dynamiclist",
            "id": "c_modules",
            "path": "modules",
            "label": "Модули",
            "defaultRepetitions": 1,
            "properties": {
                "minRows": "1",
                "maxRows": "4",
                "check": "=sum(value.hours) <= 72",
                "checkMessage": "Всего не больше 72 часов.",
            },
            "components": [
                {
                    "type": "textfield",
                    "id": "m1",
                    "key": "title",
                    "label": "Название",
                    "validate": {"required": True},
                    "layout": {"row": "m", "columns": 8},
                },
                {
                    "type": "number",
                    "id": "m2",
                    "key": "hours",
                    "label": "Часов",
                    "decimalDigits": 1,
                    "validate": {"required": True, "min": 0.5},
                    "layout": {"row": "m", "columns": 4},
                },
                {
                    "type": "expression",
                    "id": "m3",
                    "key": "half",
                    "label": "Половина",
                    "expression": "=this.hours / 2",
                    "layout": {"row": "m", "columns": 4},
                },
                {"type": "checkbox", "id": "m4", "key": "variative", "label": "Вариативный"},
                {
                    "type": "textfield",
                    "id": "m5",
                    "key": "why",
                    "label": "Для кого",
                    "conditional": {"hide": "=this.variative != true"},
                },
            ],
        },
        {
            "type": "expression",
            "id": "c_total",
            "key": "total",
            "label": "Всего часов",
            "expression": "=sum(modules.hours)",
        },
        {
            "type": "number",
            "id": "c_score",
            "key": "score",
            "label": "Результат теста, %",
            "readonly": True,
            "properties": {"truncate": "true", "prefill": "=points"},
        },
        {
            "type": "dynamiclist",
            "id": "c_matrix",
            "path": "answers",
            "label": "Насколько вы согласны?",
            "allowAddRemove": False,
            "properties": {"rows": '=[{q: "Мне помогают коллеги"}, {q: "Хватает времени на подготовку"}]'},
            "components": [
                {"type": "textfield", "id": "q1", "key": "q", "label": "Утверждение", "readonly": True},
                {
                    "type": "radio",
                    "id": "q2",
                    "key": "a",
                    "label": "Ответ",
                    "values": values("да", "отчасти", "нет"),
                    "validate": {"required": True},
                },
            ],
        },
        {"type": "separator", "id": "sep"},
        {
            "type": "datetime",
            "id": "c_from",
            "key": "period_from",
            "label": "Начало",
            "subtype": "date",
            "layout": {"row": "p", "columns": 5},
        },
        {
            "type": "datetime",
            "id": "c_to",
            "key": "period_to",
            "label": "Окончание",
            "subtype": "date",
            "properties": {"min": "=period_from"},
            "layout": {"row": "p", "columns": 5},
        },
        {
            "type": "datetime",
            "id": "c_at",
            "key": "meets_at",
            "label": "Встреча",
            "subtype": "datetime",
            "layout": {"row": "p", "columns": 6},
        },
        {"type": "datetime", "id": "c_time", "key": "call_at", "label": "Время звонка", "subtype": "time"},
        {"type": "filepicker", "id": "c_files", "key": "files", "label": "Материалы", "multiple": True},
        {"type": "filepicker", "id": "c_file", "key": "diploma", "label": "Диплом", "accept": ".pdf"},
        {
            "type": "table",
            "id": "c_table",
            "label": "Прошлые курсы",
            "dataSource": "=history",
            "columns": [{"label": "Курс", "key": "title"}, {"label": "Часов", "key": "hours"}],
        },
        {
            "type": "html",
            "id": "c_html",
            "content": "<p>Подробности — <b>у методиста</b>.</p><script>alert(1)</script>",
        },
        {"type": "spacer", "id": "c_space"},
        {"type": "textarea", "id": "c_note", "key": "note", "label": "Примечание"},
        {
            "type": "checkbox",
            "id": "c_sign",
            "key": "signature",
            "label": "Подписываю техническое задание",
            "properties": {"signoff": "true"},
            "validate": {"required": True},
        },
        {"type": "button", "id": "c_button", "label": "Submit", "action": "submit"},
    ],
}
"""form-js schema; the picker sources `test_courses` (few) and `test_people` (many) are registered by `page`."""

SOURCE = json.dumps(SCHEMA, ensure_ascii=False).encode()
VARIABLES: dict[str, Any] = {
    "points": 94.96,
    "history": [{"title": "Современный урок", "hours": 72}, {"title": "Оценивание", "hours": 36.5}],
}
ENTRIES: dict[str, Any] = {
    "full_name": "Иванова Мария Петровна",
    "age": "41",
    "experience": "12,5",
    "contact": {"mail": "ivanova@example.org"},
    "education": "другое",
    "education_other": "магистратура",
    "course": "c2",
    "tutor": "p07",
    "month": "июнь",
    "competences": [COMPETENCES[0], COMPETENCES[2]],
    "difficulties": [
        {"_row": COMPETENCES[0], "text": "Решение задач с параметром"},
        {"_row": COMPETENCES[2], "text": "Общение с родителями"},
    ],
    "subjects": ["физика"],
    "modules": [
        {"title": "Теория", "hours": "36,5", "variative": ""},
        {"title": "Практика", "hours": "10", "variative": "true", "why": "для молодых педагогов"},
    ],
    "answers": [{"_row": "Мне помогают коллеги", "a": "да"}, {"_row": "Хватает времени на подготовку", "a": "нет"}],
    "period_from": "2026-04-06",
    "period_to": "2026-06-30",
    "meets_at": "2026-04-10T15:30",
    "call_at": "09:05",
    "files": [],
    "diploma": [],
    "note": "Первая строка\nВторая строка",
    "signature": "true",
}
"""What a teacher enters, as raw values."""
