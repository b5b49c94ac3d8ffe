"""Letters that came back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.db import db
from app.kernel.log import logger

from ..models import BOUNCED, SENT, UNCLEAR, Mail
from ..rules import bounces
from .notifying import notify

log = logger(__name__)


def take_bounce(content: bytes) -> Mail | None:
    """Take in a delivery status notification: its letter counts as not delivered, the person is told in the program.

    Args:
        content: the message as it came (`.eml`).

    Returns:
        The letter; None when the message is no final failure of a letter that was sent, or is known already.
    """
    found = bounces.read(content)
    letter = db.session.get(Mail, found.mail, with_for_update=True) if found else None
    if found is None or letter is None or letter.status not in (SENT, UNCLEAR):
        return None
    if found.address.lower() != letter.address.lower():
        log.warning("a bounce does not name the address of its letter", mail=letter.key)
        return None
    letter.status, letter.error, letter.bounced_at = BOUNCED, found.reason or None, clock.now()
    db.session.flush()
    notify(
        [letter.login],
        _l("Letters do not reach you"),
        _l("The letter to %(address)s came back. Please check the address in your profile.", address=letter.address),
        link="/profile",
        dedupe_key=f"bounce:{letter.address}",
        kind="info",
    )
    return letter
