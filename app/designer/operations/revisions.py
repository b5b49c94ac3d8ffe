"""The history of a file."""

from __future__ import annotations

from sqlalchemy import select

from app.designer.models import DraftFile, FileRevision
from app.designer.rules.locking import TOGETHER
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db


def keep(actor: Actor, file: DraftFile, content: bytes, *, note: str = "", applied: bool = True) -> None:
    """Add to a file's history; autosaves of one person within ten minutes are one row.

    Args:
        applied: False for what never became the file's content.
    """
    now = clock.now()
    last = db.session.scalar(
        select(FileRevision)
        .where(FileRevision.file_key == file.key)
        .order_by(FileRevision.saved_at.desc(), FileRevision.key.desc())
        .limit(1)
    )
    joins = (
        last is not None
        and applied
        and last.applied
        and not note
        and not last.note
        and last.number > 1
        and last.author == actor.login
        and now - last.started_at < TOGETHER
    )
    if last is not None and joins:
        last.content, last.number, last.saved_at = content, file.revision, now
        return
    db.session.add(
        FileRevision(
            file_key=file.key,
            number=file.revision,
            author=actor.login,
            started_at=now,
            saved_at=now,
            content=content,
            note=note,
            applied=applied,
        )
    )
