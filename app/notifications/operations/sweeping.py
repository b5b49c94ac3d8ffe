"""Old letters lose their text, old notices that were read go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from app.kernel import retention
from app.kernel.db import db

from ..models import QUEUED, SENDING, Mail, Notice


@retention.sweep("mail.texts", kept="mail")
def texts_of_old_letters(before: datetime, limit: int) -> int:
    """The texts of letters that are not on their way; that they were written, to whom and what became of them stays."""
    old = select(Mail.key).where(
        Mail.created_at < before, Mail.status.not_in((QUEUED, SENDING)), or_(Mail.text != "", Mail.html.is_not(None))
    )
    keys = list(db.session.scalars(old.order_by(Mail.created_at).limit(limit).with_for_update(skip_locked=True)))
    if keys:
        db.session.execute(update(Mail).where(Mail.key.in_(keys)).values(text="", html=None))
    return len(keys)


@retention.sweep("notices", kept="notices")
def old_notices(before: datetime, limit: int) -> int:
    """Notices that were read long ago; one that still waits for a digest stays."""
    old = select(Notice.key).where(Notice.read_at < before, or_(~Notice.digest, Notice.digested_at.is_not(None)))
    keys = list(db.session.scalars(old.order_by(Notice.key).limit(limit)))
    if keys:
        db.session.execute(delete(Notice).where(Notice.key.in_(keys)))
    return len(keys)
