"""Listeners of outside providers: enrolled by municipalities, statuses taken from the provider's weekly file.

Each listener is a record `external_course_result` (KEM-I-5, KEM-I-12); a course is the tag `external:<id>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.documents import operations as documents
from app.documents.models import Record
from app.files import operations as files
from app.files.models import File
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.web import excel
from app.web.listing import Column

from ..queries import persons
from ..rules import external, status_file

KIND = "external_course_result"
LIST_COLUMNS = (
    Column("login", "Логин", value=lambda row: row["listener"], width=20),
    Column("name", "Ф.И.О.", value=lambda row: row["name"], width=36),
    Column("school", "Школа", value=lambda row: row["school_name"], width=30),
    Column("municipality", "Муниципалитет", value=lambda row: row["municipality_name"], width=30),
    Column("status", "Статус", value=lambda row: row["status"], width=18),
)
"""The list for the provider, which is also the template of the weekly file."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A weekly file against the list: what changes, and what cannot be taken.

    Attributes:
        changes: new status by login.
        unchanged: rows that say what is known already.
        problems: `{sheet, row, column, message}`.
    """

    changes: dict[str, str]
    unchanged: int
    problems: list[dict[str, Any]]


def listeners(external_id: str) -> list[Record]:
    """Everybody on the course, by municipality and name."""
    query = select(Record).where(
        Record.current, Record.kind == KIND, Record.objects.contains([f"external:{external_id}"])
    )
    found = db.session.scalars(query)
    return sorted(found, key=lambda row: (row.data.get("municipality_name", ""), row.data.get("name", "")))


def enrol(
    actor: Actor, external_id: str, facts: Mapping[str, Any], municipality: str, logins: Sequence[str]
) -> list[Record]:
    """Put people of a municipality on the list.

    Args:
        facts: `provider, programme_title, hours, start, end` of the course.

    Raises:
        Invalid: somebody is named twice, is on the list already, or works elsewhere; the field is `listeners`.
    """
    known = {row.owner for row in listeners(external_id)}
    for login in external.named_twice(logins) or [login for login in logins if login in known]:
        raise _refused(_l("%(name)s is on the list already.", name=_name(login)))
    found = []
    for login in logins:
        person = _person(login)
        if person.municipality != municipality:
            raise _refused(_l("%(name)s does not work in this municipality.", name=person.name))
        found.append(_save(actor, external_id, person, facts))
    return found


def replace(actor: Actor, external_id: str, facts: Mapping[str, Any], dropped: str, login: str) -> Record:
    """Give the place of a dropout to somebody of the same municipality.

    Raises:
        Invalid: nobody dropped out there, or the new one is on the list already.
    """
    place = next((row for row in listeners(external_id) if row.owner == dropped), None)
    if place is None or place.data.get("status") != external.DROPPED or place.data.get("replaced_by"):
        raise _refused(_l("%(name)s has not dropped out.", name=_name(dropped)))
    (new,) = enrol(actor, external_id, facts, str(place.data.get("municipality") or ""), [login])
    _update(actor, external_id, place, {"replaced_by": login})
    return new


def compare(external_id: str, content: bytes, file_name: str) -> Compared:
    """Read a weekly file; nothing is changed.

    Raises:
        Invalid: the whole file cannot be read.
    """
    reading, people_there = status_file.read(content, file_name), _Directory(listeners(external_id))
    problems = [_problem(each.sheet, each.row, each.column, each.message) for each in reading.problems]
    changes: dict[str, str] = {}
    unchanged, seen = 0, dict[str, int]()
    for line in reading.rows:
        found = people_there.meant(line)
        message = found if not isinstance(found, Record) else _twice(seen, found)
        if not isinstance(found, Record) or message is not None:
            problems.append(_problem(line.sheet, line.row, line.column, message))
            continue
        seen[str(found.owner)] = line.row
        if found.data.get("status") == line.status:
            unchanged += 1
        else:
            changes[str(found.owner)] = line.status
    return Compared(changes, unchanged, sorted(problems, key=lambda each: (each["sheet"], each["row"])))


class _Directory:
    """The list, to be looked up by login or by name."""

    def __init__(self, rows: Iterable[Record]) -> None:
        self._by_login: dict[str, Record] = {}
        self._by_name: dict[str, list[Record]] = {}
        for row in rows:
            self._by_login[str(row.owner)] = row
            self._by_name.setdefault(_plain(str(row.data.get("name"))), []).append(row)

    def meant(self, line: status_file.StatusRow) -> Record | object:
        """Whom a line means, else why nobody is meant."""
        stranger: object = _l("Nobody of the list.")
        if line.login:
            return self._by_login.get(line.login, stranger)
        named = self._by_name.get(_plain(line.name), [])
        if len(named) == 1:
            return named[0]
        several: object = _l("Several people have this name: give the login.")
        return several if named else stranger


def _twice(seen: Mapping[str, int], row: Record) -> object | None:
    """What to say of somebody who stands in the file already."""
    before = seen.get(str(row.owner))
    return None if before is None else _l("This person stands in row %(row)s already.", row=before)


def take(actor: Actor, external_id: str, changes: Mapping[str, str]) -> int:
    """Write the changed statuses, a new version of each record. A file taken twice changes nothing."""
    count = 0
    for row in listeners(external_id):
        new = changes.get(str(row.owner))
        if new is not None and row.data.get("status") != new:
            _update(actor, external_id, row, {"status": new})
            count += 1
    return count


def note_reasons(actor: Actor, external_id: str, reasons: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what the heads say of those who have not begun."""
    for row in listeners(external_id):
        said = reasons.get(str(row.owner))
        if said is not None:
            _update(actor, external_id, row, dict(said))


