"""Test rows of decisions: in the draft, else as they were published last."""

from __future__ import annotations

from sqlalchemy import select

from app.designer import policies
from app.designer.models import PUBLISHED, Draft, DraftFile
from app.designer.rules import naming, rows
from app.designer.rules.rows import Rows
from app.designer.views import DraftView
from app.kernel.actor import Actor
from app.kernel.db import db

from . import drafts


def name_for(decision_file: str) -> str:
    """The name of the file with the rows of a decision file."""
    return naming.stem(decision_file) + rows.SUFFIX


def rows_of(actor: Actor, draft: DraftView, decision_file: str) -> tuple[Rows, int]:
    """The test rows of a decision file, and the revision of the draft's own file with them (0: it has none yet).

    Raises:
        NotFound: the actor does not read models.
    """
    policies.demand_reading(actor)
    own = draft.file(name_for(decision_file))
    if own is not None:
        return _read(drafts.content(actor, own.key)), own.revision
    query = select(DraftFile.content).join(Draft, Draft.key == DraftFile.draft_key)
    wanted = (DraftFile.kind == naming.ROWS, DraftFile.name == name_for(decision_file), DraftFile.removed_at.is_(None))
    before = db.session.scalar(
        query.where(Draft.stage == PUBLISHED, *wanted).order_by(Draft.changed_at.desc()).limit(1)
    )
    return (_read(before) if before is not None else {}), 0


def _read(content: bytes) -> Rows:
    try:
        return rows.load(content)
    except ValueError:  # somebody uploaded something else under this name
        return {}
