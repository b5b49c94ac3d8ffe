"""What all documents say about themselves, organisations, people and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.documents.titles import kind_title_ru
from app.forms import formats, sources
from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.plain import plain_fields
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.people import queries as people

ZONE = "Europe/Moscow"
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_SHOWN_HASH = 16
Data = Mapping[str, Any]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is made of; `signatures` in order of time."""

    kind: str
    title: str
    number: str
    date: date
    organisation: str | None
    data: Data
    signatures: Sequence[Data]
    form_key: int | None
    actor: Actor


def common(source: Source) -> Facts:
    """Document, organisation, signatures, fields of the form."""
    signatures = [signature(one) for one in source.signatures]
    return {
        "документ": {
            "номер": source.number,
            "дата": day(source.date),
            "дата_прописью": long_day(source.date),
            "название": source.title,
            "вид": kind_title_ru(source.kind),
        },
        "организация": place(source.organisation),
        "подписи": signatures,
        "подписал": signatures[-1] if signatures else {},
        "форма": {key.replace(".", "_"): shown for key, _label, shown in _form_fields(source)},
    }


def plain(source: Source) -> Facts:
    """A document without a template of its own: the fields of its form, else its plain values."""
    rows = [(label, shown) for _key, label, shown in _form_fields(source)]
    if not rows:
        rows = [(name, text(value)) for name, value in source.data.items() if isinstance(value, str | int | float)]
    return {"поля": [{"название": name, "значение": value} for name, value in rows if value]}


def _form_fields(source: Source) -> list[tuple[str, str, str]]:
    form = _form(source)
    return [] if form is None else plain_fields(form, source.data, source.actor)


def _form(source: Source) -> FormDefinition | None:
    try:
        return forms.form(source.form_key) if source.form_key else forms.form_by(source.kind)
    except NotFound:
        return None


def text(value: object) -> str:
    """A value as text; lists are joined, what is no value is empty."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return yes(value)
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(text, value)))
    return formats.show_number(value) if isinstance(value, int | float) else str(value)


def yes(value: object) -> str:
    """«да» or nothing: templates ask `{% if … %}`."""
    return "да" if value in (True, "да", "true") else ""


def number(value: object) -> str:
    """A number with a decimal comma."""
    return "" if value in (None, "") else formats.show_number(value)


def score(value: object) -> str:
    """A percentage, truncated to one decimal (forms.md, «Scores»)."""
    return "" if value in (None, "") else formats.show_number(value, truncate=True)


def day(value: object) -> str:
    """`06.04.2026`"""
    return formats.show_date(value.isoformat() if isinstance(value, date) else value) if value else ""


def long_day(value: object) -> str:
    """`6 апреля 2026 г.`"""
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return text(value)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year} г."


def moment(value: object) -> str:
    """`06.04.2026 09:00`"""
    return formats.show_moment(value, ZONE) if value else ""


def choice(source: str, value: object) -> str:
    """What a picker shows for a value."""
    return sources.label_of(sources.names_of(source), value) if value else ""


def initials(name: str) -> str:
    """`М. И. Иванова`: initials before the surname, as under official papers (ГОСТ Р 7.0.97-2016, 5.22)."""
    surname, *given = name.split()[:3] or [""]
    return "\u00a0".join([*(f"{part[0]}." for part in given), surname])


def person(login: object) -> Facts:
    """Name, position, place of work."""
    try:
        found = people.person_by_login(str(login)) if login else None
    except NotFound:
        return {"фио": str(login), "инициалы": str(login)}
    if found is None:
        return {}
    return {
        "фио": found.name,
        "инициалы": initials(found.name),
        "должность": found.position,
        "место_работы": place_name(found.organisation),
    }


def at_the_line(who: Facts) -> Facts:
    """Facts of a person or a signature as they stand beside a signature: the position begins with a capital letter."""
    position = str(who.get("должность") or "")
    return {**who, "должность": position[:1].upper() + position[1:]} if position else who


def place_name(code: object) -> str:
    """Short name of an organisation; the code when it is unknown."""
    try:
        return people.organisation(str(code)).short_name if code else ""
    except NotFound:
        return str(code)


def place(code: str | None) -> Facts:
    """Names of an organisation, of the one above it, and its head."""
    try:
        found = people.organisation(code) if code else None
    except NotFound:
        found = None
    if found is None:
        return {"название": code, "краткое_название": code}
    above = people.organisation(found.parent_code).name if found.parent_code else ""
    head = people.head_of(found.code)
    return {
        "название": found.name,
        "краткое_название": found.short_name,
        "вышестоящая": above,
        "руководитель": at_the_line(person(head)) if head else {},
    }


def signature(given: Data) -> Facts:
    """One signature with the facts of who signed."""
    if not given:
        return {}
    who = person(given.get("login"))
    name = str(given.get("name") or who.get("фио") or given.get("login") or "")
    at, print_ = moment(given.get("signed_at")), str(given.get("sha256") or "")[:_SHOWN_HASH]
    facts = {
        "фио": name,
        "инициалы": initials(name),
        "должность": who.get("должность"),
        "дата": at[:10],
        "время": at,
        "отпечаток": print_,
        "от_имени": person(given["on_behalf_of"]).get("фио") if given.get("on_behalf_of") else "",
        "строка": f"Подписано электронно: {initials(name)}, {at}, отпечаток {print_}",
    }
    return at_the_line(facts)


def signed_by(source: Source, *roles: str, field: str = "") -> Facts:
    """The signature in a field of the data, else the last one given in one of the roles."""
    given = source.data.get(field) if field else None
    if isinstance(given, Mapping) and given.get("login"):
        return signature(given)
    found = [one for one in source.signatures if one.get("role") in roles]
    return signature(found[-1]) if found else {}


def rows(value: object) -> list[Data]:
    """The contexts of a list; anything else has none."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def first(data: Data, *names: str) -> Any:
    """The first of these values that there is."""
    return next((data[name] for name in names if data.get(name) not in (None, "")), None)


def titled(values: Iterable[object], name: str = "название") -> list[Facts]:
    """Texts as rows."""
    return [{name: text(value)} for value in values]
