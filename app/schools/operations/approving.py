"""Approve a list: categories with their days, who is new, who remains, who left (school_identification step 10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people
from app.people.models import Organisation

from ..models import SchoolGroup, SchoolList, SchoolListRow, SchoolMembership
from ..policies import demand_list_maker
from ..rules.groups import CATEGORY
from . import groups
from .lists import APPROVED, COMPUTED, DRAFT, FEDERAL, day_of


def approve(actor: Actor, key: int, order: Mapping[str, Any]) -> SchoolList:
    """Approve the list by an order; an approved one stays as it is.

    Memberships begin on the day of the order. Schools that an earlier list of this place had put into a category and
    this one does not leave it on the day before. A federal list only adds.

    Args:
        order: `{number, date, document_id}`.
    """
    demand_list_maker(actor)
    found = db.session.scalar(select(SchoolList).where(SchoolList.key == key).with_for_update())
    assert found is not None  # the process holds its own list
    if found.state != DRAFT:
        return found
    since = day_of(order.get("date"))
    rows = db.session.scalars(select(SchoolListRow).filter_by(list_key=key)).all()
    before = _listed_before(found)
    wanted = {(row.school, code) for row in rows if row.included for code in row.decided}
    if found.variant != FEDERAL:
        _take_out(actor, found, wanted, since)
    _put_in(actor, found, wanted, since, order)
    found.totals = _compare(rows, before)
    found.state, found.approved_at = APPROVED, clock.now()
    found.order_number, found.order_date = order.get("number"), since
    found.document_id = order.get("document_id")
    audit.record_event(actor, "school_list", key, "approve", details={"order": order.get("number"), **found.totals})
    db.session.flush()
    return found


def _listed_before(found: SchoolList) -> set[str]:
    """Schools of the last approved list of the same place and kind."""
    same = select(SchoolList.key).filter_by(organisation=found.organisation, variant=found.variant, state=APPROVED)
    if found.group_code:
        same = same.where(SchoolList.group_code == found.group_code)
    last = db.session.scalar(same.order_by(SchoolList.approved_at.desc()).limit(1))
    query = select(SchoolListRow.school).where(SchoolListRow.list_key == last, SchoolListRow.included)
    return set(db.session.scalars(query)) if last else set()


def _take_out(actor: Actor, found: SchoolList, wanted: set[tuple[str, str]], since: date) -> None:
    """End categories that an earlier list of this place gave and this one does not.

    Those that no list gave are of the time before the platform: only the region's computed list ends them.
    """
    lists = select(SchoolList.key).filter_by(organisation=found.organisation, variant=found.variant)
    given: ColumnElement[bool] = SchoolMembership.list_id.in_([str(key) for key in db.session.scalars(lists)])
    if found.variant == COMPUTED and people.organisation(found.organisation).level == "region":
        given = or_(given, SchoolMembership.list_id.is_(None))
    query = (
        select(SchoolMembership)
        .join(SchoolGroup, SchoolGroup.code == SchoolMembership.group_code)
        .join(Organisation, Organisation.code == SchoolMembership.school)
        .where(SchoolGroup.kind == CATEGORY, Organisation.path.contains([found.organisation]))
        .where(or_(SchoolMembership.valid_to.is_(None), SchoolMembership.valid_to >= since))
        .where(given)
    )
    for row in db.session.scalars(query).all():
        if (row.school, row.group_code) not in wanted:
            last = max(row.valid_from, since - timedelta(days=1))
            if row.valid_to is not None and row.valid_to <= last:
                continue  # it ends by itself
            groups.take_out_of_group(
                actor, row.group_code, row.school, last_day=last, reason=f"Не вошла в перечень {found.year} года"
            )


def _put_in(
    actor: Actor, found: SchoolList, wanted: set[tuple[str, str]], since: date, order: Mapping[str, Any]
) -> None:
    for code in sorted({code for _school, code in wanted}):
        groups.put_into_group(
            actor,
            code,
            sorted(school for school, each in wanted if each == code),
            since=since,
            reason=f"Перечень {found.year} года, приказ № {order.get('number') or 'б/н'}",
            document_id=order.get("document_id"),
            list_id=str(found.key),
        )


def _compare(rows: Any, before: set[str]) -> dict[str, Any]:
    now = {row.school for row in rows if row.included}
    for row in rows:
        row.change = "kept" if row.school in now & before else "added" if row.school in now else None
        if row.school in before - now:
            row.change = "left"
    return {
        "schools": len(now),
        "added": sorted(now - before),
        "kept": sorted(now & before),
        "left": sorted(before - now),
    }
