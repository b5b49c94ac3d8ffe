"""Outbox handler: hand a letter to the mail server, try again while it is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from app.kernel import clock, outbox
from app.kernel.db import db
from app.kernel.log import logger
from app.people import queries as people

from . import (
    installation,
    letters,  # noqa: F401  (registers the carrier)
    smtp,
)
from .models import FAILED, QUEUED, SENT, Mail
from .operations import DELIVER

log = logger(__name__)
GIVE_UP = timedelta(days=3)
"""How long a letter is tried; then it waits for the administrator."""
LONGEST_PAUSE = timedelta(hours=1)


@outbox.handler(DELIVER, lane=outbox.MAIL)
def deliver(payload: dict[str, Any]) -> None:
    """Hand over one letter, once: whoever holds the row's lock sends, everybody else finds it sent.

    An away server is no failure of this entry: a new one is enqueued for later, so that every attempt is committed.
    """
    letter = db.session.get(Mail, payload["mail"], with_for_update=True)
    if letter is None or letter.status != QUEUED:
        return
    letter.attempts += 1
    try:
        server = _server()
        message = smtp.letter(
            server,
            key=letter.key,
            name=people.person_name(letter.login),
            address=letter.address,
            subject=letter.subject,
            text=letter.text,
        )
        smtp.hand_over(server, message)
    except (smtp.MailRefused, ValueError) as error:
        _close(letter, FAILED, str(error))
    except smtp.ServerAway as error:
        _try_later(letter, str(error))
    else:
        _close(letter, SENT, None)


def _server() -> smtp.Server:
    settings = installation.settings()
    sender = f"marshrut@{urlsplit(settings.public_url).hostname or 'localhost'}"
    try:
        return smtp.Server.from_url(settings.smtp_url or "", sender)
    except ValueError as error:  # a wrong setting is mended by the operator; the letters wait
        raise smtp.ServerAway(str(error)) from error


def _close(letter: Mail, status: str, error: str | None) -> None:
    letter.status, letter.error, letter.next_at = status, error, None
    if status == SENT:
        letter.sent_at = clock.now()
    else:
        log.warning("mail refused", mail=letter.key, error=error)


def _try_later(letter: Mail, error: str) -> None:
    letter.error = error
    if clock.now() - letter.created_at > GIVE_UP:
        _close(letter, FAILED, error)
        return
    pause = min(timedelta(seconds=15 * 2 ** min(letter.attempts, 12)), LONGEST_PAUSE)
    letter.next_at = clock.now() + pause
    outbox.enqueue(DELIVER, {"mail": letter.key}, run_at=letter.next_at)
    log.warning("mail server away", mail=letter.key, attempts=letter.attempts, error=error)
