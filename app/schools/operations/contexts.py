"""Context data of a school year: entered by the head, or for the school after the deadline; confirmed by the МОУО."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid
from app.kernel.ids import next_key
from app.people.models import Organisation

from ..models import SchoolContext
from ..policies import demand_context_author, demand_context_confirmer
from ..queries.registry import LOCATIONS
from ..rules.years import is_school_year

REQUIRED = (
    *("students_total", "students_single_parent", "students_both_parents_higher_ed", "students_registered"),
    *("students_non_native_russian", "teachers_total", "teachers_higher_category"),
)
OPTIONAL = ("teachers_higher_ed", "vacancies", "students_ovz", "students_migrants", "distance_km")
_OF_TEACHERS = ("teachers_higher_category", "teachers_higher_ed")
_FREE = ("vacancies", "distance_km")
MOST = 100_000
"""No figure of a school is greater."""


def record_context(
    actor: Actor,
    school: str,
    year: str,
    figures: Mapping[str, Any],
    *,
    filled_by: str | None = None,
    on_behalf: bool = False,
    instance_key: int | None = None,
) -> SchoolContext:
    """Keep the data of a school year as its next version; a confirmation holds for the version it was given to.

    Args:
        figures: fields of the form `school_context`.
        filled_by: login, where a process hands the form in.
        on_behalf: the municipal coordinator filled it in for the school.

    Raises:
        Forbidden: neither the school's head nor its municipal coordinator.
        NotFound: no such school for the actor.
        Invalid: a figure is missing, or a part is greater than the whole; every field is named.
    """
    demand_context_author(actor, school)
    errors = _problems(figures)
    if not is_school_year(year):
        errors["year"] = [_l("Enter the school year as 2025-2026.")]
    if errors:
        raise Invalid(errors=errors)
    db.session.get(Organisation, school, with_for_update=True)  # two entries at once take turns
    before = db.session.scalars(select(SchoolContext).filter_by(school=school, year=year, current=True)).one_or_none()
    if before is not None:
        before.current = False
        db.session.flush()
    row = SchoolContext(
        key=next_key(),
        school=school,
        year=year,
        version=before.version + 1 if before else 1,
        **{name: figures.get(name) for name in (*REQUIRED, *OPTIONAL)},
        territorial_status=figures["territorial_status"],
        small_school=figures.get("small_school") is True,
        specialists=list(figures.get("specialists") or ()),
        filled_by=filled_by or actor.login,
        on_behalf=on_behalf,
        recorded_at=clock.now(),
        instance_key=instance_key,
    )
    db.session.add(row)
    facts = {"year": year, "version": row.version, "on_behalf": on_behalf}
    audit.record_event(actor, "school_context", school, "record", details=facts)
    db.session.flush()
    return row


def confirm_contexts(
    actor: Actor, municipality: str, year: str, *, by: str | None = None, signature: Mapping[str, Any] | None = None
) -> int:
    """Confirm the current data of all schools of a municipality; what is confirmed already stays as it is.

    Returns:
        How many were confirmed now.

    Raises:
        Forbidden: not the coordinator of this municipality.
    """
    demand_context_confirmer(actor, municipality)
    query = (
        select(SchoolContext)
        .join(Organisation, Organisation.code == SchoolContext.school)
        .where(SchoolContext.year == year, SchoolContext.current, SchoolContext.confirmed_at.is_(None))
        .where(Organisation.path.contains([municipality]))
    )
    rows = db.session.scalars(query.with_for_update(of=SchoolContext)).all()
    for row in rows:
        row.confirmed_by, row.confirmed_at = by or actor.login, clock.now()
        row.signature = dict(signature) if signature else None
    db.session.flush()
    return len(rows)


def _problems(figures: Mapping[str, Any]) -> dict[str, list[object]]:
    errors: dict[str, list[object]] = {}
    whole = {name: figures.get(name) for name in ("students_total", "teachers_total")}
    for name in (*REQUIRED, *OPTIONAL):
        value = figures.get(name)
        if value is None and name in OPTIONAL:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < (1 if name in whole else 0):
            errors[name] = [_l("Enter a whole number.")]
            continue
        if value > MOST:
            errors[name] = [_l("At most %(most)s.", most=MOST)]
            continue
        total = whole["teachers_total" if name in _OF_TEACHERS else "students_total"]
        limited = name not in whole and name not in _FREE
        if limited and isinstance(total, int) and value > total:
            errors[name] = [_l("The part is greater than the whole: %(part)s of %(whole)s.", part=value, whole=total)]
    if figures.get("territorial_status") not in LOCATIONS:
        errors["territorial_status"] = [_l("Choose one of the list.")]
    return errors
