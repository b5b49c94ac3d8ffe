"""What the program writes letters about, and which facts its templates may name. Pure.

Field names are Russian words, because people of the office write them: `{{ задача }}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Field:
    """One fact: what it is, and an example for the preview."""

    label: object
    example: str


@dataclass(frozen=True, slots=True)
class Event:
    """One occasion.

    Attributes:
        label: what it is for people.
        fields: facts by name.
        subject, text: words to begin a template with.
        by_task: whether single processes and tasks may have words of their own.
    """

    label: object
    fields: Mapping[str, Field]
    subject: str
    text: str
    by_task: bool = True


_EVERYBODY = {
    "имя": Field(_l("Name and patronymic of the reader"), "Мария Петровна"),
    "фио": Field(_l("Full name of the reader"), "Иванова Мария Петровна"),
    "ссылка": Field(_l("Address of the page in the program"), "https://example.ru/tasks/1"),
}
_TASK = {
    "задача": Field(_l("Name of the task"), "Подписать техническое задание"),
    "предмет": Field(_l("What the task is about"), "Курсы «Математика», весна 2026"),
    "процесс": Field(_l("Name of the process"), "Повышение квалификации"),
    "срок": Field(_l("Last day, as 15.05.2026; empty without a deadline"), "15.05.2026"),
}
EVENTS: Mapping[str, Event] = {
    "task.new": Event(
        _l("New task"),
        {**_EVERYBODY, **_TASK},
        "Новая задача: {{ задача }}",
        "{{ предмет }}\n\n{% if срок %}Пожалуйста, выполните до **{{ срок }}**.{% endif %}",
    ),
    "task.returned": Event(
        _l("Work came back"),
        {**_EVERYBODY, **_TASK, "замечание": Field(_l("Comment of the return"), "Не указаны часы модуля 2.")},
        "Вам вернули: {{ задача }}",
        "{{ замечание }}\n\n{{ предмет }}",
    ),
    "task.reminder": Event(
        _l("The deadline is near"),
        {**_EVERYBODY, **_TASK},
        "Скоро срок: {{ задача }}",
        "{{ предмет }}\n\nПожалуйста, выполните до **{{ срок }}**.",
    ),
    "task.overdue": Event(
        _l("The deadline has passed"),
        {**_EVERYBODY, **_TASK, "исполнитель": Field(_l("Who was to do it"), "Иванова Мария Петровна")},
        "Просрочено: {{ задача }}",
        "{{ предмет }}\n\nСрок был {{ срок }}. Исполнитель: {{ исполнитель }}.",
    ),
    "process.message": Event(
        _l("Message that a process sends"),
        {
            **_EVERYBODY,
            "тема": Field(_l("Subject that the model gives"), "Приём заявок открыт"),
            "текст": Field(_l("Text that the model gives"), "Заявку можно подать до 1 мая."),
            "процесс": _TASK["процесс"],
        },
        "{{ тема }}",
        "{{ текст }}",
    ),
    "job.ended": Event(
        _l("Background work has ended"),
        {
            **_EVERYBODY,
            "работа": Field(_l("What was done"), "Слушатели из файла «Группа 3.xlsx»"),
            "итог": Field(_l("What came of it"), "Загружено 312 строк."),
        },
        "Готово: {{ работа }}",
        "{{ итог }}",
        by_task=False,
    ),
}
LONGEST_SUBJECT, LONGEST_TEXT = 200, 5000
"""Most characters of a template."""


def scopes(process: str | None, element: str | None) -> tuple[str, ...]:
    """Which templates may speak for a task, the nearest first."""
    named = [f"{process}:{element}", process] if process and element else [process] if process else []
    return (*named, "")
