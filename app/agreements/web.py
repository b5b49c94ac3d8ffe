"""Pages of agreements: the list by municipality, one agreement with its parties and joint plan, tutor schools."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people
from app.schools import panels
from app.schools import queries as schools
from app.schools.queries.registry import name_of
from app.web import excel, shell
from app.web.forms import FormState
from app.web.listing import Column, Listing

from . import operations, policies, queries
from .models import IN_FORCE, SIGNED, Agreement, SupportSite

blueprint = Blueprint("agreements", __name__, template_folder="templates", url_prefix="/agreements")
STATES = {
    "draft": (_l("draft"), "orange"),
    "in_force": (_l("holds"), "green"),
    "notice": (_l("notice given"), "orange"),
    "completed": (_l("completed"), "blue"),
    "refused": (_l("refused"), "secondary"),
    "cancelled": (_l("called off"), "secondary"),
    "terminated": (_l("terminated"), "red"),
    "expired": (_l("has expired"), "secondary"),
}
PLAN = {"planned": (_l("planned"), "secondary"), "reported": (_l("waits for the partner"), "orange")}
PLAN["confirmed"] = (_l("confirmed"), "green")
KINDS = (
    "межшкольное партнёрство",
    "научно-методическое сопровождение (ИРО–школа)",
    "ИРО–МОУО",
    "сетевое взаимодействие",
    "с внешним партнёром (напр. цифровой ресурс)",
)


def _parties(row: Agreement) -> str:
    return " — ".join(name_of(party.organisation) for party in row.parties)


def _places(row: Agreement) -> str:
    return ", ".join(dict.fromkeys(name_of(party.municipality) for party in row.parties if party.municipality))


def _done(row: Agreement) -> str:
    confirmed = sum(1 for each in row.activities if each.state == "confirmed")
    return f"{confirmed} / {len(row.activities)}"


AGREEMENTS = (
    Column("number", _l("Number"), lambda row: row.number, None, 10),
    Column("signed_on", _l("Signed"), lambda row: row.signed_on, Agreement.signed_on, 12),
    Column("parties", _l("Parties"), _parties, None, 48),
    Column("municipality", _l("Municipality"), _places, None, 30),
    Column("kind", _l("Kind of agreement"), lambda row: row.kind, Agreement.kind, 36, on_page=False),
    Column("subject", _l("What it is about"), lambda row: row.subject, Agreement.subject, 48, on_page=False),
    Column("until", _l("Until"), lambda row: row.term_to, Agreement.term_to, 12),
    Column("plan", _l("Confirmed of the plan"), _done, None, 14),
    Column("state", _l("State"), lambda row: str(STATES[row.state][0]), Agreement.state, 16),
)


def _sites(seen: Collection[str]) -> tuple[Column, ...]:
    """Columns of the sites; `seen`: schools whose grounds the reader may know."""
    return (
        Column("school", _l("School"), lambda row: name_of(row.school), None, 36),
        Column("municipality", _l("Municipality"), lambda row: name_of(row.municipality), None, 30),
        Column("kind", _l("Status"), lambda row: row.kind, SupportSite.kind, 20),
        Column("theme", _l("Theme"), lambda row: row.theme, None, 40),
        Column("offers", _l("What it offers"), lambda row: ", ".join(row.offers), None, 48),
        Column("grounds", _l("Why it was chosen"), lambda row: row.grounds if row.school in seen else "", None, 48),
        Column("until", _l("Until"), lambda row: row.until, SupportSite.until, 12),
    )


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Agreements in the reader's scope, and how many schools have one."""
    actor = shell.current_actor()
    listing = Listing.of_request(AGREEMENTS)
    wanted = queries.AgreementFilter(
        q=listing.q,
        kind=listing.argument("kind"),
        state=listing.argument("state"),
        municipality=listing.argument("municipality"),
    )
    statement = queries.agreements(actor, wanted)
    if listing.wants_excel:
        return excel.download(_("Agreements"), AGREEMENTS, listing.everything(statement))
    group = listing.argument("group")
    whole = actor.has_role(*policies.WHOLE)
    return shell.render(
        "agreements/index.html",
        listing=listing,
        page=listing.page(statement),
        columns=AGREEMENTS,
        kinds=[(kind, kind) for kind in KINDS],
        states=[("valid", _("holds today")), *((key, label[0]) for key, label in STATES.items())],
        municipalities=_municipalities(actor),
        groups=[(each.code, each.title) for each in schools.groups()] if whole else [],
        coverage=queries.coverage(group or None) if whole else None,
        labels=STATES,
        parties_of=_parties,
        places_of=_places,
        done_of=_done,
        tabs=_tabs("index"),
    )