def list_file(actor: Actor, external_id: str, title: str) -> File:
    """The list of listeners as an Excel file in the store."""
    content = excel.workbook(_("Listeners"), LIST_COLUMNS, [row.data for row in listeners(external_id)])
    name = "".join(sign if sign.isalnum() or sign in " -_" else " " for sign in title)[:80].strip()
    return files.store_file(actor, f"{name or 'list'}.xlsx", BytesIO(content), extensions=("xlsx",))


def record_training(actor: Actor, login: str, facts: Mapping[str, Any], organisation: str) -> Record:
    """Keep training that somebody took elsewhere (the variant of a head).

    Raises:
        Invalid: the person works at no school, or at another one.
    """
    person = _person(login)
    if person.school != organisation:
        raise _refused(_l("%(name)s does not work at this school.", name=person.name))
    return _save(actor, None, person, facts)


def _save(actor: Actor, external_id: str | None, person: persons.Applicant, facts: Mapping[str, Any]) -> Record:
    data = {
        "status": external.ENROLLED,
        **facts,
        "external_id": external_id,
        "listener": person.login,
        "name": person.name,
        "position": person.position,
        "role": person.role,
        "school": person.school,
        "school_name": person.school_name,
        "municipality": person.municipality,
        "municipality_name": persons.organisation_name(person.municipality),
    }
    return documents.save_record(
        actor,
        KIND,
        f"{person.name}: {facts.get('programme_title') or facts.get('programme') or ''}",
        data,
        organisation=person.school,
        owner=person.login,
        objects=_tags(external_id),
    )


def _update(actor: Actor, external_id: str, row: Record, changes: Mapping[str, Any]) -> None:
    data = {**row.data, **changes}
    documents.save_record(actor, KIND, row.title, data, id=row.id, objects=_tags(external_id))


def _tags(external_id: str | None) -> Iterable[str]:
    return [f"external:{external_id}"] if external_id else []


def _person(login: str) -> persons.Applicant:
    try:
        return persons.applicant(login)
    except NotFound:
        raise _refused(_l("%(name)s works at no school.", name=_name(login))) from None


def _name(login: str) -> str:
    try:
        return persons.applicant(login).name
    except NotFound:
        return login


def _refused(message: object) -> Invalid:
    return Invalid(message, {"listeners": [message]})


def _problem(sheet: str, row: int, column: str, message: object) -> dict[str, Any]:
    return {"sheet": sheet, "row": row, "column": column, "message": str(message)}


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("ё", "е").split())
