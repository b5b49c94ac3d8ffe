"""What the designer leaves to the night: drafts that were put aside long ago."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.designer.models import ABANDONED, Draft
from app.kernel import retention
from app.kernel.db import db


@retention.sweep("model_drafts", kept="models")
def abandoned_drafts(before: datetime, limit: int) -> int:
    """Drafts put aside long ago, with their files, history and comments. (Published ones tell who approved what.)"""
    old = select(Draft.key).where(Draft.stage == ABANDONED, Draft.changed_at < before).limit(limit)
    keys = list(db.session.scalars(old))
    if keys:
        db.session.execute(delete(Draft).where(Draft.key.in_(keys)))
    return len(keys)
