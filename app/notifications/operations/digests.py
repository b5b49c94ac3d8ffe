"""The daily digest: one letter with everything that waited for it."""

from __future__ import annotations

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel import clock, outbox
from app.kernel.db import db

from .. import installation, rules
from ..models import Notice
from ..rules import letters
from . import mailing
from .notifying import DIGEST, digest_moment
from .receivers import receivers

MOST = 50
"""More notices than this are counted in a digest, not written out."""


def write_digest(login: str) -> None:
    """Write the digest of what waits for it; a person who wants it at another hour now gets it then."""
    statement = select(Notice).where(Notice.login == login, Notice.digest, Notice.digested_at.is_(None))
    waiting = list(db.session.scalars(statement.order_by(Notice.created_at, Notice.key).with_for_update()))
    if not waiting:
        return
    for receiver in receivers([login], "info"):
        due = digest_moment(receiver, waiting[0].created_at)
        if due > clock.now():
            outbox.enqueue(DIGEST, {"login": login}, run_at=due)
            return
        with force_locale(receiver.locale):
            subject = ngettext("%(num)s notice of the last day", "%(num)s notices of the last day", len(waiting))
            text, body = _contents(waiting)
            if receiver.email:
                mailing.write(receiver, subject, text, body, "/notices", f"digest:{waiting[0].key}:{login}")
    for notice in waiting:
        notice.digested_at = clock.now()
    db.session.flush()


def _contents(waiting: list[Notice]) -> tuple[str, str]:
    """The notices as plain text and as HTML."""
    public_url = installation.settings().public_url
    parts = []
    for notice in waiting[:MOST]:
        lines = (f"• {notice.subject}", notice.text, rules.absolute(notice.link, public_url) or "")
        parts.append("\n".join(line for line in lines if line))
    if len(waiting) > MOST:
        parts.append(_("All of them stand in the program."))
    text = "\n\n".join(parts)
    return text, letters.from_text(text)
