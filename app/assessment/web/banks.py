"""The banks and the items of one bank."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Forbidden, Invalid
from app.web import excel, shell
from app.web.forms import FormState, PageSchema, load, text
from app.web.listing import Column, Listing

from .. import policies
from ..models import Item, ItemBank
from ..operations import banks as operations
from ..queries import banks as queries
from ..queries import statistics
from ..rules.content import plain_words
from ..rules.items import KINDS
from . import words
from .blueprint import blueprint

ITEMS = (
    Column("code", _l("Code"), lambda row: row.code, Item.code, 14),
    Column("prompt", _l("Question"), lambda row: plain_words(row.body["prompt"]), None, 70),
    Column("topic", _l("Topic"), lambda row: row.topic, Item.topic, 28),
    Column("kind", _l("Kind of question"), lambda row: str(words.KINDS[row.kind]), Item.kind, 20),
    Column("points", _l("Points"), lambda row: row.points, Item.points, 9),
    Column("state", _l("State"), lambda row: _("not in use") if row.retired else _("in use"), None, 14, on_page=False),
)


class BankSchema(PageSchema):
    """A new bank."""

    code = text(required=True, longest=40)
    subject = text(required=True, longest=100)
    title = text(required=True, longest=200)


@blueprint.get("/banks")
def banks() -> ResponseReturnValue:
    """All banks that the reader may open."""
    actor = shell.current_actor()
    rows = queries.banks(actor)
    return shell.render("assessment/banks.html", rows=rows, may_create=policies.may_create_banks(actor))


@blueprint.get("/banks/new")
def new_bank() -> ResponseReturnValue:
    """The form of a new bank."""
    _demand_author()
    return shell.render("assessment/bank_new.html", state=FormState())


@blueprint.post("/banks/new")
def create_bank() -> ResponseReturnValue:
    """Add a bank."""
    _demand_author()
    data, state = load(BankSchema(), request.form)
    if not state.errors:
        try:
            bank = operations.create_bank(shell.current_actor(), **data)
            return shell.go("assessment.bank", code=bank.code, message=_("The bank is there. Add questions to it."))
        except Invalid as error:
            state.refuse(error)
    return shell.render("assessment/bank_new.html", state=state), 422


@blueprint.get("/banks/<code>")
def bank(code: str) -> ResponseReturnValue:
    """The items of a bank: searched, filtered, with their statistics."""
    actor = shell.current_actor()
    found = queries.bank(actor, code)
    listing = Listing.of_request(ITEMS, size=50)
    state = listing.argument("state") or queries.ACTIVE
    statement = queries.item_select(
        found.key,
        search=listing.q,
        topic=listing.arguments.get("topic", ""),
        kind=listing.argument("kind"),
        state="" if state == "any" else state,
    )
    if listing.wants_excel:
        return excel.download(found.title, ITEMS, listing.everything(statement))
    page = listing.page(statement)
    topics = queries.topics(found.key)
    return shell.render(
        "assessment/bank.html",
        **frame(found, "assessment.bank"),
        listing=listing,
        page=page,
        columns=ITEMS,
        state=state,
        topics=topics,
        topic_options=[(topic.title, f"{topic.title} ({topic.count})") for topic in topics],
        kinds=[(kind, words.KINDS[kind]) for kind in KINDS],
        statistics=statistics.of_items(row.key for row in page.rows),
    )


def frame(found: ItemBank, current: str) -> dict[str, Any]:
    """What every page of a bank shows: the bank, its tabs, whether the reader may change it."""
    may_edit = policies.may_edit(shell.current_actor(), found)
    pages = [(_("Questions"), "assessment.bank"), (_("Tests of the bank"), "assessment.bank_tests")]
    if may_edit:
        pages.append((_("Import and export"), "assessment.bank_import"))
    return {"bank": found, "may_edit": may_edit, "pages": [(label, end, end == current) for label, end in pages]}


def _demand_author() -> None:
    actor = shell.current_actor()
    queries.demand_sight(actor)
    if not policies.may_create_banks(actor):
        raise Forbidden(_("Only the institute's staff who prepare tests change a bank."))


shell.nav_item(
    _l("Question banks"),
    "assessment.banks",
    visible=policies.may_open_banks,
    group=shell.Menu.LEARNING,
    order=40,
    paths=("/tests/banks",),
)
