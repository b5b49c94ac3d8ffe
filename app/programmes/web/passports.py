"""The list of programmes and their passports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.people import queries as people
from app.schools import queries as schools
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from .. import operations, policies, queries
from ..models import ProgrammeTarget, SupportProgramme
from ..operations.passports import Passport
from ..queries import targets
from ..queries.programmes import cycle_of
from . import papers, words
from .blueprint import blueprint

COLUMNS = (
    Column("title", _l("Programme"), lambda row: row.title, SupportProgramme.title, 60),
    Column("code", _l("Code"), lambda row: row.code, SupportProgramme.code, 16, on_page=False),
    Column("place", _l("Organisation"), lambda row: place(row.organisation), SupportProgramme.organisation, 36),
    Column("from", _l("Period"), lambda row: row.period_from, SupportProgramme.period_from, 12),
    Column("to", _l("Until"), lambda row: row.period_to, None, 12, on_page=False),
    Column("state", _l("State"), lambda row: words.PROGRAMME_STATES[row.state][0], SupportProgramme.state, 14),
    Column("progress", _l("Done"), lambda row: "", None, 12),
)


def place(code: str) -> str:
    """Short name of an organisation."""
    return people.organisation(code).short_name


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Programmes in the reader's scope."""
    actor = shell.current_actor()
    policies.demand_sight(actor)
    listing = Listing.of_request(COLUMNS)
    year = listing.argument("year")
    statement = queries.programmes(
        actor,
        listing.q,
        kind=listing.argument("kind"),
        state=listing.argument("state"),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
    )
    if listing.wants_excel:
        return excel.download(_("Support programmes"), COLUMNS[:-1], listing.everything(statement))
    page = listing.page(statement)
    roadmaps = {row.key: found for row in page.rows if (found := queries.roadmap_of(row.key)) is not None}
    return shell.render(
        "programmes/index.html",
        listing=listing,
        page=page,
        columns=COLUMNS,
        place=place,
        roadmaps=roadmaps,
        progress=queries.progress([each.key for each in roadmaps.values()]),
        kinds=list(words.KINDS.items()),
        states=[(code, label) for code, (label, _colour) in words.PROGRAMME_STATES.items()],
        may_start=policies.may_start_programmes(actor),
    )


@blueprint.get("/<code>")
def programme(code: str) -> ResponseReturnValue:
    """The passport: period, owner, goal, tasks, targets with their values, programmes inside, bodies."""
    actor = shell.current_actor()
    found = queries.programme(actor, code)
    roadmap = queries.roadmap_of(found.key)
    progress = queries.progress([roadmap.key])[roadmap.key] if roadmap is not None else None
    return shell.render(
        "programmes/programme.html",
        programme=found,
        roadmap=roadmap,
        progress=progress,
        place=place,
        targets=[(each, *_value(actor, found, each)) for each in found.targets],
        groups=words.group_titles(found.groups),
        participants=[place(each) for each in found.participants],
        links=papers.links(actor, found),
        children=queries.children(actor, found),
        cycle=[each for each in cycle_of(actor, found) if each.key != found.key],
        may_keep=policies.may_keep(actor, found) and not operations.worked_out(found),
        bodies=list(queries.bodies_of(actor, found.organisation)),
        closed=queries.closings.published(found.key),
    )


def _value(actor: Actor, found: SupportProgramme, target: ProgrammeTarget) -> tuple[float | None, bool | None]:
    """The value of a target now, and whether it is reached."""
    value = targets.value(actor, found, target)
    return value, targets.reached(target, value)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """An empty passport."""
    _demand_author()
    year = clock.today().year
    values = {"period_from": f"{year}-01-01", "period_to": f"{year}-12-31"}
    return _form(FormState(values=values))


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Write down a programme."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    _demand_author()
    try:
        found = operations.create_programme(actor, _passport(request.form.get("code", "").strip()))
    except Invalid as error:
        state.refuse(error)
        return _form(state), 422
    return shell.go("programmes.programme", code=found.code, message=_("The programme is written down."))


def _demand_author() -> None:
    """Refuse who writes no programmes anywhere."""
    actor = shell.current_actor()
    policies.demand_sight(actor)
    if not policies.may_start_programmes(actor):
        raise Forbidden(_("The coordinators of the place write its programmes."))


