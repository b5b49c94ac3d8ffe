"""Pages of people: login, profile, directory, administration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.jobs import kinds
from app.web import shell

from ..policies import may_see_accounts, may_see_administration, may_use_directory
from ..queries import person_names
from . import (  # noqa: F401
    access,
    admin_organisations,
    admin_people,
    admin_roles,
    admitting,
    consenting,
    directory,
    importing,
    leaving,
    login,
    profile,
    substitutions,
    words,
)
from .blueprint import blueprint

__all__ = ["blueprint"]

kinds.name_source(person_names)
shell.profile_item(_l("Profile"), "people.profile", order=10)
shell.profile_item(_l("Password"), "people.password", order=20)
shell.profile_item(_l("Substitution"), "people.my_substitutions", order=30)
shell.profile_item(_l("API tokens"), "people.tokens", order=80)
shell.admin_item(_l("Accounts"), "people.admin_people", visible=may_see_accounts, order=10)
shell.admin_item(_l("Organisations"), "people.admin_organisations", visible=may_see_administration, order=20)
shell.admin_item(_l("Roles"), "people.admin_roles", visible=may_see_administration, order=30)
shell.admin_item(_l("Substitutions"), "people.admin_substitutions", visible=may_see_administration, order=40)
shell.nav_item(_l("People"), "people.people", visible=may_use_directory, group=shell.Menu.MANAGEMENT, order=70)
shell.nav_item(
    _l("Administration"),
    "people.admin_people",
    visible=may_see_accounts,
    group=shell.Menu.MANAGEMENT,
    order=90,
    paths=("/admin",),
)
shell.start_page("people.admin_people", visible=lambda actor: actor.has_role("admin"), order=80)
