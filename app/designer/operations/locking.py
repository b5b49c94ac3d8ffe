"""Who edits a file: one at a time, with take-over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.designer.models import DraftFile
from app.designer.queries.drafts import lock_of
from app.designer.views import LockView
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict

from .rows import take_file


class Held(Conflict):
    """Somebody else edits the file now."""

    status = 423
    title = "Locked"


def lock(actor: Actor, file_key: int, *, take_over: bool = False) -> LockView:
    """Take a file for editing, or renew that; the answer says who holds it.

    Args:
        take_over: also when a colleague holds it; what they have not saved goes into the history.

    Raises:
        NotFound, Forbidden, Conflict: as `rows.take_file`.
    """
    _draft, file = take_file(actor, file_key)
    now = lock_of(actor, file)
    if now.holder is None or now.held_by_me or take_over:
        renew(actor, file)
    db.session.flush()
    return lock_of(actor, file)


def release(actor: Actor, file_key: int) -> None:
    """Give a file free, also that of a frozen draft; nothing happens when somebody else has it."""
    _draft, file = take_file(actor, file_key, frozen=True)
    if file.lock_holder == actor.login:
        file.lock_holder = file.lock_since = file.lock_renewed_at = None
        db.session.flush()


def demand_free(actor: Actor, file: DraftFile) -> None:
    """Refuse a change while somebody else edits.

    Raises:
        Held: a colleague does.
    """
    found = lock_of(actor, file)
    if found.holder is not None and not found.held_by_me:
        raise Held(_l("A colleague is editing this file now."), holder=found.holder)


def renew(actor: Actor, file: DraftFile) -> None:
    """The actor's hand lies on the file from now on."""
    now = clock.now()
    if not lock_of(actor, file).held_by_me:
        file.lock_holder, file.lock_since = actor.login, now
    file.lock_renewed_at = now
