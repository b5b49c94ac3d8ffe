"""The export of a course's certificates for the federal register of documents (forms.yaml, certificate.exports)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, NotFound
from app.web.listing import Column

from .. import policies
from ..models import Certificate, Course, Listener
from ..queries import catalogue

_NOT_HELD = ("Дата рождения", "Пол", "СНИЛС", "Серия диплома", "Фамилия в дипломе")
"""What the template asks for and the platform does not hold: the columns stay empty."""
_HELD: tuple[tuple[str, Callable[[Certificate], object]], ...] = (
    ("Вид документа", lambda row: "Удостоверение о повышении квалификации"),
    ("Статус документа", lambda row: "Оригинал"),
    ("Серия бланка", lambda row: row.blank_series),
    ("Номер бланка", lambda row: row.blank_number),
    ("Регистрационный номер", lambda row: row.number),
    ("Дата выдачи", lambda row: row.issued_on),
    ("Наименование программы", lambda row: row.programme_title),
    ("Объём, часов", lambda row: row.hours),
    ("Год начала обучения", lambda row: row.period_from.year),
    ("Год окончания обучения", lambda row: row.period_to.year),
    ("Форма обучения", lambda row: row.listener.course.form),
    ("Фамилия", lambda row: _part(row, 0)),
    ("Имя", lambda row: _part(row, 1)),
    ("Отчество", lambda row: _part(row, 2)),
)


def may_export(actor: Actor, course: Course) -> bool:
    """Whether the actor may make the export: the course leader and the coordinator of the institute."""
    return policies.may_lead(actor, course) or actor.has_role("iro_coordinator")


def columns() -> list[Column]:
    """Columns of the file, in the order of the template."""
    held = [Column(name, name, value, None, 22) for name, value in _HELD]
    return held + [Column(name, name, lambda row: None, None, 16) for name in _NOT_HELD]


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
