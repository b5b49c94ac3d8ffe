"""People by role and position, and organisations, as sources."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import SelectBase, func, null, or_, select
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
sources.table(  # people by their place of work
    "staff",
    label=_l("Staff by place of work"),
    key=Person.id,
    title=_NAME,
    link=columns.link("/people/", Account.login),
    organisation=Person.organisation_code,
    joined=lambda rows: rows.select_from(Person).join(Account, Account.person_id == Person.id).where(Account.active),
    scope=people.visible_person,
    fields=(
        Field("person", _l("Person"), "person", Account.login),
        Field("position", _l("Position"), "text", Person.position),
    ),
)
sources.table(  # in operation; how many schools there are is no secret
    "organisations",
    label=_l("Organisations"),
    key=Organisation.code,
    title=Organisation.short_name,
    organisation=Organisation.code,
    joined=lambda rows: rows.where(Organisation.active),
    fields=(
        Field("itself", _l("The organisation itself"), "organisation", Organisation.code),
        Field("kind", _l("Kind of organisation"), "text", Organisation.kind),
        Field("level", _l("Level"), "text", Organisation.level),
        Field("municipality", _l("Municipality"), "organisation", Organisation.path[2]),
        Field("projects", _l("Projects of the school"), "list", columns.texts(Organisation.projects)),
    ),
)
