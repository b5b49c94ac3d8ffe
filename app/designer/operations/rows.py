"""Rows of drafts, taken for a change: one after the other, whoever comes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer import policies
from app.designer.models import DRAFT, Draft, DraftFile
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, NotFound


def take(actor: Actor, key: int) -> Draft:
    """The draft, locked until the commit: two people change it one after the other.

    Raises:
        NotFound: there is none, or the actor does not read models.
        Forbidden: the actor only reads.
    """
    policies.demand_designing(actor)
    query = select(Draft).where(Draft.key == key).with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_l("There is no such draft."))
    return found


def take_open(actor: Actor, key: int) -> Draft:
    """The draft, locked, when it may be changed.

    Raises:
        Conflict: it is under review, published or put aside.
        NotFound, Forbidden: as `take`.
    """
    found = take(actor, key)
    if found.stage != DRAFT:
        raise Conflict(_l("This draft is frozen: it is under review, published or put aside."), stage=found.stage)
    return found


def take_file(actor: Actor, file_key: int, *, frozen: bool = False) -> tuple[Draft, DraftFile]:
    """A file with its draft, locked, when it may be changed.

    Args:
        frozen: also of a draft that may not be changed any more, for what is no change of it.

    Raises:
        NotFound: there is no such file.
        Conflict, Forbidden: as `take_open`.
    """
    policies.demand_designing(actor)
    draft_key = db.session.scalar(select(DraftFile.draft_key).where(DraftFile.key == file_key))
    if draft_key is None:
        raise NotFound(_l("There is no such file in the draft."))
    draft = take(actor, draft_key) if frozen else take_open(actor, draft_key)
    file = db.session.scalars(
        select(DraftFile).where(DraftFile.key == file_key).execution_options(populate_existing=True)
    ).one()
    if file.removed_at is not None:
        raise NotFound(_l("There is no such file in the draft."))
    return draft, file


def touch(actor: Actor, draft: Draft) -> None:
    """Note that the actor has changed a draft's files: they cannot approve it any more."""
    draft.changed_at = clock.now()
    if actor.login not in draft.editors:
        draft.editors = [*draft.editors, actor.login]
