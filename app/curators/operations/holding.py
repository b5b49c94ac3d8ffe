"""Where a role of a curator is held: roles bind a person to an organisation, assignments to the target."""

from __future__ import annotations

from sqlalchemy import select

from app.kernel.db import db
from app.people import queries as people
from app.people.catalogue import roles
from app.people.models import Organisation
from app.people.queries import PersonView

from ..rules.kinds import Kind


def holder_for(person: PersonView, kind: Kind) -> str | None:
    """The organisation in which a person can hold the role of an appointment; None when there is none.

    Where the person holds the role already, else the place of work, else the institute or the pool of experts.
    """
    for held in people.actor_for(person.login).assignments:
        if held.role == kind.role:
            return held.organisation
    allowed = roles()[kind.role].kinds
    if person.organisation and people.organisation(person.organisation).kind in allowed:
        return person.organisation
    query = select(Organisation.code).where(Organisation.active, Organisation.kind.in_(kind.places))
    return db.session.scalar(query.order_by(Organisation.code).limit(1))
