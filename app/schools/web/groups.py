"""Groups of schools: which there are, who belongs to one since when and why; the coordinator adds and takes out."""

from __future__ import annotations

from datetime import date

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column

from .. import policies
from ..operations import groups as operations
from ..queries import grouping as queries
from ..queries import membership
from .blueprint import blueprint

KINDS = {"category": _l("category"), "project": _l("project"), "list": _l("another list")}
MEMBERS = (
    Column("name", _l("School"), lambda row: row.name, None, 40),
    Column("municipality", _l("Municipality"), lambda row: row.municipality, None, 30),
    Column("since", _l("First day"), lambda row: row.membership.valid_from, None, 14),
    Column("until", _l("Last day"), lambda row: row.membership.valid_to, None, 14),
    Column("reason", _l("Basis"), lambda row: row.membership.reason, None, 40),
    Column("end", _l("Why it left"), lambda row: row.membership.end_reason, None, 40),
    Column("others", _l("Also in"), lambda row: ", ".join(row.others), None, 30),
)


@blueprint.get("/groups")
def groups_page() -> ResponseReturnValue:
    """All groups with the schools of the reader's scope."""
    return _groups_page(shell.current_actor(), FormState())


@blueprint.post("/groups")
def create_group() -> ResponseReturnValue:
    """Make a group."""
    actor, state, form = shell.current_actor(), FormState(values=request.form), request.form
    try:
        year = _year(form.get("year", ""))
        made = operations.create_group(
            actor, form.get("code", "").strip(), form.get("title", ""), kind=form.get("kind", ""), year=year
        )
        return shell.go("schools.group_page", code=made.code, message=_("The group is made: add its schools."))
    except Invalid as error:
        state.refuse(error)
    except Conflict as error:
        state.refuse(Invalid(error.message, {"code": [error.message]}))
    return _groups_page(actor, state), 422


@blueprint.get("/groups/<code>")
def group_page(code: str) -> ResponseReturnValue:
    """Who belongs to a group."""
    actor = shell.current_actor()
    if request.args.get("format") == "xlsx":
        found = membership.group(code)
        return excel.download(found.title, MEMBERS, queries.members_of(actor, code, past=_past()))
    return _group_page(actor, code, FormState())


@blueprint.post("/groups/<code>/add")
def add_to_group(code: str) -> ResponseReturnValue:
    """Put schools into a group, with a reason."""
    actor, state, form = shell.current_actor(), FormState(values=request.form), request.form
    try:
        since, until = _day(form.get("since", ""), "since"), _day(form.get("until", ""), "until", optional=True)
        assert since is not None  # demanded by `_day`
        schools = form.getlist("schools")
        if not schools:
            policies.demand_groups(actor)
            raise Invalid(errors={"schools": [_("Choose a school.")]})
        taken = operations.put_into_group(actor, code, schools, since=since, until=until, reason=form.get("reason", ""))
        text = ngettext("%(num)s school is added.", "%(num)s schools are added.", len(taken))
        return shell.go("schools.group_page", code=code, message=text)
    except Invalid as error:
        state.refuse(error)
    return _group_page(actor, code, state), 422


@blueprint.post("/groups/<code>/take-out")
def take_out_of_group(code: str) -> ResponseReturnValue:
    """End the membership of a school, with a reason."""
    actor, state, form = shell.current_actor(), FormState(values=request.form), request.form
    try:
        last = _day(form.get("last_day", ""), "last_day")
        assert last is not None  # demanded by `_day`
        school, reason = form.get("school", ""), form.get("end_reason", "")
        operations.take_out_of_group(actor, code, school, last_day=last, reason=reason)
        return shell.go("schools.group_page", code=code, message=_("The school leaves the group; its time stays."))
    except Invalid as error:
        errors = {"end_reason" if name == "reason" else name: texts for name, texts in error.errors.items()}
        state.refuse(Invalid(error.message, errors))
    return _group_page(actor, code, state), 422


def _groups_page(actor: Actor, state: FormState) -> str:
    page: str = shell.render(
        "schools/groups.html",
        overview=queries.overview(actor),
        kinds=KINDS,
        may_keep=policies.may_keep_groups(actor),
        state=state,
    )
    return page


def _group_page(actor: Actor, code: str, state: FormState) -> str:
    members = queries.members_of(actor, code, past=_past())
    may_keep = policies.may_keep_groups(actor)
    page: str = shell.render(
        "schools/group.html",
        group=membership.group(code),
        members=members,
        schools=len({each.membership.school for each in members}),
        past=_past(),
        may_keep=may_keep,
        addable=queries.addable(code) if may_keep else [],
        today=clock.today(),
        kinds=KINDS,
        state=state,
    )
    return page


def _past() -> bool:
    return request.args.get("times") == "all"


def _day(text: str, name: str, *, optional: bool = False) -> date | None:
    if optional and not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(errors={name: [_("Enter a date.")]}) from None


def _year(text: str) -> int | None:
    return (int(text) if text.strip().isdecimal() else -1) if text.strip() else None
