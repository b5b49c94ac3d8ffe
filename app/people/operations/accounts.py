"""Passwords, language, closing and reopening of accounts."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from .. import passwords
from ..access_end import end_access
from ..memory import people_changed
from ..models import Account, LoginSession, Person, PersonalToken
from ..policies import demand_administration
from ..rules import SHORTEST_PASSWORD, weakness
from .administrators import demand_another_administrator
from .authority import demand_authority

LOCALES = ("ru", "en")
ONE_TIME = timedelta(days=30)
"""How long a one-time password is good: cards are printed for a school before the holidays end."""


def check_password(login: str, password: str) -> bool:
    """Whether this is the account's password (asked again for a signature). Closed accounts have none."""
    found = db.session.scalar(select(Account.password_hash).where(Account.login == login, Account.active))
    return passwords.matches(found or "", password)


def change_password(actor: Actor, old: str, new: str) -> None:
    """Change one's own password; other sessions end.

    Raises:
        Invalid: the old one is wrong, or the new one too weak.
    """
    account = locked_account(actor.login)
    if not passwords.matches(account.password_hash, old):
        raise Invalid(errors={"old": [_l("This is not your present password.")]})
    names = db.session.execute(select(Person.last_name, Person.first_name).where(Person.id == account.person_id)).one()
    demand_strength(new, actor.login, tuple(names))
    if passwords.matches(account.password_hash, new):
        raise Invalid(errors={"new": [_l("Choose a password that differs from the present one.")]})
    _set_password(account, passwords.hash_of(new), must_change=False)
    record_event(actor, "person", actor.login, "change-password")


def reset_password(actor: Actor, login: str) -> str:
    """Give an account a new one-time password; all its sessions end, and the address of its calendar.

    Returns:
        The password, to be given to the person; it is stored nowhere, and good for `ONE_TIME` only.

    Raises:
        Forbidden, NotFound: the account is not the actor's to look after.
    """
    demand_authority(actor, login)
    account = locked_account(login)
    password = passwords.one_time()
    _set_password(account, passwords.hash_of_random(password), must_change=True)
    end_access(login)
    record_event(actor, "person", login, "reset-password")
    return password


def set_password(actor: Actor, login: str, password: str) -> None:
    """Set an account's password from the command line.

    Raises:
        Forbidden: the actor is no administrator.
        Invalid: it is too weak.
    """
    demand_administration(actor)
    demand_strength(password, login)
    _set_password(locked_account(login), passwords.hash_of(password), must_change=False)
    end_access(login)
    record_event(actor, "person", login, "reset-password")


def demand_strength(password: str, login: str, names: tuple[str, ...] = (), field: str = "new") -> None:
    """Refuse a weak password.

    Raises:
        Invalid: with what is wrong, at `field`.
    """
    messages = {
        "short": _l("At least %(count)s characters.", count=SHORTEST_PASSWORD),
        "plain": _l("Too simple: mix letters, digits and signs."),
        "common": _l("This password is among the first that are guessed."),
        "personal": _l("A password must not hold your name or login."),
    }
    found = "plain" if len(password) > passwords.LONGEST else weakness(password, login, names)
    if found:
        raise Invalid(errors={field: [messages[found]]})


def choose_locale(actor: Actor, locale: str) -> None:
    """Keep the language of one's pages and mail.

    Raises:
        Invalid: not a language of the program.
    """
    if locale not in LOCALES:
        raise Invalid(errors={"locale": [_l("Choose one of the list.")]})
    if actor.account_id is None:
        return
    db.session.execute(update(Account).where(Account.id == actor.account_id).values(locale=locale))
    people_changed()


def close_account(actor: Actor, login: str, *, reason: str = "") -> None:
    """Nobody can sign in with it any more; sessions and tokens end. Nothing is deleted.

    Raises:
        Forbidden, NotFound: the account is not the actor's to look after.
        Conflict: it is the actor's own, or the last administrator's.
    """
    demand_authority(actor, login)
    if login == actor.login:
        raise Conflict(_l("You cannot close your own account."))
    demand_another_administrator(person_id_of(login))
    account = locked_account(login)
    if not account.active:
        return
    account.active = False
    people_changed()
    end_everything(account)
    record_event(actor, "person", login, "close", details={"reason": reason} if reason else {})


def reopen_account(actor: Actor, login: str) -> None:
    """Let a closed account be used again (with a new password).

    Raises:
        Forbidden, NotFound: the account is not the actor's to look after.
    """
    demand_authority(actor, login)
    account = locked_account(login)
    if account.active:
        return
    account.active = True
    people_changed()
    record_event(actor, "person", login, "reopen")


def person_id_of(login: str) -> int:
    """The person behind a login.

    Raises:
        NotFound: no such login.
    """
    found = db.session.scalar(select(Account.person_id).where(Account.login == login))
    if found is None:
        raise NotFound()
    return found


def locked_account(login: str) -> Account:
    """The account, locked until the commit.

    Raises:
        NotFound: no such login.
    """
    account = db.session.scalars(
        select(Account).where(Account.login == login).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if account is None:
        raise NotFound()
    return account


def end_everything(account: Account) -> None:
    """End all sessions and tokens of an account, and other secrets that let somebody in."""
    now = clock.now()
    _end_sessions(account)
    end_access(account.login)
    db.session.execute(
        update(PersonalToken)
        .where(PersonalToken.account_id == account.id, PersonalToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _end_sessions(account: Account) -> None:
    running = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
    db.session.execute(update(LoginSession).where(*running).values(ended_at=clock.now()))


def put_password(account: Account, password_hash: str) -> None:
    """Set the password that the owner of a locked account has chosen by a link; all sessions end."""
    _set_password(account, password_hash, must_change=False)
    end_access(account.login)


def _set_password(account: Account, password_hash: str, *, must_change: bool) -> None:
    account.password_hash = password_hash
    account.password_changed_at = clock.now()
    account.must_change_password = must_change
    account.one_time_until = clock.now() + ONE_TIME if must_change else None
    people_changed()
    db.session.flush()
    _end_sessions(account)
