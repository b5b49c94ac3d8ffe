"""Passwords, language, consent, closing and reopening of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid, NotFound

from .. import passwords
from ..memory import people_changed
from ..models import Account, LoginSession, Person, PersonalToken
from ..policies import demand_administration
from ..rules import SHORTEST_PASSWORD, weakness
from .administrators import demand_another_administrator

CONSENT_VERSION = "2026-01"
"""Version of the text of the consent to the processing of personal data (152-ФЗ); a new one asks everybody again."""
LOCALES = ("ru", "en")


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
    """Give an account a new one-time password; all its sessions end.

    Returns:
        The password, to be given to the person; it is stored nowhere.

    Raises:
        Forbidden: the actor is no administrator.
        NotFound: no such login.
    """
    demand_administration(actor)
    account = locked_account(login)
    password = passwords.one_time()
    _set_password(account, passwords.hash_of_random(password), must_change=True)
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


def confirm_consent(actor: Actor) -> None:
    """Record that the person agrees to the processing of personal data (152-ФЗ), with the version of the text."""
    account = locked_account(actor.login)
    if account.consent_version == CONSENT_VERSION:
        return
    before, account.consent_version, account.consent_at = account.consent_version, CONSENT_VERSION, clock.now()
    people_changed()
    record_event(actor, "person", actor.login, "consent", changes={"consent_version": (before, CONSENT_VERSION)})


def close_account(actor: Actor, login: str, *, reason: str = "") -> None:
    """Nobody can sign in with it any more; sessions and tokens end. Nothing is deleted.

    Raises:
        Forbidden: the actor is no administrator.
        Conflict: it is the actor's own, or the last administrator's.
    """
    demand_administration(actor)
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
    """Let a closed account be used again (with a new password)."""
    demand_administration(actor)
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
    """End all sessions and tokens of an account."""
    now = clock.now()
    _end_sessions(account)
    db.session.execute(
        update(PersonalToken)
        .where(PersonalToken.account_id == account.id, PersonalToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _end_sessions(account: Account) -> None:
    running = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
    db.session.execute(update(LoginSession).where(*running).values(ended_at=clock.now()))


def _set_password(account: Account, password_hash: str, *, must_change: bool) -> None:
    account.password_hash = password_hash
    account.password_changed_at = clock.now()
    account.must_change_password = must_change
    people_changed()
    db.session.flush()
    _end_sessions(account)
