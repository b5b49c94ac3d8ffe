"""What the page forms of people accept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.web.forms import PageSchema, choice, choices, day, email, flag, text

from .catalogue import kinds, projects, roles

_PHONE = r"[+0-9 ()\-]{5,30}"
_PHONE_HINT = _l("A telephone number consists of digits, spaces, brackets and hyphens.")


class PersonFields(PageSchema):
    """Facts of a person."""

    last_name = text(required=True, longest=100)
    first_name = text(required=True, longest=100)
    middle_name = text(longest=100)
    position = text(longest=200)
    organisation_code = text(longest=64)
    email = email()
    phone = text(longest=30, pattern=_PHONE, hint=_PHONE_HINT)


class NewPerson(PersonFields):
    """A person with an account and a first role."""

    login = text(required=True, longest=64)
    role = choice(roles())
    role_organisation = text(longest=64)


class Contacts(PageSchema):
    """What everybody may change about themselves."""

    email = email()
    phone = text(longest=30, pattern=_PHONE, hint=_PHONE_HINT)


class OrganisationFields(PageSchema):
    """Facts of an organisation."""

    name = text(required=True, longest=300)
    short_name = text(longest=100)
    kind = choice(kinds(), required=True)
    parent = text(longest=64)
    timezone = text(longest=64)
    projects = choices(projects())


class NewOrganisation(OrganisationFields):
    """An organisation with its code."""

    code = text(required=True, longest=64)


class RoleFields(PageSchema):
    """A role to assign."""

    role = choice(roles(), required=True)
    organisation = text(required=True, longest=64)
    object_kind = text(longest=40)
    object_key = text(longest=100)
    valid_from = day()
    valid_to = day()
    acting = flag()


class SubstitutionFields(PageSchema):
    """A substitution to set."""

    substitute = text(required=True, longest=64)
    first_day = day(required=True)
    last_day = day(required=True)
    roles = choices(roles())
    acting_head = flag()
    reason = text(longest=300)


class PasswordFields(PageSchema):
    """A change of one's own password. (Spaces around are not part of a password.)"""

    old = text(required=True, longest=200)
    new = text(required=True, longest=200)
    again = text(required=True, longest=200)


class TokenFields(PageSchema):
    """A token to make."""

    name = text(required=True, longest=100)
    scope = choice(("read", "write"), required=True)
    days = choice(("30", "90", "180", "365"), required=True)
