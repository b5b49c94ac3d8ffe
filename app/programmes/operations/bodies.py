"""Bodies and sites of support: created by an order, with roles that follow the seats (infrastructure_formation 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key
from app.people import operations as staff
from app.people import queries as people
from app.people.models import Organisation
from app.people.operations.roles import errors_in

from ..models import Body, BodyMember
from ..models.bodies import ACTIVE
from ..rules import bodies as rules


def create_body(
    actor: Actor,
    card: Mapping[str, Any],
    order: Mapping[str, Any],
    *,
    organisation: str,
    instance_key: int | None = None,
    programme_key: int | None = None,
    roadmap_row: str | None = None,
) -> Body:
    """Create a body by its order; its members get the role of the seat.

    Args:
        card: fields of `support_body`: `kind, title, host, functions, members[] {user, duty}, term_to, statute`.
        order: `number, date, document_id`.
        instance_key: a second call for the same instance returns what it made.
    """
    if instance_key is not None:
        there = db.session.scalar(select(Body).where(Body.instance_key == instance_key))
        if there is not None:
            return there
    check_members(str(card["kind"]), members_of(card), organisation)
    key, day = next_key(), _day(order)
    found = Body(
        key=key,
        code=f"body-{key}",
        kind=str(card["kind"]),
        title=str(card["title"]),
        organisation=organisation,
        host=card.get("host") or None,
        programme_key=programme_key,
        functions=str(card.get("functions") or ""),
        statute=list(card.get("statute") or ()),
        meeting_body=rules.meeting_name(str(card["kind"])),
        order_number=str(order.get("number") or ""),
        order_on=day,
        order_document=str(order.get("document_id") or ""),
        valid_from=day,
        valid_to=None if not card.get("term_to") else date.fromisoformat(str(card["term_to"])[:10]),
        instance_key=instance_key,
        roadmap_row=roadmap_row,
        created_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    _seat(found, members_of(card), day, found.order_number, {})
    audit.record_event(actor, "body", found.code, "create", details={"kind": found.kind, "order": found.order_number})
    return found


def change_members(actor: Actor, code: str, card: Mapping[str, Any], order: Mapping[str, Any]) -> Body:
    """Change the composition by an order (kind «изменение состава»): who left loses the role, seats stay readable.

    Raises:
        NotFound: there is no such body.
    """
    found = db.session.scalar(select(Body).where(Body.code == code).with_for_update())
    if found is None:
        raise NotFound(_l("There is no such body."))
    number, day = str(order.get("number") or ""), _day(order)
    if any(each.get("document_id") == order.get("document_id") for each in found.changes):
        return found
    wanted = {str(row["user"]): str(row["duty"]) for row in members_of(card)}
    check_members(found.kind, members_of(card), found.organisation)
    sitting = {each.login: each for each in current_members(found)}
    for login, seat in sitting.items():
        if wanted.get(login) != seat.duty:
            seat.valid_to = day
            if login not in wanted:
                _end_role(found, seat, day)
    fresh = [row for row in members_of(card) if sitting.get(str(row["user"])) is None]
    moved = [row for row in members_of(card) if (sat := sitting.get(str(row["user"]))) and sat.duty != row["duty"]]
    _seat(found, [*fresh, *moved], day, number, {login: seat.role_id for login, seat in sitting.items()})
    change = {"on": day.isoformat(), "order_number": number, "document_id": order.get("document_id")}
    found.changes = [*found.changes, change]
    found.functions = str(card.get("functions") or found.functions)
    db.session.flush()
    audit.record_event(actor, "body", found.code, "change-members", details=change)
    return found


def current_members(found: Body) -> Sequence[BodyMember]:
    """Who sits in a body now, in the order of the last order."""
    query = select(BodyMember).where(BodyMember.body_key == found.key, BodyMember.valid_to.is_(None))
    return db.session.scalars(query.order_by(BodyMember.position)).all()


def members_of(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the form's table that name somebody."""
    rows = [dict(row) for row in card.get("members") or () if row.get("user")]
    return [{**row, "duty": row.get("duty") or rules.MEMBER} for row in rows]


def check_members(kind: str, rows: Sequence[Mapping[str, Any]], organisation: str) -> None:
    """Refuse a composition that cannot work.

    Raises:
        Invalid: a kind whose seats bring a role that is not held at this place; somebody twice; a collegial body
            without chair, with two of them, or with fewer than three members.
    """
    role = rules.SEAT_ROLES.get(kind)
    if role is not None and errors_in(role, db.session.get(Organisation, organisation)):
        wrong = _l("A body of this kind does not work at this organisation.")
        raise Invalid(wrong, {"kind": [wrong]})
    logins = [str(row["user"]) for row in rows]
    message: object | None = None
    if len(set(logins)) != len(logins):
        message = _l("Somebody is named twice.")
    elif kind in rules.COLLEGIAL:
        chairs = sum(row["duty"] == rules.CHAIR for row in rows)
        if len(rows) < rules.LEAST_MEMBERS:
            message = _l("A collegial body has at least %(least)s members.", least=rules.LEAST_MEMBERS)
        elif chairs != 1 or sum(row["duty"] == rules.SECRETARY for row in rows) > 1:
            message = _l("A collegial body has one chair and one secretary at most.")
    if message is not None:
        raise Invalid(message, {"members": [message]})


def _seat(
    found: Body, rows: Sequence[Mapping[str, Any]], day: date, number: str, carried: Mapping[str, int | None]
) -> None:
    last = max((each.position for each in current_members(found)), default=0)
    for position, row in enumerate(rows, last + 1):
        seat = BodyMember(
            key=next_key(),
            body_key=found.key,
            position=position,
            login=str(row["user"]),
            duty=str(row["duty"]),
            valid_from=day,
            order_number=number,
            role_id=carried.get(str(row["user"])) or _role(found, str(row["user"]), day),
        )
        db.session.add(seat)
    db.session.flush()


def _role(found: Body, login: str, day: date) -> int | None:
    """Give the role of the seat; who holds it already keeps their own, a term that is over brings none."""
    role = rules.SEAT_ROLES.get(found.kind)
    if role is None or (found.valid_to is not None and found.valid_to < day):
        return None
    held = any(
        each.role == role and each.organisation == found.organisation for each in people.actor_for(login).assignments
    )
    if held:
        return None
    given = staff.assign_role(PLATFORM, login, role, found.organisation, valid_from=day, valid_to=found.valid_to)
    return given.id


def _end_role(found: Body, seat: BodyMember, day: date) -> None:
    """The role ends with the seat, or goes over to a seat of the same person in another body that brings it too."""
    if seat.role_id is None:
        return
    alike = [kind for kind, role in rules.SEAT_ROLES.items() if role == rules.SEAT_ROLES.get(found.kind)]
    query = (
        select(BodyMember)
        .join(Body)
        .where(
            BodyMember.login == seat.login,
            BodyMember.valid_to.is_(None),
            BodyMember.body_key != found.key,
            Body.kind.in_(alike),
            Body.organisation == found.organisation,
            Body.state == ACTIVE,
            or_(Body.valid_to.is_(None), Body.valid_to >= day),
        )
    )
    other = db.session.scalars(query.limit(1).with_for_update(of=BodyMember)).first()
    if other is None:
        staff.end_role(PLATFORM, seat.role_id)
    else:
        other.role_id = other.role_id or seat.role_id


def _day(order: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(order["date"])[:10]) if order.get("date") else clock.today()
