"""Everything that is known about one instance, put together for a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Select

from app.audit import queries as audit
from app.documents import queries as documents
from app.engine import policies as engine_policies
from app.engine import queries as engine
from app.engine.drawing import Drawing, read_drawing
from app.engine.views import InstanceFilter, InstanceView, Travelled
from app.forms import queries as forms
from app.forms.definition import FormDefinition
from app.forms.rendering import render_changes, render_form
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Forbidden, NotFound
from app.people import queries as people

from . import journal, policies
from .journal import Card, Made

MOST_CHILDREN = 200
_OWN_VERBS = frozenset(
    {"start", "complete", "claim", "release", "assign", "delegate", "extend", "cancel", "go_on_without"}
)
"""What a participant sees of others: that it was done, not with what."""


@dataclass(frozen=True, slots=True)
class Path:
    """An instance on its drawing, as far as the reader may know."""

    instance: InstanceView
    drawing: Drawing
    travelled: Travelled
    hidden: frozenset[str]

    @property
    def now(self) -> list[str]:
        """Where the instance stands, the tasks of people first."""
        kinds = {node.id: node.kind for node in self.drawing.nodes.values()}
        return sorted(self.shown(self.travelled.open), key=lambda name: kinds.get(name) != "userTask")

    @property
    def end_words(self) -> str:
        """What the end that was reached is called; empty while the instance runs or when it was cancelled."""
        result = self.instance.result
        return self.drawing.label(result) if result in self.drawing.nodes else ""

    def shown(self, ids: Iterable[str]) -> list[str]:
        """Those of the elements and flows that the reader may know about."""
        return [name for name in ids if name not in self.hidden]


@dataclass(frozen=True, slots=True)
class Trail:
    """An instance with its history.

    Attributes:
        whole: whether the reader sees everybody's steps with values.
        names: full names by login.
    """

    path: Path
    cards: list[Card]
    whole: bool
    names: dict[str, str]


def path(actor: Actor, key: int) -> Path:
    """The travelled path.

    Raises:
        NotFound: the instance is out of scope.
    """
    instance = engine.instance(actor, key)
    drawing = read_drawing(engine.xml_of(actor, instance.definition_key), instance.process_id)
    return Path(instance, drawing, engine.travelled(actor, key), _hidden(actor, instance, drawing))


def trail(actor: Actor, key: int) -> Trail:
    """The history, step by step: whole for auditors, coordinators and the owner, else the path and one's own steps.

    Raises:
        NotFound: the instance is out of scope.
    """
    found = path(actor, key)
    whole = policies.sees_values(actor, found.instance)
    cards = journal.cards(engine.history(actor, key), found.drawing)
    if not whole:
        cards = [_cut(actor, card, found) for card in cards if _may_know(card, found)]
    logins = {card.event.actor for card in cards} | {card.event.on_behalf_of or "" for card in cards}
    return Trail(found, cards, whole, people.person_names(logins | {found.instance.started_by}))


def _hidden(actor: Actor, instance: InstanceView, drawing: Drawing) -> frozenset[str]:
    """Elements that the reader must not learn about, and the flows that would tell."""
    if policies.sees_values(actor, instance):
        return frozenset()
    nodes = {node.id for node in drawing.nodes.values() if not engine_policies.sees_step(actor, node.visible_to)}
    flows = {flow.id for flow in drawing.flows.values() if flow.source in nodes or flow.target in nodes}
    return frozenset(nodes | flows)


def _may_know(card: Card, found: Path) -> bool:
    return card.event.verb in _OWN_VERBS and card.event.element_id not in found.hidden


def _cut(actor: Actor, card: Card, found: Path) -> Card:
    """A step as a participant sees it: one's own in full; of others who, what and when, and why work was returned."""
    if actor.login in (card.event.actor, card.event.on_behalf_of):
        return Card(
            card.event,
            card.name,
            card.role,
            submission=card.submission,
            before=card.before,
            version=card.version,
        )
    return Card(card.event, card.name, card.role)


def says_why(actor: Actor, trail: Trail, card: Card) -> bool:
    """Whether the reader may read the comment of a step: their own, a return or refusal, or all of them."""
    own = actor.login in (card.event.actor, card.event.on_behalf_of)
    return trail.whole or own or card.details.get("outcome") in ("return", "refuse")


def shows_outcome(actor: Actor, trail: Trail, card: Card) -> bool:
    """Whether the reader may know which button was pressed."""
    return says_why(actor, trail, card) or card.details.get("outcome") in ("approve", "submit")


def form_of(card: Card) -> FormDefinition | None:
    """The form version with which a step was done."""
    if card.event.form_key is None:
        return None
    try:
        return forms.form(card.event.form_key)
    except NotFound:
        return None


def table_name(made: Made) -> str:
    """What people call a decision table: its name in the version that decided."""
    return (engine.decision_name(int(made.key), made.decision) if made.key else None) or made.decision


def entry_html(actor: Actor, card: Card) -> Markup | None:
    """What was entered: the changes against the entry before, or all of it the first time."""
    definition = form_of(card)
    if definition is None or card.submission is None:
        return None
    if card.before is not None:
        return render_changes(definition, card.before, card.submission, actor=actor)
    return render_form(definition, card.submission, actor=actor, context=card.submission, mode="frozen")


def parent_of(actor: Actor, instance: InstanceView) -> InstanceView | None:
    """The instance that called this one, if the reader may see it."""
    if instance.parent_key is None:
        return None
    try:
        return engine.instance(actor, instance.parent_key)
    except NotFound:
        return None


def children_of(actor: Actor, key: int) -> tuple[InstanceView, ...]:
    """The instances that this one called, oldest first."""
    return engine.instances(actor, InstanceFilter(parent_key=key), sort="started", limit=MOST_CHILDREN).items


def documents_of(actor: Actor, key: int) -> list[Any]:
    """Registered documents of an instance with number and hash, oldest first."""
    statement = documents.documents(actor, instance_key=key)
    return sorted(db.session.scalars(statement), key=lambda document: document.key)


def openings(actor: Actor, key: int) -> Select[Any]:
    """Who opened the history of an instance, newest first."""
    return audit.access_entries(actor, object_kind="instance", object_key=str(key))


def people_named(actor: Actor, text: str, limit: int = 20) -> list[tuple[str, str]]:
    """(login, name with position) of people whom a search for a person may mean; the exact login alone."""
    statement = people.directory(actor, text).limit(limit)
    found = [(person.account.login, person.name) for person in db.session.scalars(statement)]
    names = people.person_names([text])
    if names.get(text) not in (None, text):
        found = [(text, names[text])]
    return found


def demand_audit(actor: Actor) -> None:
    """Auditors only.

    Raises:
        Forbidden: anybody else.
    """
    if not policies.may_audit(actor):
        raise Forbidden()