@blueprint.get("/sites")
def sites() -> ResponseReturnValue:
    """Tutor schools, base sites and inter-school groups."""
    actor = shell.current_actor()
    seen = queries.grounds_seen(actor)
    columns = _sites(seen)
    listing = Listing.of_request(columns)
    statement = queries.sites(actor, municipality=listing.argument("municipality"))
    if listing.wants_excel:
        return excel.download(_("Tutor schools and base sites"), columns, listing.everything(statement))
    return shell.render(
        "agreements/sites.html",
        listing=listing,
        page=listing.page(statement),
        columns=columns,
        seen=seen,
        groups=queries.network_groups(actor),
        name_of=name_of,
        tabs=_tabs("sites"),
    )


@blueprint.get("/<int:key>")
def agreement(key: int) -> ResponseReturnValue:
    """One agreement: parties with signatures, the joint plan with both sides' confirmation."""
    return _agreement(key, FormState())


@blueprint.post("/<int:key>/notice")
def notice(key: int) -> ResponseReturnValue:
    """The head of a party ends the agreement with ten working days of notice."""
    state = FormState(values=request.form)
    try:
        operations.give_notice(shell.current_actor(), key, request.form.get("reason", ""))
        return shell.go("agreements.agreement", key=key, message=_("The parties are told."))
    except Invalid as error:
        state.refuse(error)
    except Conflict as error:
        state.general.append(error.message)
    return _agreement(key, state), 422


def _agreement(key: int, state: FormState) -> str:
    actor = shell.current_actor()
    row = queries.agreement(actor, key)
    logins = [login for each in row.activities for login in (each.reported_by, each.confirmed_by) if login]
    page: str = shell.render(
        "agreements/agreement.html",
        row=row,
        label=STATES[row.state],
        plan_labels=PLAN,
        names=people.person_names(logins),
        name_of=name_of,
        parties=_parties(row),
        may_end=row.state == IN_FORCE and policies.heads_party(actor, row) is not None,
        state=state,
    )
    return page


def _municipalities(actor: Actor) -> list[tuple[str, str]]:
    query = people.organisations(kind="mouo")
    found = [(row.code, row.short_name) for row in db.session.scalars(query)]
    own = policies.places(actor)[1]
    return found if actor.has_role(*policies.WHOLE) else [each for each in found if each[0] in own]


def _tabs(current: str) -> list[tuple[Any, ...]]:
    found = (("index", _("Agreements")), ("sites", _("Tutor schools and groups")))
    return [(label, url_for(f"agreements.{name}"), name == current, None) for name, label in found]


@panels.register("agreements", order=40)
def school_panel(actor: Actor, school: str) -> panels.Panel | None:
    """Agreements of a school, on its page."""
    if not policies.may_see(actor):
        return None
    rows = [row for row in queries.of_organisation(actor, school) if row.state in SIGNED]
    facts = {"rows": rows, "labels": STATES, "parties_of": _parties, "done_of": _done}
    return panels.Panel(_l("Agreements"), "agreements/_school_panel.html", facts)


shell.nav_item(
    _l("Agreements"),
    "agreements.index",
    visible=policies.may_see,
    group=shell.Menu.SCHOOLS,
    order=40,
    paths=("/agreements",),
)


record_words.register(
    subjects={"agreement": _l("agreement"), "support_site": _l("support site")},
    verbs={
        "prolong": _l("prolonged"),
        "remove": _l("taken off"),
        "give-notice": _l("notice given"),
        "conclude": _l("concluded"),
    },
    fields={"term_to": _l("ends on"), "number": _l("number")},
)
