"""Pages of curators: the register, one appointment, the red list, the pool of experts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people
from app.schools import panels
from app.schools.queries.registry import name_of
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from . import operations, policies, queries
from .models import ACTIVE, PENDING, CuratorAppointment, Expert
from .queries.appointments import Uncovered
from .rules.fitting import AREAS
from .rules.kinds import KINDS, PERSONAL

blueprint = Blueprint("curators", __name__, template_folder="templates", url_prefix="/curators")
STATES = {
    "open": (_l("nobody yet"), "red"),
    "offered": (_l("asked"), "orange"),
    "agreed": (_l("agreed, waits for the order"), "blue"),
    "active": (_l("in office"), "green"),
    "ended": (_l("ended"), "secondary"),
}
FILTERS = (("active", _l("In office")), ("pending", _l("Being appointed")), ("ended", _l("Over")))


def _state(row: CuratorAppointment) -> str:
    """The state to show: a term that is over has ended."""
    over = row.state == ACTIVE and row.valid_to is not None and row.valid_to < clock.today()
    return "ended" if over else row.state


APPOINTMENTS = (
    Column("target", _l("School or municipality"), lambda row: row[1], None, 32),
    Column("municipality", _l("Municipality"), lambda row: name_of(row[0].municipality), None, 28),
    Column("kind", _l("Duty"), lambda row: row[0].kind, CuratorAppointment.kind, 32),
    Column("person", _l("Person"), lambda row: row[0].person_name, CuratorAppointment.person_name, 36),
    Column("since", _l("From"), lambda row: row[0].valid_from, CuratorAppointment.valid_from, 12, on_page=False),
    Column("until", _l("Until"), lambda row: row[0].valid_to, CuratorAppointment.valid_to, 12),
    Column("order", _l("Order"), lambda row: row[0].order_number, None, 12, on_page=False),
    Column("state", _l("State"), lambda row: str(STATES[_state(row[0])][0]), None, 20),
)
RED = (
    Column("target", _l("School or municipality"), lambda row: row.name, None, 36),
    Column("municipality", _l("Municipality"), lambda row: name_of(row.municipality), None, 30),
    Column("kind", _l("Who is missing"), lambda row: row.kind, None, 34),
    Column("pending", _l("What is being done"), lambda row: str(_doing(row)), None, 30),
)
EXPERTS = (
    Column("name", _l("Full name"), lambda row: row.name, Expert.name, 36),
    Column("place", _l("Place of work"), lambda row: name_of(row.organisation), None, 30),
    Column("category", _l("Category"), lambda row: row.category, None, 36),
    Column("areas", _l("Competence areas"), lambda row: ", ".join(row.areas), None, 48),
    Column("load", _l("Load"), lambda row: f"{queries.load_of(row.login)} / {row.max_load}", None, 10),
    Column("until", _l("In the pool until"), lambda row: row.valid_to, Expert.valid_to, 16),
)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Who looks after whom, in the reader's scope."""
    actor = shell.current_actor()
    listing = Listing.of_request(APPOINTMENTS)
    wanted = queries.AppointmentFilter(
        q=listing.q,
        kind=listing.argument("kind"),
        municipality=listing.argument("municipality"),
        state=listing.argument("state"),
    )
    statement = queries.appointments(actor, wanted)
    if listing.wants_excel:
        rows = listing.everything(statement, scalars=False)
        return excel.download(_("Curators"), APPOINTMENTS, rows)
    return shell.render(
        "curators/index.html",
        listing=listing,
        page=listing.page(statement, scalars=False),
        columns=APPOINTMENTS,
        kinds=[(kind, kind) for kind in KINDS],
        states=FILTERS,
        state_of=lambda row: STATES[_state(row)],
        red_count=len(queries.red_list(actor)),
        name_of=name_of,
        tabs=_tabs(actor, "index"),
    )


@blueprint.get("/red")
def red() -> ResponseReturnValue:
    """Participant schools without a personal curator, municipalities without a consultant."""
    actor = shell.current_actor()
    listing = Listing.of_request(RED)
    rows = queries.red_list(actor, listing.argument("municipality"))
    if listing.wants_excel:
        return excel.download(_("Red list"), RED, rows)
    return shell.render(
        "curators/red.html",
        listing=listing,
        rows=rows,
        columns=RED,
        doing=_doing,
        name_of=name_of,
        may_start=actor.has_role(*policies.DISTRIBUTING),
        tabs=_tabs(actor, "red"),
    )


