"""Words for what people record of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import words
from app.kernel.errors import NotFound
from app.web.i18n import zone_name

from ..catalogue import kinds, role_name
from ..queries.organisations import organisation
from ..queries.persons import person_name
from .blueprint import blueprint

_VERBS = {
    "create": _l("created"),
    "change": _l("changed"),
    "close": _l("closed"),
    "reopen": _l("opened again"),
    "assign-role": _l("role assigned"),
    "end-role": _l("role ended"),
    "set-substitution": _l("substitution set"),
    "end-substitution": _l("substitution ended"),
    "change-password": _l("password changed"),
    "reset-password": _l("one-time password given"),
    "consent": _l("consent given"),
    "refuse-consent": _l("consent refused or taken back"),
    "invite": _l("invited"),
    "accept-invitation": _l("invitation accepted"),
    "reset-by-mail": _l("password chosen by a link from a letter"),
    "print-card": _l("card with a one-time password printed"),
    "transfer": _l("moved to another organisation"),
    "replace-leader": _l("course handed over"),
    "create-token": _l("API token made"),
    "revoke-token": _l("API token revoked"),
}
_FIELDS = {
    "last_name": _l("Surname"),
    "first_name": _l("Given name"),
    "middle_name": _l("Patronymic"),
    "email": _l("E-mail"),
    "phone": _l("Telephone"),
    "position": _l("Position"),
    "organisation_code": _l("Place of work"),
    "organisation": _l("Organisation"),
    "name": _l("Name"),
    "short_name": _l("Short name"),
    "kind": _l("Kind"),
    "level": _l("Level"),
    "parent_code": _l("Belongs to"),
    "path": _l("Place in the tree"),
    "timezone": _l("Time zone"),
    "categories": _l("Categories"),
    "projects": _l("Projects"),
    "active": _l("In use"),
    "role": _l("Role"),
    "roles": _l("Roles"),
    "object": _l("Only for"),
    "valid_from": _l("First day"),
    "valid_to": _l("Last day"),
    "first_day": _l("First day"),
    "last_day": _l("Last day"),
    "acting": _l("Acting"),
    "acting_head": _l("Acting head"),
    "substitute": _l("Substitute"),
    "reason": _l("Reason"),
    "consent_version": _l("Version of the consent"),
    "scopes": _l("Allows"),
    "id": _l("Number"),
}

_SUBJECTS = {"person": _l("person"), "organisation": _l("organisation")}

words.register(subjects=_SUBJECTS, verbs=_VERBS, fields=_FIELDS)
blueprint.add_app_template_filter(role_name, "role_name")


@blueprint.app_template_filter("plain")
def plain(value: object) -> str:
    """A recorded value for reading."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value) or "—"
    return "—" if value in (None, "") else str(value)


@blueprint.app_template_filter("place")
def place_name(code: str | None) -> str:
    """Short name of an organisation; empty for none, the code for a stranger."""
    try:
        return organisation(code).short_name if code else ""
    except NotFound:
        return code or ""


def _kind_name(kind: str) -> str:
    return str(kinds().get(kind, kind))


_READ: Mapping[str, Callable[[str], str]] = {
    "role": role_name,
    "organisation": place_name,
    "organisation_code": place_name,
    "parent_code": place_name,
    "kind": _kind_name,
    "timezone": zone_name,
    "substitute": person_name,
}


@blueprint.app_template_filter("recorded")
def recorded(value: object, field: str) -> str:
    """The recorded value of a field in words: names instead of logins and codes."""
    read = _READ.get(field)
    return read(value) if read is not None and isinstance(value, str) and value else plain(words.value_words(value))


@blueprint.app_template_filter("recorded_subject")
def recorded_subject(key: str, kind: str) -> str:
    """The name of a person or organisation of the record; anything else by its key."""
    named = {"person": person_name, "organisation": place_name}.get(kind)
    return named(key) if named is not None else key
