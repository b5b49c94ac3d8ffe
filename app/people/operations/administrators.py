"""An installation never loses its last administrator, not even when two of them dismiss each other at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, text

from app.kernel.db import db
from app.kernel.errors import Conflict

from ..models import Account, Organisation, RoleAssignment
from ..queries.directory import in_force

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('people.administrators'))")


def demand_another_administrator(person_id: int) -> None:
    """Refuse to go on when this person is the only administrator. Others who ask wait for this commit.

    Raises:
        Conflict: nobody else holds the role today with an open account.
    """
    db.session.execute(_LOCK)
    holders = (
        select(RoleAssignment.person_id)
        .join(Account, Account.person_id == RoleAssignment.person_id)
        .join(Organisation, Organisation.code == RoleAssignment.organisation_code)
        .where(RoleAssignment.role == "admin", in_force(), Account.active, Organisation.active)
    )
    if set(db.session.scalars(holders)) == {person_id}:
        raise Conflict(_l("This is the last administrator: name another one first."))
