"""People by role and position, and organisations, as sources."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import SelectBase, Text, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from app.kernel import clock
from app.kernel.actor import Actor
from app.people import queries as people
from app.people.models import Account, Organisation, Person, RoleAssignment

from .. import sources
from ..sources import Field
from . import columns

_NAME = func.concat_ws(
    " ", func.nullif(Person.last_name, ""), func.nullif(Person.first_name, ""), func.nullif(Person.middle_name, "")
)


def roles() -> SelectBase:
    """Roles in force today, one row each."""
    today = clock.today()
    return (
        select(
            columns.text_key(RoleAssignment.id).label("key"),
            _NAME.label("title"),
            columns.link("/people/", Account.login).label("link"),
            RoleAssignment.organisation_code.label("organisation"),
            null().label("on"),
            Account.login.label("person"),
            RoleAssignment.role.label("role"),
            Person.position.label("position"),
            RoleAssignment.acting.label("acting"),
        )
        .join(Person, Person.id == RoleAssignment.person_id)
        .join(Account, Account.person_id == Person.id)
        .where(
            Account.active,
            RoleAssignment.ended_at.is_(None),
            or_(RoleAssignment.valid_from.is_(None), RoleAssignment.valid_from <= today),
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
        )
    )


def visible_roles(actor: Actor) -> SelectBase:
    """Keys of the roles of people whom the actor may look up."""
    held = aliased(RoleAssignment)  # the condition looks into the roles of people by itself
    keys = select(columns.text_key(held.id)).join(Person, Person.id == held.person_id)
    return keys.where(people.visible_person(actor))


def staff() -> SelectBase:
    """People by their place of work."""
    return (
        select(
            columns.text_key(Person.id).label("key"),
            _NAME.label("title"),
            columns.link("/people/", Account.login).label("link"),
            Person.organisation_code.label("organisation"),
            null().label("on"),
            Account.login.label("person"),
            Person.position.label("position"),
        )
        .join(Account, Account.person_id == Person.id)
        .where(Account.active)
    )


def visible_staff(actor: Actor) -> SelectBase:
    """Keys of the people whom the actor may look up."""
    return select(columns.text_key(Person.id)).where(people.visible_person(actor))


def organisations() -> SelectBase:
    """Organisations in operation; how many schools there are is no secret."""
    above = Organisation.path[2]  # PostgreSQL counts from 1: the region, then the municipality
    return select(
        Organisation.code.label("key"),
        Organisation.short_name.label("title"),
        cast(literal(None), Text).label("link"),
        Organisation.code.label("organisation"),
        null().label("on"),
        Organisation.kind.label("kind"),
        Organisation.level.label("level"),
        above.label("municipality"),
        columns.texts(Organisation.projects).label("projects"),
        Organisation.code.label("itself"),
    ).where(Organisation.active)


sources.register(
    "roles",
    label=_l("People by role"),
    select=roles,
    visible=visible_roles,
    fields=(
        Field("person", _l("Person"), "person"),
        Field("role", _l("Role"), "text"),
        Field("position", _l("Position"), "text"),
        Field("acting", _l("Acting for a vacant head"), "boolean"),
    ),
)
sources.register(
    "staff",
    label=_l("Staff by place of work"),
    select=staff,
    visible=visible_staff,
    fields=(Field("person", _l("Person"), "person"), Field("position", _l("Position"), "text")),
)
sources.register(
    "organisations",
    label=_l("Organisations"),
    select=organisations,
    fields=(
        Field("itself", _l("The organisation itself"), "organisation"),
        Field("kind", _l("Kind of organisation"), "text"),
        Field("level", _l("Level"), "text"),
        Field("municipality", _l("Municipality"), "organisation"),
        Field("projects", _l("Projects of the school"), "list"),
    ),
)
