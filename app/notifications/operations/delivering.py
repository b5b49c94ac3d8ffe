"""Handing one letter over, once.

A mail server that has got the text of a letter and then does not answer may have taken it or not: nobody can know. So
the letter is marked, and the mark committed, in the moment before its text leaves. Whoever finds such a mark left by a
dead worker does not send again; the administrator sees the letter and decides. Everything before that moment is tried
again as often as needed.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from app.kernel import clock, outbox
from app.kernel.db import db
from app.kernel.log import logger
from app.people import queries as people

from .. import installation, smtp
from ..models import CANCELLED, FAILED, QUEUED, SENDING, SENT, UNCLEAR, Mail
from .mailing import DELIVER, close_up

log = logger(__name__)
GIVE_UP = timedelta(days=3)
"""How long a letter is tried; then it waits for the administrator."""
LONGEST_PAUSE = timedelta(hours=1)


def deliver(key: int) -> None:
    """Hand over a letter; called by one worker at a time, who holds the letter's entry of the outbox."""
    letter = _taken(key)
    if letter is None:
        return
    try:
        server = _server()
        message = smtp.letter(
            server,
            key=letter.key,
            name=people.person_name(letter.login),
            address=letter.address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )
        with smtp.Conversation.begin(server, message) as conversation:
            if not _mark_sending(key):
                return  # what became of it is somebody else's to say
            conversation.finish()
    except (smtp.MailRefused, ValueError) as error:
        _close(key, FAILED, str(error))
    except smtp.AnswerLost as error:
        _close(key, UNCLEAR, str(error))
    except smtp.ServerAway as error:
        _try_later(key, str(error))
    else:
        _close(key, SENT, None)


def _taken(key: int) -> Mail | None:
    """The letter, if it is to be sent; a mark that a dead worker left becomes `unclear`."""
    with db.unit_of_work() as session:
        letter = session.get(Mail, key, with_for_update=True)
        if letter is None:
            return None
        if letter.status == SENDING:
            letter.status, letter.next_at = UNCLEAR, None
            letter.error = "The program was broken off while the letter was handed over."
            log.warning("mail unclear", mail=key)
        if letter.status != QUEUED:
            return None
        letter.attempts += 1
        return letter


def _mark_sending(key: int) -> bool:
    """Commit that the text leaves now. False when somebody else has dealt with the letter in the meantime."""
    with db.unit_of_work() as session:
        letter = session.get_one(Mail, key, with_for_update=True)
        if letter.status != QUEUED:
            return False
        letter.status = SENDING
        return True


def _server() -> smtp.Server:
    settings = installation.settings()
    sender = f"marshrut@{urlsplit(settings.public_url).hostname or 'localhost'}"
    try:
        return smtp.Server.from_url(settings.smtp_url or "", sender)
    except ValueError as error:  # a wrong setting is mended by the operator; the letters wait
        raise smtp.ServerAway(str(error)) from error


def _close(key: int, status: str, error: str | None) -> None:
    with db.unit_of_work() as session:
        letter = session.get_one(Mail, key, with_for_update=True)
        if letter.status == CANCELLED:
            return  # stopped while the server was asked
        letter.status, letter.error, letter.next_at = status, error, None
        if status == SENT:
            letter.sent_at = clock.now()
            close_up(letter)
        else:
            log.warning("mail not delivered", mail=key, status=status, error=error)


def _try_later(key: int, error: str) -> None:
    with db.unit_of_work() as session:
        letter = session.get_one(Mail, key, with_for_update=True)
        if letter.status == CANCELLED:
            return
        late = clock.now() - letter.created_at > GIVE_UP
        letter.status, letter.error = QUEUED, error
        if not late:
            pause = min(timedelta(seconds=15 * 2 ** min(letter.attempts, 12)), LONGEST_PAUSE)
            letter.next_at = clock.now() + pause
            outbox.enqueue(DELIVER, {"mail": key}, run_at=letter.next_at)
            log.warning("mail server away", mail=key, attempts=letter.attempts, error=error)
    if late:
        _close(key, FAILED, error)
