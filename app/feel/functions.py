"""The FEEL functions of the platform, for the designer's help and completion. They are implemented in
app/web/ui/feel/functions.mjs; all others are those of the FEEL standard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One function.

    Attributes:
        signature: name with parameters, optional ones in brackets.
        ru, en: what it gives.
        example: an expression.
    """

    name: str
    signature: str
    ru: str
    en: str
    example: str


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "add business days",
        "add business days(date, days, [calendar])",
        "Дата через столько рабочих дней (при отрицательном числе — раньше). Время дня сохраняется.",
        "The date so many business days later (earlier for a negative number). A time of day is kept.",
        "add business days(today(), 5)",
    ),
    Function(
        "business days",
        "business days(date, days, [calendar])",
        "То же, что add business days.",
        "The same as add business days.",
        "business days(submitted, 10)",
    ),
    Function(
        "business days between",
        "business days between(from, to, [calendar])",
        "Число рабочих дней после from до to включительно; отрицательное, если to раньше.",
        "The number of business days after `from` up to and including `to`; negative when `to` is earlier.",
        "business days between(submitted, today())",
    ),
    Function(
        "is business day",
        "is business day(date, [calendar])",
        "Рабочий ли это день.",
        "Whether it is a business day.",
        "is business day(today())",
    ),
    Function(
        "next stage",
        "next stage(dates, after)",
        "Ближайшая из дат, которая позже after; null, если таких нет.",
        "The earliest of the dates that is later than `after`; null if there is none.",
        "next stage(programme.stages, today())",
    ),
    Function(
        "is defined",
        "is defined(value)",
        "Есть ли значение (не null).",
        "Whether there is a value (not null).",
        "is defined(order.number)",
    ),
    Function(
        "now",
        "now()",
        "Текущие дата и время по часам платформы.",
        "The current date and time by the platform's clock.",
        "now()",
    ),
    Function(
        "today",
        "today()",
        "Сегодняшняя дата по часам платформы.",
        "Today's date by the platform's clock.",
        "today()",
    ),
)
"""All of them, in the order in which the designer lists them."""
