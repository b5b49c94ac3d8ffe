"""The export of a course's certificates for the federal register of documents (forms.yaml, certificate.exports)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.web.listing import Column

from .. import policies
from ..models import Certificate, Course, FrdoLayout, Listener
from ..queries import catalogue

CONSTANT, EMPTY = "constant", "empty"
MOST = 60
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of a column come from."""

    label: object
    value: Callable[[Certificate], object]


@dataclass(frozen=True, slots=True)
class FrdoColumn:
    """One column of the file; `value` is written in every row when the source is `constant`."""

    title: str
    source: str
    value: str = ""


SOURCES: dict[str, Source] = {
    "blank_series": Source(_l("Series of the blank"), lambda row: row.blank_series),
    "blank_number": Source(_l("Number of the blank"), lambda row: row.blank_number),
    "number": Source(_l("Registration number"), lambda row: row.number),
    "issued_on": Source(_l("Day of issue"), lambda row: row.issued_on),
    "programme": Source(_l("Title of the programme"), lambda row: row.programme_title),
    "hours": Source(_l("Hours"), lambda row: row.hours),
    "year_from": Source(_l("Year in which the training began"), lambda row: row.period_from.year),
    "year_to": Source(_l("Year in which the training ended"), lambda row: row.period_to.year),
    "period_from": Source(_l("First day of the training"), lambda row: row.period_from),
    "period_to": Source(_l("Last day of the training"), lambda row: row.period_to),
    "study_form": Source(_l("Form of study"), lambda row: row.listener.course.form),
    "last_name": Source(_l("Surname"), lambda row: _part(row, 0)),
    "first_name": Source(_l("Given name"), lambda row: _part(row, 1)),
    "middle_name": Source(_l("Patronymic"), lambda row: _part(row, 2)),
    "full_name": Source(_l("Full name"), lambda row: row.listener.teacher_name),
    "school": Source(_l("School"), lambda row: row.listener.school_name),
    "course": Source(_l("Code of the course"), lambda row: row.listener.course.code),
    CONSTANT: Source(_l("always the same text"), lambda row: None),
    EMPTY: Source(_l("stays empty (not held here)"), lambda row: None),
}
DEFAULT = (
    FrdoColumn("Вид документа", CONSTANT, "Удостоверение о повышении квалификации"),
    FrdoColumn("Статус документа", CONSTANT, "Оригинал"),
    FrdoColumn("Серия бланка", "blank_series"),
    FrdoColumn("Номер бланка", "blank_number"),
    FrdoColumn("Регистрационный номер", "number"),
    FrdoColumn("Дата выдачи", "issued_on"),
    FrdoColumn("Наименование программы", "programme"),
    FrdoColumn("Объём, часов", "hours"),
    FrdoColumn("Год начала обучения", "year_from"),
    FrdoColumn("Год окончания обучения", "year_to"),
    FrdoColumn("Форма обучения", "study_form"),
    FrdoColumn("Фамилия", "last_name"),
    FrdoColumn("Имя", "first_name"),
    FrdoColumn("Отчество", "middle_name"),
    FrdoColumn("Дата рождения", EMPTY),
    FrdoColumn("Пол", EMPTY),
    FrdoColumn("СНИЛС", EMPTY),
    FrdoColumn("Серия диплома", EMPTY),
    FrdoColumn("Фамилия в дипломе", EMPTY),
)
"""The columns until somebody sets others (forms.md, export `frdo`)."""


def may_export(actor: Actor, course: Course) -> bool:
    """Whether the actor may make the export: the course leader and the coordinator of the institute."""
    return policies.may_lead(actor, course) or actor.has_role("iro_coordinator")


def layout() -> tuple[int, tuple[FrdoColumn, ...]]:
    """Version and columns in force; version 0 are the default ones."""
    row = db.session.scalars(select(FrdoLayout).order_by(FrdoLayout.version.desc()).limit(1)).first()
    return (0, DEFAULT) if row is None else (row.version, tuple(FrdoColumn(**one) for one in row.columns))


def set_layout(actor: Actor, seen: int, wanted: Sequence[FrdoColumn]) -> FrdoLayout:
    """Set the columns of all exports from now on.

    Args:
        seen: the version that the actor changed.

    Raises:
        Forbidden: neither administrator nor coordinator of the institute.
        Invalid: `errors` names the columns by their place, from 1.
        Conflict: somebody else set columns meanwhile.
    """
    if not policies.may_set_frdo(actor):
        raise Forbidden(_l("Only administrators and coordinators of the institute set these columns."))
    _check(wanted)
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('frdo_layout'))"))
    version, _columns = layout()
    if version != seen:
        raise Conflict(_l("Somebody else changed the columns meanwhile. Look at them and change them again."))
    row = FrdoLayout(
        version=version + 1,
        columns=[asdict(one) for one in wanted],
        saved_by=actor.login,
        saved_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "frdo_layout", str(row.version), "set_columns", details={"columns": len(wanted)})
    return row


def _check(wanted: Sequence[FrdoColumn]) -> None:
    errors: dict[str, list[object]] = {}
    titles = [one.title.casefold() for one in wanted]
    for place, one in enumerate(wanted, start=1):
        if not one.title or len(one.title) > LONGEST:
            errors[str(place)] = [_l("Give the column a title of at most %(most)s characters.", most=LONGEST)]
        elif titles.count(one.title.casefold()) > 1:
            errors[str(place)] = [_l("Two columns have the title “%(title)s”.", title=one.title)]
        elif one.source not in SOURCES:
            errors[str(place)] = [_l("Choose what stands in the column.")]
        elif one.source == CONSTANT and not one.value:
            errors[str(place)] = [_l("Write the text that stands in every row.")]
    if errors:
        raise Invalid(_l("The columns were not changed."), errors)
    if not wanted or len(wanted) > MOST:
        raise Invalid(_l("The file needs between 1 and %(most)s columns.", most=MOST))


def columns() -> list[Column]:
    """Columns of the file, in the order that is in force."""
    return [Column(one.title, one.title, _value(one), None, 22) for one in layout()[1]]


def empty_columns() -> list[str]:
    """Titles of the columns that will stay empty: listed before the export."""
    return [one.title for one in layout()[1] if one.source == EMPTY]


def _value(column: FrdoColumn) -> Callable[[Certificate], object]:
    if column.source == CONSTANT:
        return lambda row: column.value
    return SOURCES[column.source].value


def export(actor: Actor, code: str) -> list[Certificate]:
    """The certificates of a course; the day of the export is noted with each.

    Raises:
        NotFound: there is no such course, or the actor sees none of its certificates.
        Forbidden: the actor may see them but not export them.
    """
    row, seen = catalogue.sight_of(actor, code)
    if not may_export(actor, row.course):
        raise Forbidden() if seen.full else NotFound()
    query = (
        select(Certificate)
        .join(Certificate.listener)
        .where(Listener.course_key == row.course.key)
        .order_by(Certificate.number)
    )
    found = list(db.session.scalars(query))
    for certificate in found:
        certificate.frdo_exported_on = clock.today()
    audit.record_event(actor, "course", code, "export_frdo", details={"certificates": len(found)})
    db.session.flush()
    return found


def _part(row: Certificate, index: int) -> str:
    parts = row.listener.teacher_name.split()
    return parts[index] if index < len(parts) else ""
