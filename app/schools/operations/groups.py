"""Make groups of schools, put schools in and take them out; nothing is deleted."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, text

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import next_key
from app.people.models import Organisation

from ..models import SchoolGroup, SchoolMembership
from ..policies import demand_groups
from ..rules.groups import CODE, KINDS, STANDARD

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('school_membership', 0))")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def create_group(actor: Actor, code: str, title: str, *, kind: str = "list", year: int | None = None) -> SchoolGroup:
    """Make a group of schools.

    Raises:
        Forbidden: only the regional coordinator keeps groups.
        Invalid: code, title, kind or year is wrong, with the field named.
        Conflict: the code is taken.
    """
    demand_groups(actor)
    errors: dict[str, list[object]] = {}
    if not re.fullmatch(CODE, code):
        errors["code"] = [_l("Lower-case Latin letters, digits and underscores; a letter first.")]
    if not title.strip() or len(title) > 200:
        errors["title"] = [_l("Enter a title of up to 200 characters.")]
    if kind not in KINDS:
        errors["kind"] = [_l("Choose one of the list.")]
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        errors["year"] = [_l("Enter a year with four digits.")]
    if errors:
        raise Invalid(errors=errors)
    db.session.execute(_LOCK)
    if code in STANDARD or db.session.get(SchoolGroup, code) is not None:
        raise Conflict(_l("This code is taken."))
    return _made(actor, code, title.strip(), kind, year)


def put_into_group(
    actor: Actor,
    group: str,
    schools: Collection[str],
    *,
    since: date,
    reason: str,
    until: date | None = None,
    document_id: str | None = None,
    list_id: str | None = None,
) -> list[str]:
    """Put schools into a group for a time; who is in already on the first day stays as it is.

    Args:
        group: code.
        schools: organisation codes.
        since, until: first and last day.
        reason: why, for people to read.
        document_id: key of the order or list.
        list_id: record of the list decision.

    Returns:
        Codes of the schools that were put in.

    Raises:
        Forbidden: only the regional coordinator keeps groups.
        NotFound: no such group.
        Invalid: a code is no school, the days are turned round, no reason.
    """
    demand_groups(actor)
    if until is not None and until < since:
        raise Invalid(errors={"until": [_l("The last day lies before the first one.")]})
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Say why.")]})
    wanted = list(dict.fromkeys(schools))
    _demand_schools(wanted)
    db.session.execute(_LOCK)  # two lists at once take turns
    code = _stored_group(actor, group).code
    inside = _touching(code, wanted, since, until)
    taken = [school for school in wanted if school not in inside]
    now = clock.now()
    for school in taken:
        db.session.add(
            SchoolMembership(
                key=next_key(),
                group_code=code,
                school=school,
                valid_from=since,
                valid_to=until,
                reason=reason.strip(),
                document_id=document_id,
                list_id=list_id,
                recorded_by=actor.login,
                recorded_at=now,
            )
        )
    if taken:
        audit.record_event(
            actor, "school_group", code, "put_in", details={"schools": taken, "reason": reason, "since": str(since)}
        )
    db.session.flush()
    return taken


def take_out_of_group(actor: Actor, group: str, school: str, *, last_day: date, reason: str) -> None:
    """End the membership of a school; its earlier times stay.

    Raises:
        Forbidden: only the regional coordinator keeps groups.
        NotFound: the school was never in the group.
        Invalid: no reason; the school is not in yet on that day, or leaves without this.
    """
    demand_groups(actor)
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Say why.")]})
    db.session.execute(_LOCK)
    row = _membership_after(group, school, last_day)
    row.valid_to, row.end_reason = last_day, reason.strip()
    row.ended_by, row.ended_at = actor.login, clock.now()
    facts = {"school": school, "reason": reason, "last_day": str(last_day)}
    audit.record_event(actor, "school_group", group, "take_out", details=facts)
    db.session.flush()


def _membership_after(group: str, school: str, last_day: date) -> SchoolMembership:
    """The time in a group, locked, that can end on a day because it goes on after it."""
    its = select(SchoolMembership).where(SchoolMembership.group_code == group, SchoolMembership.school == school)
    rows = list(db.session.scalars(its.order_by(SchoolMembership.valid_from).with_for_update()))
    if not rows:
        raise NotFound()
    row = next((each for each in rows if each.valid_to is None or each.valid_to > last_day), None)
    if row is None:
        raise Invalid(errors={"last_day": [_l("The time of the school in the group ends without this by that day.")]})
    if row.valid_from > last_day:
        raise Invalid(errors={"last_day": [_l("The last day lies before the first one.")]})
    return row


def _demand_schools(codes: list[str]) -> None:
    query = select(Organisation.code).where(Organisation.code.in_(codes), Organisation.level == "school")
    unknown = sorted(set(codes) - set(db.session.scalars(query)))
    if unknown:
        raise Invalid(errors={"schools": [_l("There is no such school: %(names)s.", names=", ".join(unknown))]})


def _stored_group(actor: Actor, code: str) -> SchoolGroup:
    row = db.session.get(SchoolGroup, code)
    if row is None and code in STANDARD:
        row = _made(actor, code, *STANDARD[code])
    if row is None:
        raise NotFound(_l("There is no such group of schools."))
    return row


def _made(actor: Actor, code: str, title: str, kind: str, year: int | None) -> SchoolGroup:
    row = SchoolGroup(code=code, title=title, kind=kind, year=year, created_by=actor.login, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "school_group", code, "create", changes={"title": (None, title)})
    return row


def _touching(group: str, schools: list[str], since: date, until: date | None) -> set[str]:
    """Schools that are in the group on some day of the time."""
    query = select(SchoolMembership.school).where(
        SchoolMembership.group_code == group,
        SchoolMembership.school.in_(schools),
        or_(SchoolMembership.valid_to.is_(None), SchoolMembership.valid_to >= since),
    )
    if until is not None:
        query = query.where(SchoolMembership.valid_from <= until)
    return set(db.session.scalars(query))
