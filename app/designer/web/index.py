"""The list: drafts that are worked on; deployed processes, decisions and forms."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.queries.catalogue import DeployedRow
from app.documents import policies as documents
from app.people import queries as people
from app.web import excel, shell
from app.web.listing import Column, Listing

from . import blueprint
from .labels import STAGES

DEPLOYED = {
    "processes": (queries.deployed.PROCESS, _l("Processes")),
    "decisions": (queries.deployed.DECISION, _l("Decisions")),
    "forms": (queries.deployed.FORM, _l("Forms")),
}
OVER = "over"


def columns(kind: str) -> tuple[Column, ...]:
    """What the list of one kind shows."""
    running = Column("running", _l("Running now"), lambda row: row.running, None, 14)
    return (
        Column("name", _l("Name"), lambda row: row.name, None, 48),
        Column("id", _l("Identifier"), lambda row: row.id, None, 32),
        Column("version", _l("Version"), lambda row: row.version, None, 10),
        Column("since", _l("Published on"), lambda row: row.deployed_at, None, 18),
        *((running,) if kind == queries.deployed.PROCESS else ()),
        Column(
            "drafts", _l("Is being changed in"), lambda row: "; ".join(title for _key, title in row.drafts), None, 36
        ),
    )


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Drafts, and one kind of what is deployed (`?kind=`)."""
    actor = shell.current_actor()
    policies.demand_reading(actor)
    kind = request.args.get("kind", "")
    if kind == OVER:
        return _drafts_over()
    kind = kind if kind in DEPLOYED else "processes"
    own, label = DEPLOYED[kind]
    listing = Listing.of_request(columns(own))
    rows: list[DeployedRow] = queries.catalogue.deployed(actor, own, listing.q)
    if listing.wants_excel:
        return excel.download(str(label), columns(own), rows)
    drafts = queries.drafts.drafts(actor)
    return shell.render(
        "designer/index.html",
        listing=listing,
        kind=kind,
        own=own,
        label=label,
        rows=rows,
        drafts=drafts,
        tabs=_tabs(kind),
        names=people.person_names(draft.author for draft in drafts),
        stages=STAGES,
        may_design=policies.may_design(actor),
        may_see_templates=documents.may_see_templates(actor),
    )


@blueprint.post("/open")
def open_from() -> ResponseReturnValue:
    """A draft of something deployed."""
    form = request.form
    key = operations.drafts.open_from(shell.current_actor(), form.get("kind", ""), form.get("id", ""))
    return shell.go("designer.draft", key=key, message=_("Change the files; nothing is in force before you publish."))


def _drafts_over() -> str:
    actor = shell.current_actor()
    drafts = queries.drafts.drafts(actor, ended=True)
    names = people.person_names(draft.author for draft in drafts)
    page: str = shell.render(
        "designer/over.html",
        drafts=drafts,
        most=queries.drafts.MOST_ENDED,
        names=names,
        stages=STAGES,
        tabs=_tabs(OVER),
    )
    return page


def _tabs(current: str) -> list[tuple[object, str, bool, None]]:
    labels = {**{name: label for name, (_own, label) in DEPLOYED.items()}, OVER: _l("Published and put aside drafts")}
    return [(label, url_for("designer.index", kind=name), name == current, None) for name, label in labels.items()]
