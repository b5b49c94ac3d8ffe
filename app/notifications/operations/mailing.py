"""Letters: written as rows, handed over by the workers, sent again by administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.jobs import batching
from app.kernel import clock, outbox
from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.ids import next_key
from app.web.redaction import without_secrets

from .. import installation, policies, rules
from ..models import ACCOUNT, BOUNCED, CANCELLED, FAILED, KEPT, QUEUED, SENT, UNCLEAR, Mail
from ..rules import letters, timing
from .receivers import Receiver, receivers

DELIVER = "notifications.deliver"
"""Kind of the outbox entries that hand letters over."""
REPEATABLE = (FAILED, KEPT, UNCLEAR, BOUNCED, CANCELLED)


def write(receiver: Receiver, subject: str, text: str, body: str, link: str | None, dedupe_key: str) -> bool:
    """Write a letter to a person who wants it at once; it waits for the end of their quiet hours.

    Args:
        text, body: the message as plain text and as harmless HTML.

    Returns:
        Whether it is new: the same cause writes to the same person once.
    """
    at = timing.allowed_from(clock.now(), receiver.timezone, receiver.quiet_from, receiver.quiet_to)
    return _put(receiver, subject, text, body, link, dedupe_key, at, _farewell(installation.settings()))


def write_to(login: str, subject: object, text: object, link: str | None, cause: str) -> bool:
    """Write a letter that belongs to no notice and that nobody can switch off (access to the account); it leaves now.

    Args:
        subject, text: lazy texts are put into the person's language.
        link: local path where the person goes on.
        cause: names the cause: it is written to this person once.

    Returns:
        False when the account is closed or has no address.
    """
    found = [receiver for receiver in receivers([login], "info") if receiver.email]
    for receiver in found:
        with force_locale(receiver.locale):
            words, body = rules.one_line(str(subject)), str(text).strip()
            farewell = str(_("This letter was written by the program “Marshrut”; please do not answer it."))
            key = rules.own_key(f"{ACCOUNT}{cause}", login)
            _put(receiver, words, body, letters.from_text(body), link, key, clock.now(), farewell)
    return bool(found)


def _put(
    receiver: Receiver,
    subject: str,
    text: str,
    body: str,
    link: str | None,
    dedupe_key: str,
    at: datetime,
    farewell: str,
) -> bool:
    """The row, and the outbox entry that hands it over; without a server the letter is only kept."""
    settings = installation.settings()
    goal = rules.absolute(link, settings.public_url)
    values = {
        "key": next_key(),
        "login": receiver.login,
        "address": receiver.email,
        "subject": subject,
        "text": letters.plain(receiver.name, text, goal, farewell),
        "html": letters.as_html(receiver.name, body, goal, _("Open in the program"), farewell, receiver.locale),
        "status": QUEUED if settings.smtp_url else KEPT,
        "dedupe_key": dedupe_key,
        "attempts": 0,
        "created_at": clock.now(),
        "next_at": at if settings.smtp_url else None,
    }
    statement = insert(Mail).values(values).on_conflict_do_nothing(index_elements=["dedupe_key"])
    key = db.session.execute(statement.returning(Mail.key)).scalar()
    if key is not None and settings.smtp_url:
        outbox.enqueue(DELIVER, {"mail": key}, run_at=at)
        batching.gather(DELIVER, key)
    return key is not None


def _farewell(settings: Settings) -> str:
    return str(
        _(
            "This letter was written by the program “Marshrut”; please do not answer it. "
            "Choose which letters you get: %(address)s",
            address=f"{settings.public_url}/notices/settings",
        )
    )


def may_repeat(letter: Mail) -> bool:
    """Whether a letter did not arrive and still holds what it is to say (see `close_up`)."""
    opens = letter.lets_in and letter.status == BOUNCED
    return letter.status in REPEATABLE and bool(letter.text) and not opens


def close_up(letter: Mail) -> None:
    """Take out of a letter that was sent what lets somebody in: from now on only its receiver has the link."""
    if letter.lets_in:
        letter.text = without_secrets(letter.text)
        letter.html = without_secrets(letter.html) if letter.html else None


def send_again(actor: Actor, key: int) -> None:
    """Put a letter that did not arrive into the outbox once more (administrators).

    Raises:
        Forbidden, NotFound: as the names say.
        Conflict: it is on its way or was sent, its link is gone, or there is no server.
    """
    if not policies.may_read_mail(actor):
        raise Forbidden()
    letter = db.session.get(Mail, key, with_for_update=True)
    if letter is None:
        raise NotFound(_l("There is no such letter."))
    if letter.status not in REPEATABLE:
        raise Conflict(_l("This letter is on its way or was sent already."))
    if not may_repeat(letter):
        raise Conflict(_l("The link of this letter was deleted when it was sent. Invite the person anew."))
    if not installation.settings().smtp_url:
        raise Conflict(_l("No mail server is configured (SMTP_URL): letters are kept here."))
    _put_down([letter.key])


def _put_down(keys: Sequence[int]) -> None:
    """Have letters sent now that were not."""
    fresh = {"status": QUEUED, "attempts": 0, "error": None, "next_at": clock.now(), "bounced_at": None}
    db.session.execute(update(Mail).where(Mail.key.in_(keys)).values(fresh))
    for key in keys:
        outbox.enqueue(DELIVER, {"mail": key})


batching.known[DELIVER] = batching.Kind(
    label=_l("Letters"),
    key=Mail.key,
    batch=Mail.batch_key,
    state=Mail.status,
    waiting=QUEUED,
    done=(SENT,),
    failed=(FAILED,),
    lost=(UNCLEAR, BOUNCED),
    entry=DELIVER,
    field="mail",
    stopped={"next_at": None},
    again=_put_down,
    repeatable=Mail.text != "",
)
