"""Where somebody looks after accounts, as conditions of statements."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select, true

from app.kernel.actor import Actor

from ..models import Organisation, Person, RoleAssignment
from ..policies import may_see_administration, reaches
from .directory import in_force


def organisation_in_reach(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Organisation`: the actor looks after the accounts there; administrators and auditors everywhere."""
    if may_see_administration(actor):
        return true()
    below: ColumnElement[bool] = Organisation.path.overlap([reach.root for reach in reaches(actor)])
    return below


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Person`: the actor looks after the accounts of the place where the person works or holds a role;
    administrators and auditors see everybody."""
    if may_see_administration(actor):
        return true()
    below = select(Organisation.code).where(organisation_in_reach(actor))
    held = exists().where(
        RoleAssignment.person_id == Person.id, in_force(), RoleAssignment.organisation_code.in_(below)
    )
    return or_(Person.organisation_code.in_(below), held)