@blueprint.get("/experts")
def experts() -> ResponseReturnValue:
    """The pool of experts with their load."""
    actor = shell.current_actor()
    listing = Listing.of_request(EXPERTS, default_sort="name")
    area = listing.argument("area")
    statement = queries.experts(actor, listing.q, area=area, state=listing.argument("state") or "active")
    if listing.wants_excel:
        return excel.download(_("Experts"), EXPERTS, listing.everything(statement))
    page = listing.page(statement)
    return shell.render(
        "curators/experts.html",
        listing=listing,
        page=page,
        columns=EXPERTS,
        areas=[(each, each) for each in AREAS],
        loads=queries.loads([row.login for row in page.rows]),
        name_of=name_of,
        tabs=_tabs(actor, "experts"),
    )


@blueprint.get("/<int:key>")
def appointment(key: int) -> ResponseReturnValue:
    """One appointment: who, for whom, by which order; who was asked before."""
    return _appointment(key, FormState())


@blueprint.post("/<int:key>/replace")
def replace(key: int) -> ResponseReturnValue:
    """«Заменить куратора»: a new process for this row."""
    state = FormState(values=request.form)
    try:
        operations.ask_replacement(shell.current_actor(), key, request.form.get("reason", ""))
        return shell.go("curators.appointment", key=key, message=_("The coordinator was asked for another person."))
    except Invalid as error:
        state.refuse(error)
    except Conflict as error:
        state.general.append(error.message)
    return _appointment(key, state), 422


def _appointment(key: int, state: FormState) -> str:
    actor = shell.current_actor()
    row = queries.appointment(actor, key)
    asked = [each for each in queries.of_target(actor, row.target) if each.kind == row.kind and each.state in PENDING]
    page: str = shell.render(
        "curators/appointment.html",
        row=row,
        label=STATES[_state(row)] if row.state in STATES else (_("not appointed"), "secondary"),
        target=people.organisation(row.target),
        place=name_of(row.municipality),
        others=[each for each in queries.of_target(actor, row.target) if each.key != row.key],
        state_of=lambda each: STATES[_state(each)],
        load=queries.load_of(row.person) if row.person else 0,
        may_replace=_state(row) == ACTIVE and not asked and policies.may_replace(actor, row),
        asked=asked,
        state=state,
    )
    return page


def _doing(row: Uncovered) -> object:
    """What is being done about a target of the red list."""
    if row.pending is None:
        return _l("nothing: start the appointment")
    if row.pending.person_name:
        return _l("asked: %(name)s", name=row.pending.person_name)
    return _l("the coordinator is choosing")


def _tabs(actor: Actor, current: str) -> list[tuple[Any, ...]]:
    found = (("index", _("Curators")), ("red", _("Red list")), ("experts", _("Experts")))
    return [(label, url_for(f"curators.{name}"), name == current, None) for name, label in found]


@panels.register("curators", order=20)
def school_panel(actor: Actor, school: str) -> panels.Panel | None:
    """Who looks after a school, on the school's page."""
    if not policies.sees_target(actor, school):
        return None
    rows = [row for row in queries.of_target(actor, school) if _state(row) in (ACTIVE, *PENDING)]
    facts = {
        "rows": rows,
        "missing": not any(row.kind == PERSONAL and _state(row) == ACTIVE for row in rows),
        "state_of": lambda row: STATES[_state(row)],
        "linked": policies.may_see(actor),
    }
    return panels.Panel(_l("Curators"), "curators/_school_panel.html", facts)


shell.nav_item(
    _l("Curators"), "curators.index", visible=policies.may_see, group=shell.Menu.SCHOOLS, order=30, paths=("/curators",)
)


record_words.register(
    subjects={"curator": _l("appointment of a curator"), "expert": _l("expert of the pool")},
    verbs={
        "appoint": _l("appointed"),
        "replace": _l("replaced"),
        "end": _l("appointment ended"),
        "activate": _l("put into force"),
    },
    fields={"target": _l("whose"), "person": _l("who")},
)
