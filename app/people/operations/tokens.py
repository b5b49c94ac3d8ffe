"""Personal tokens for the API."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.audit.operations import record_event
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound

from ..models import Account, PersonalToken
from ..queries.actors import KnownAccount, identity_for
from .sessions import token_hash

PREFIX = "mrs_"
SCOPES = ("read", "write")
"""`read` answers searches and reads only; `write` may also change."""
LONGEST_DAYS = 366
MOST = 20
_USE_NOTED_EVERY = timedelta(minutes=5)


def create_token(actor: Actor, name: str, *, scopes: Sequence[str] = SCOPES, days: int | None = 90) -> str:
    """Make a token for the actor.

    Args:
        name: what it is for.
        scopes: some of `SCOPES`.
        days: how long it is good for, at most a year.

    Returns:
        The token; it cannot be shown again.

    Raises:
        Invalid: a field is wrong, or there are too many.
    """
    errors: dict[str, list[object]] = {}
    if not name.strip():
        errors["name"] = [_l("Please fill this in.")]
    if not scopes or not set(scopes) <= set(SCOPES):
        errors["scopes"] = [_l("Choose one of the list.")]
    if days is None or not 1 <= days <= LONGEST_DAYS:
        errors["days"] = [_l("Between 1 and %(most)s days.", most=LONGEST_DAYS)]
    running = (PersonalToken.account_id == actor.account_id, PersonalToken.revoked_at.is_(None))
    if (db.session.scalar(select(func.count()).select_from(PersonalToken).where(*running)) or 0) >= MOST:
        errors["name"] = [_l("You have too many tokens: revoke one first.")]
    if errors or actor.account_id is None or days is None:
        raise Invalid(errors=errors)
    token = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        PersonalToken(
            account_id=actor.account_id,
            name=name.strip()[:100],
            prefix=token[: len(PREFIX) + 4],
            token_hash=token_hash(token),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    db.session.flush()
    record_event(actor, "person", actor.login, "create-token", details={"name": name, "scopes": sorted(scopes)})
    return token


def revoke_token(actor: Actor, token_id: int) -> None:
    """End one of the actor's own tokens.

    Raises:
        NotFound: no such token of the actor.
    """
    row = db.session.get(PersonalToken, token_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        record_event(actor, "person", actor.login, "revoke-token", details={"name": row.name})


def identity_of_token(token: str) -> tuple[KnownAccount, tuple[str, ...]] | None:
    """The owner of a token that is still good, and its scopes; None otherwise. Its use is noted now and then."""
    if not token.startswith(PREFIX):
        return None
    now = clock.now()
    row = db.session.scalars(
        select(PersonalToken).where(
            PersonalToken.token_hash == token_hash(token),
            PersonalToken.revoked_at.is_(None),
            PersonalToken.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        return None
    login = db.session.scalar(select(Account.login).where(Account.id == row.account_id, Account.active))
    if login is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > _USE_NOTED_EVERY:
        row.last_used_at = now
    return identity_for(login), tuple(row.scopes)
