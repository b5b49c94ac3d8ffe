"""Links by which people choose a password without the present one: invitations, and answers to «forgotten».

A link holds a random token, the database only its hash. It works once, for a time, and a newer one of its kind
voids it; whoever has chosen a password needs none of the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select, update

from app.audit.operations import record_access, record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from .. import letters, passwords
from ..models import Account, AccountRequest, AccountTicket, Person
from .accounts import demand_strength, locked_account, put_password
from .authority import demand_authority
from .sessions import TooManyAttempts, token_hash

INVITATION, RESET = "invitation", "reset"
LASTS = {INVITATION: timedelta(days=14), RESET: timedelta(hours=1)}
WINDOW = timedelta(hours=1)
MOST_PER_SUBJECT, MOST_PER_ADDRESS = 3, 20
_MOST_ACCOUNTS = 3
_KEPT = timedelta(days=30)
"""How long requests are kept, and links that are over; as long as attempts to sign in."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """Whom a link belongs to."""

    login: str
    name: str
    kind: str


def invite(actor: Actor, login: str) -> tuple[str, bool]:
    """Make an invitation and send it by mail.

    Returns:
        The local path of the link (to hand over by other means) and whether a letter left.

    Raises:
        Forbidden, NotFound: the account is not the actor's to look after.
        Invalid: the account is closed.
    """
    demand_authority(actor, login)
    account = locked_account(login)
    if not account.active:
        raise Invalid(_l("The account is closed."))
    path = _new(account, INVITATION, actor.login)
    sent = letters.send(
        login,
        _l("Your access to the system “Marshrut”"),
        _l(
            "An account was opened for you, with the login %(login)s. Open the link and choose your password. "
            "The link works once, for 14 days.",
            login=login,
        ),
        path,
    )
    record_event(actor, "person", login, "invite", details={"mail": sent})
    return path, sent


def ask_for_reset(subject: str, address: str | None) -> None:
    """Send a link to whoever has this login or e-mail; the same happens, as seen from outside, when nobody has.

    Raises:
        TooManyAttempts: asked too often for this person or from this address.
    """
    wanted, where, now = subject.strip().casefold()[:200], address or "", clock.now()
    _demand_patience(wanted, where)
    _sweep(now)
    db.session.add(AccountRequest(at=now, subject=wanted, address=where))
    for login in _accounts_of(wanted):
        account = locked_account(login)
        letters.send(
            login,
            _l("A new password for the system “Marshrut”"),
            _l(
                "Somebody (we hope it was you) asked for a new password for the login %(login)s. Open the link and "
                "choose it; the link works once, for an hour. If it was not you, do nothing: your password stays.",
                login=login,
            ),
            _new(account, RESET, ""),
        )
        record_access(Actor(login="", name="", address=address), "ask-reset", "person", login)


def welcome(token: str) -> Welcome:
    """Whom a link belongs to.

    Raises:
        NotFound: it is wrong, used, void or too old.
    """
    ticket, account = _good(token)
    person = db.session.get_one(Person, account.person_id)
    return Welcome(account.login, person.name, ticket.kind)


def redeem(token: str, password: str, address: str | None) -> Account:
    """Choose the password with a link; other sessions end.

    Raises:
        NotFound: the link is wrong, used, void or too old.
        Invalid: the password is too weak; the link stays good.
    """
    ticket, account = _good(token, lock=True)
    person = db.session.get_one(Person, account.person_id)
    demand_strength(password, account.login, (person.last_name, person.first_name))
    _void(account.id, *LASTS)
    ticket.used = True
    put_password(account, passwords.hash_of(password))
    actor = Actor(login=account.login, name=person.name, address=address)
    record_event(actor, "person", account.login, "accept-invitation" if ticket.kind == INVITATION else "reset-by-mail")
    return account


def _new(account: Account, kind: str, by: str) -> str:
    """A fresh link; older ones of its kind are void. An invitation outlives what any visitor may ask for."""
    _void(account.id, kind)
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        AccountTicket(
            account_id=account.id,
            kind=kind,
            token_hash=token_hash(token),
            created_at=now,
            created_by=by,
            expires_at=now + LASTS[kind],
        )
    )
    db.session.flush()
    return f"/welcome/{token}"


def _void(account_id: int, *kinds: str) -> None:
    """End the account's running links of these kinds."""
    running = (
        AccountTicket.account_id == account_id,
        AccountTicket.kind.in_(kinds),
        AccountTicket.ended_at.is_(None),
    )
    db.session.execute(update(AccountTicket).where(*running).values(ended_at=clock.now()))


def _sweep(now: datetime) -> None:
    """Delete what is long over: the history of an account stands in the audit log."""
    db.session.execute(delete(AccountRequest).where(AccountRequest.at < now - _KEPT))
    db.session.execute(delete(AccountTicket).where(AccountTicket.expires_at < now - _KEPT))


def _good(token: str, *, lock: bool = False) -> tuple[AccountTicket, Account]:
    query = (
        select(AccountTicket, Account)
        .join(Account, Account.id == AccountTicket.account_id)
        .where(
            AccountTicket.token_hash == token_hash(token),
            AccountTicket.ended_at.is_(None),
            AccountTicket.expires_at > clock.now(),
            Account.active,
        )
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(_l("This link does not work any more. Ask for a new one."))
    return found[0], found[1]


def _accounts_of(subject: str) -> Sequence[str]:
    """Logins of open accounts with this login or e-mail; none when too many share an address."""
    query = (
        select(Account.login)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.active,
            Person.email != "",
            or_(Account.login == subject, func.lower(Person.email) == subject),
        )
        .order_by(Account.login)
        .limit(_MOST_ACCOUNTS + 1)
    )
    found = list(db.session.scalars(query))
    return found if len(found) <= _MOST_ACCOUNTS else []


def _demand_patience(subject: str, address: str) -> None:
    since = clock.now() - WINDOW
    limits = (
        (AccountRequest.subject == subject, MOST_PER_SUBJECT),
        (AccountRequest.address == address, MOST_PER_ADDRESS),
    )
    for condition, most in limits:
        count, first = db.session.execute(
            select(func.count(), func.min(AccountRequest.at)).where(condition, AccountRequest.at > since)
        ).one()
        if count >= most:
            raise TooManyAttempts(
                _l(
                    "You have asked several times already. Look into your mail, or try again in %(minutes)s min.",
                    minutes=_minutes_left(first),
                )
            )


def _minutes_left(first: datetime) -> int:
    return max(1, round((first + WINDOW - clock.now()).total_seconds() / 60))
