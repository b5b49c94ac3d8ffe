"""Printed cards: login and one-time password, to be cut and handed out in the school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from ..models import Account, Person
from .accounts import ONE_TIME, locked_account, reset_password
from .authority import demand_authority

MOST_CARDS = 200


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on one card; the password stands nowhere else."""

    name: str
    place: str
    login: str
    password: str
    until: datetime


def print_cards(actor: Actor, logins: Sequence[str]) -> list[Card]:
    """New one-time passwords for several people; earlier ones stop working.

    Raises:
        Forbidden, NotFound: an account is not the actor's to look after; then nothing is changed.
        Conflict: somebody has signed in already (a card would take their own password away), or too many; then
            nothing is changed either.
    """
    if len(logins) > MOST_CARDS:
        raise Conflict(_l("At most %(most)s cards at once.", most=MOST_CARDS))
    # All are judged before the first is changed; one order of locks for two who print at once.
    newcomers = [_newcomer(actor, login) for login in sorted(set(logins))]
    cards = []
    for account, person in newcomers:
        password = reset_password(actor, account.login)
        place, until = person.organisation_code or "", account.one_time_until or clock.now() + ONE_TIME
        cards.append(Card(person.name, place, account.login, password, until))
        record_event(actor, "person", account.login, "print-card")
    return sorted(cards, key=lambda card: card.name)


def _newcomer(actor: Actor, login: str) -> tuple[Account, Person]:
    """The account, locked, of a person who has never signed in."""
    demand_authority(actor, login)
    account = locked_account(login)
    person = db.session.get_one(Person, account.person_id)
    if account.last_login_at is not None:
        raise Conflict(_l("%(name)s has signed in already and needs no card.", name=person.name))
    return account, person
