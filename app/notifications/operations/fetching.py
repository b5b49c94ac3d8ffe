"""Looking into the mailbox of undelivered letters: put down by the clock every few minutes, done by a worker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import exists, select

from app.kernel import outbox
from app.kernel.db import db
from app.kernel.log import logger

from .. import installation
from ..mailbox import Mailbox, MailboxAway, opened
from .bounces import take_bounce

log = logger(__name__)
FETCH = "notifications.fetch_bounces"
MOST = 200
"""Letters that one look reads; the next one goes on."""
_AWAY = "the mailbox of undelivered letters cannot be read"


def put_down_look() -> bool:
    """Put a look down, unless one waits already or no mailbox is named.

    Returns:
        Whether it was put down now.
    """
    waits = exists().where(outbox.OutboxEntry.kind == FETCH, ~outbox.OutboxEntry.failed)
    if not installation.settings().bounce_url or db.session.scalar(select(waits)):
        return False
    outbox.enqueue(FETCH, {})
    return True


def fetch_bounces() -> int:
    """Read what came back. The letters are marked as seen after the commit, also when the look breaks off: one that is
    read twice counts once.

    A mailbox that does not answer is no error of ours: the clock has it looked into again.

    Returns:
        How many letters came back.
    """
    url = installation.settings().bounce_url
    if not url:
        return 0
    taken = 0
    strange: list[str] = []
    known: list[str] = []
    try:
        mailbox = Mailbox.from_url(url)
    except ValueError as error:
        log.warning(_AWAY, error=str(error))
        return 0
    try:
        with opened(mailbox) as reading:
            for uid in reading.unseen(MOST):
                content = reading.content(uid)
                found = _take(uid, content) if content else None
                (strange if found is None else known).append(uid)
                taken += bool(found)
    except MailboxAway as error:
        log.warning(_AWAY, error=str(error))
    else:
        log.info("the mailbox of undelivered letters was read", came_back=taken, letters=len(known) + len(strange))
    if known or strange:
        db.after_commit(partial(_mark, mailbox, known, strange))
    return taken


def _take(uid: str, content: bytes) -> bool | None:
    """Whether a letter of the mailbox says that one of ours came back; None when it cannot be read."""
    try:
        with db.session.begin_nested():
            return take_bounce(content) is not None
    except Exception:
        log.exception("a letter in the mailbox of undelivered letters cannot be read", uid=uid)
        return None


def _mark(mailbox: Mailbox, known: Sequence[str], strange: Sequence[str]) -> None:
    """Mark what was read; what could not be read is left to people, with a flag."""
    try:
        with opened(mailbox) as reading:
            for uid in known:
                reading.mark(uid)
            for uid in strange:
                reading.mark(uid, strange=True)
    except MailboxAway as error:
        log.warning("letters that came back could not be marked; they are read again", error=str(error))