@blueprint.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    """The passport in a form."""
    found = queries.programme(shell.current_actor(), code)
    policies.demand_keeper(shell.current_actor(), found)
    values: dict[str, Any] = {
        **{name: getattr(found, name) for name in ("title", "curator", "responsible", "executors", "goal")},
        **{"period_from": found.period_from.isoformat(), "period_to": found.period_to.isoformat()},
        **{"tasks": "\n".join(found.tasks), "groups": found.groups, "version": found.version},
        **{"parent": found.parent.code if found.parent else "", "targets": "\n".join(map(_line, found.targets))},
    }
    return _form(FormState(values=values), found)


def _line(target: ProgrammeTarget) -> str:
    value = "" if target.value is None else words.figure(target.value)
    return "; ".join((target.indicator, value, target.unit, target.text))


@blueprint.post("/<code>/edit")
def change(code: str) -> ResponseReturnValue:
    """Keep a changed passport."""
    actor, state = shell.current_actor(), FormState(values=request.form)
    found = queries.programme(actor, code)
    policies.demand_keeper(actor, found)
    try:
        version = int(request.form.get("version") or 0)
        operations.change_programme(actor, code, _passport(code, found.organisation), version)
    except (Invalid, ValueError) as error:
        state.refuse(error if isinstance(error, Invalid) else Invalid())
        return _form(state, found), 422
    return shell.go("programmes.programme", code=code, message=_("Saved."))


@blueprint.post("/<code>/state")
def set_state(code: str) -> ResponseReturnValue:
    """Publish, close or open a programme again."""
    try:
        operations.set_state(shell.current_actor(), code, request.form.get("state", ""))
    except Conflict as refusal:
        return shell.go("programmes.programme", code=code, message=refusal.message, kind="danger")
    return shell.go("programmes.programme", code=code, message=_("Saved."))


def _form(state: FormState, found: SupportProgramme | None = None) -> str:
    actor = shell.current_actor()
    parents = [(row.code, row.title) for row in shell_rows(queries.programmes(actor))]
    return shell.render(
        "programmes/edit.html",
        state=state,
        programme=found,
        parents=parents,
        places=[(code, place(code)) for code in places(actor)],
        groups=[(each.code, each.title) for each in schools.groups()],
    )


def shell_rows(statement: Any) -> list[SupportProgramme]:
    """The first rows of a statement for a list to choose from."""
    return list(db.session.scalars(statement.limit(200)))


def places(actor: Any) -> list[str]:
    """Organisations whose programmes the actor keeps."""
    found: list[str] = []
    for held in actor.assignments:
        for kind, roles in policies.KEEPERS.items():
            if held.role in roles:
                level = {"region": 1, "municipality": 2}.get(kind, len(held.path))
                found += held.path[level - 1 : level]
    return sorted(set(found))


def _passport(code: str, organisation: str | None = None) -> Passport:
    """What the form says.

    Raises:
        Invalid: a date or a target cannot be read.
    """
    form = request.form
    errors: dict[str, list[object]] = {}
    days: dict[str, date] = {}
    for name in ("period_from", "period_to"):
        try:
            days[name] = date.fromisoformat(form.get(name, ""))
        except ValueError:
            errors[name] = [_("Enter a date.")]
    targets = []
    for number, line in enumerate(filter(None, map(str.strip, form.get("targets", "").splitlines())), 1):
        try:
            targets.append(_target(line))
        except (ValueError, InvalidOperation):
            errors["targets"] = [_("Line %(number)s is not «code; value; unit; text».", number=number)]
    if errors:
        raise Invalid(errors=errors)
    return Passport(
        code=code,
        title=form.get("title", "").strip()[:2000],
        organisation=organisation or form.get("organisation", ""),
        parent=form.get("parent") or None,
        curator=form.get("curator", "").strip()[:2000],
        responsible=form.get("responsible", "").strip()[:2000],
        executors=form.get("executors", "").strip()[:2000],
        goal=form.get("goal", "").strip()[:20000],
        tasks=[line.strip() for line in form.get("tasks", "").splitlines() if line.strip()],
        groups=form.getlist("groups"),
        targets=targets,
        period_from=days["period_from"],
        period_to=days["period_to"],
    )


def _target(line: str) -> dict[str, Any]:
    indicator, value, unit, text = (part.strip() for part in f"{line};;;".split(";", 3))
    number = Decimal(value.replace(",", ".")) if value else None
    return {"indicator": indicator, "value": number, "unit": unit, "text": text.rstrip("; ") or indicator}
