"""Questions about people that other features may ask."""

from __future__ import annotations

from ..catalogue import head_roles, role_level, role_name, works_alone, works_for_objects
from ..rules import person_of_group, personal_group
from .actors import actor_for, actor_of_session, groups_for, holders, identity_for
from .directory import directory, person_card, visible_person
from .organisations import (
    OrganisationView,
    categories_from,
    head_of,
    municipality_of,
    organisation,
    organisation_path,
    organisations,
    subordinate_codes,
)
from .persons import PersonView, person_by_login, person_name, person_names

__all__ = [
    "OrganisationView",
    "PersonView",
    "actor_for",
    "actor_of_session",
    "categories_from",
    "directory",
    "groups_for",
    "head_of",
    "head_roles",
    "holders",
    "identity_for",
    "municipality_of",
    "organisation",
    "organisation_path",
    "organisations",
    "person_by_login",
    "person_card",
    "person_name",
    "person_names",
    "person_of_group",
    "personal_group",
    "role_level",
    "role_name",
    "subordinate_codes",
    "visible_person",
    "works_alone",
    "works_for_objects",
]
