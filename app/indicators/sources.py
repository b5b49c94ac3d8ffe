"""What indicators count: named queries that every feature registers for its own rows.

A feature declares its tables in a module that its `jobs.py` or `service_tasks.py` imports, so that the worker knows
them too::

    from app.indicators import sources
    from app.indicators.sources import Field

    sources.table(
        "certificates", label=_l("Certificates"),
        key=Certificate.key, title=Listener.teacher_name, link=columns.link("/courses/certificates/", Certificate.key),
        organisation=Listener.school, on=Certificate.issued_on,
        joined=lambda rows: rows.join(Certificate.listener), scope=policies.certificates_in_scope,
        fields=(
            Field("teacher", _l("Teacher"), "person", Listener.teacher),
            Field("hours", _l("Hours"), "number", Certificate.hours),
        ),
    )

What is no table with joins hands a statement to `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal, get_args

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Date, Select, SelectBase, Text, cast, null, select

from app.kernel.actor import Actor

Type = Literal["text", "number", "date", "boolean", "organisation", "person", "list"]
TYPES: tuple[str, ...] = get_args(Type)
ALWAYS = ("key", "title", "link", "organisation", "on")
"""Columns that every source has: key (text), title, link (path or null), code of the most local organisation, and the
date (or moment) that puts the row into a period (null: it counts in every period)."""
SCHOOL_GROUPS = "school_groups"
Rows = Callable[[], SelectBase]
Visible = Callable[[Actor], SelectBase | None]
Counted = Callable[[Actor], bool]
Joined = Callable[[Select[Any]], Select[Any]]
Scope = Callable[[Actor], ColumnElement[bool] | None]
Family = Callable[[str], "Source | None"]
_sources: dict[str, Source] = {}
_families: dict[str, tuple[Family, Callable[[], Iterable[str]]]] = {}
_groups: list[Rows] = []
_named: dict[tuple[str, str], Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a source that a definition may name.

    Attributes:
        name: of the column.
        label: lazy text, as the editor shows it.
        type: `organisation` holds codes, `person` logins, `list` an array of texts (operator `contains`).
        column: its SQL, where the source is a `table`.
    """

    name: str
    label: object
    type: Type
    column: Any = attribute(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A named query; see `register`."""

    code: str
    label: object
    fields: Mapping[str, Field]
    select: Rows
    visible: Visible | None
    counted: Counted | None
    min_group: int


def _alone(rows: Select[Any]) -> Select[Any]:
    """A table without joins and conditions."""
    return rows


def table(
    code: str,
    *,
    label: object,
    key: Any,
    title: Any,
    organisation: Any,
    fields: Iterable[Field],
    link: Any = None,
    on: Any = None,
    joined: Joined = _alone,
    scope: Scope | None = None,
    counted: Counted | None = None,
    min_group: int = 0,
) -> None:
    """Offer the rows of a table: one declaration of what is read and how it is called.

    Args:
        key, title, organisation, link, on: columns of `ALWAYS`; rows without a page or a date leave the last two out.
        fields: each with its column.
        joined: adds joins and the conditions under which a row counts; asked anew for every statement.
        scope: condition on the rows that a person sees in the list behind a number; None for all of them. Without it
            a person sees the rows of the organisations in their scope.
        code, label, counted, min_group: as `register` takes them.
    """
    own = tuple(fields)
    always = {
        "key": cast(key, Text),
        "title": title,
        "link": cast(null(), Text) if link is None else link,
        "organisation": organisation,
        "on": cast(null(), Date) if on is None else on,
    }
    named = {**always, **{field.name: field.column for field in own}}

    def rows() -> Select[Any]:
        return joined(select(*(column.label(name) for name, column in named.items())))

    def visible(actor: Actor) -> SelectBase | None:
        condition = scope(actor) if scope is not None else None
        if condition is None:
            return None
        return rows().with_only_columns(always["key"].label("key"), maintain_column_froms=True).where(condition)

    seen = visible if scope is not None else None
    register(code, label=label, fields=own, select=rows, visible=seen, counted=counted, min_group=min_group)


def register(
    code: str,
    *,
    label: object,
    fields: Iterable[Field],
    select: Rows,
    visible: Visible | None = None,
    counted: Counted | None = None,
    min_group: int = 0,
) -> None:
    """Offer rows to indicators (again under the same code: replaces it).

    Args:
        code: names the source in definitions; lower case, `_`.
        label: lazy text, as «Certificates».
        fields: what definitions may filter, count and sum by; `organisation` and `on` are there by themselves.
        select: makes the statement; its columns are `ALWAYS` and the fields, each under its label. Without scope:
            whoever computes an indicator narrows it to organisations and period.
        visible: keys (text) of the rows that a person may see in the list behind a number, as a select of one column;
            it answers None for all of them. Without it a person sees the rows of the organisations in their scope.
        counted: whether a person may know numbers over these rows at all; without it every reader of indicators may
            (nobody but ЦМОКО and the region knows how many of a school stand in the attestation base).
        min_group: with a number from 1 on, counts of fewer rows are hidden from everybody (groups under five persons).

    Raises:
        ValueError: a field of unknown type, or one that is there by itself.
    """
    _sources[code] = source(
        code, label=label, fields=fields, select=select, visible=visible, counted=counted, min_group=min_group
    )


def source(
    code: str,
    *,
    label: object,
    fields: Iterable[Field],
    select: Rows,
    visible: Visible | None = None,
    counted: Counted | None = None,
    min_group: int = 0,
) -> Source:
    """What `register` keeps, for families that make their sources as they are asked for."""
    found = {field.name: field for field in fields}
    wrong = [name for name, field in found.items() if field.type not in TYPES or name in ALWAYS]
    if wrong:
        raise ValueError(f"source {code}: fields {', '.join(wrong)}")
    return Source(code, label, found, select, visible, counted, min_group)


def register_family(prefix: str, make: Family, codes: Callable[[], Iterable[str]]) -> None:
    """Offer sources that exist by kind: `record_course_report` for the records with the form `course_report`.

    Args:
        prefix: beginning of their codes, as `record_`.
        make: the source of the rest of a code; None when there is none.
        codes: the rests that there are now.
    """
    _families[prefix] = (make, codes)


def find(code: str) -> Source | None:
    """A source by its code, None when nobody registered it."""
    if code in _sources:
        return _sources[code]
    for prefix, (make, _codes) in _families.items():
        if code.startswith(prefix):
            return make(code.removeprefix(prefix))
    return None


def everything() -> list[Source]:
    """All sources, by their name in the reader's language."""
    made = [make(rest) for make, codes in _families.values() for rest in codes()]
    return sorted([*_sources.values(), *(one for one in made if one)], key=lambda one: str(one.label).casefold())


def name_values(code: str, field: str, names: Mapping[str, object]) -> None:
    """Say what people call the values of a field (pages): lazy texts, or pairs of text and colour."""
    _named[code, field] = names


def named(code: str, field: str) -> dict[str, str]:
    """What people call the values of a field, in the reader's language."""
    found = _named.get((code, field), {})
    return {value: str(name[0] if isinstance(name, tuple) else name) for value, name in found.items()}


def register_groups(rows: Rows) -> None:
    """Tell which schools are in which group (schools): columns `group`, `title` of the group, `organisation`, `since`
    and `until` (dates, both may be null). Definitions name them as `@group:p500_2022`."""
    _groups[:] = [rows]

    def members() -> SelectBase:
        group = rows().subquery()
        return select(
            (group.c.group + ":" + group.c.organisation).label("key"),
            group.c.title,
            cast(null(), Text).label("link"),
            group.c.organisation,
            cast(null(), Date).label("on"),
            group.c.group,
            group.c.organisation.label("school"),
            group.c.since,
            group.c.until,
        )

    fields = (
        Field("group", _l("Group"), "text"),
        Field("school", _l("School"), "organisation"),
        Field("since", _l("In the group since"), "date"),
        Field("until", _l("In the group until"), "date"),
    )
    register(SCHOOL_GROUPS, label=_l("Schools of groups"), fields=fields, select=members)


def groups() -> SelectBase | None:
    """The statement about members of groups; None while nobody keeps groups."""
    return _groups[0]() if _groups else None
