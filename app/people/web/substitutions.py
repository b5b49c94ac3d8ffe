"""Substitutions: one's own, those of one's staff, and all of them for the administration."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.errors import Forbidden, Invalid
from app.web import excel, shell
from app.web.forms import FormState, load
from app.web.listing import Column, Listing

from .. import operations
from ..catalogue import head_roles, role_name
from ..models import Person, SubstitutionRecord
from ..operations.substitutions import may_substitute_for
from ..policies import may_administer, may_name_acting_head
from ..queries import person_card
from ..queries.cards import all_substitutions, roles_of, substitutions_of
from ..schemas import SubstitutionFields
from .blueprint import blueprint

COLUMNS = (
    Column("absent", _l("Absent"), lambda row: row.person.name, None, 36),
    Column("substitute", _l("Substitute"), lambda row: row.substitute.name, None, 36),
    Column("first_day", _l("First day"), lambda row: row.first_day, SubstitutionRecord.first_day, 14),
    Column("last_day", _l("Last day"), lambda row: row.last_day, SubstitutionRecord.last_day, 14),
    Column("roles", _l("Roles"), lambda row: [role_name(each) for each in row.roles], None, 40),
    Column("acting_head", _l("Acting head"), lambda row: _("yes") if row.acting_head else "", None, 18),
    Column("reason", _l("Reason"), lambda row: row.reason, None, 32),
)


@blueprint.get("/profile/substitutions")
def my_substitutions() -> ResponseReturnValue:
    """My own substitutions."""
    return substitutions(shell.current_actor().login)


@blueprint.get("/people/<login>/substitutions")
def substitutions(login: str) -> ResponseReturnValue:
    """Substitutions of a person (one's own, or of somebody whom one may substitute)."""
    today = clock.today()
    return _page(_person(login), FormState(values={"first_day": today, "last_day": today}))


@blueprint.post("/people/<login>/substitutions")
def set_substitution(login: str) -> ResponseReturnValue:
    """Name a substitute."""
    person = _person(login)
    data, state = load(SubstitutionFields(), request.form)
    if not state.errors:
        try:
            operations.set_substitution(shell.current_actor(), login, **data)
            return shell.go("people.substitutions", login=login, message=_("The substitution is set."))
        except Invalid as error:
            state.refuse(error)
    return _page(person, state), 422


@blueprint.post("/substitutions/<int:substitution_id>/end")
def end_substitution(substitution_id: int) -> ResponseReturnValue:
    """End a substitution now."""
    operations.end_substitution(shell.current_actor(), substitution_id)
    target = shell.safe_next(request.form.get("next")) or url_for("people.profile")
    return shell.go_to(target, message=_("The substitution is ended."))


@blueprint.get("/admin/substitutions")
def admin_substitutions() -> ResponseReturnValue:
    """All substitutions."""
    listing = Listing.of_request(COLUMNS)
    state = listing.arguments.get("state", "running")
    statement = all_substitutions(shell.current_actor(), listing.q, state=state)
    if listing.wants_excel:
        return excel.download(_("Substitutions"), COLUMNS, listing.everything(statement))
    return shell.render(
        "people/admin/substitutions.html",
        listing=listing,
        page=listing.page(statement),
        columns=COLUMNS,
        state=state,
        may_change=may_administer(shell.current_actor()),
    )


def _person(login: str) -> Person:
    actor = shell.current_actor()
    person = person_card(actor, login)
    if not may_substitute_for(actor, person):
        raise Forbidden(_("You may name a substitute for yourself only."))
    return person


def _page(person: Person, state: FormState) -> str:
    actor = shell.current_actor()
    held = roles_of(person.id)
    heads = frozenset(each.organisation_code for each in held if each.role in head_roles())
    return shell.render(
        "people/substitutions.html",
        person=person,
        state=state,
        rows=substitutions_of(person.id),
        role_options=list({each.role: role_name(each.role) for each in held}.items()),
        may_name_acting=bool(heads) and may_name_acting_head(actor, heads),
        is_head=bool(heads),
        own=person.id == actor.person_id,
    )
