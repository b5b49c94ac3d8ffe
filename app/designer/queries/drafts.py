"""Drafts and their files."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.designer import policies
from app.designer.models import ABANDONED, PUBLISHED, Draft, DraftFile, FileRevision
from app.designer.rules import locking, naming
from app.designer.rules.titles import title_in
from app.designer.views import DraftView, FileView, LockView, RevisionView
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

MOST_ENDED = 200
"""So many published and put aside drafts are listed; older ones stay at their addresses."""


def draft(actor: Actor, key: int) -> DraftView:
    """One draft with its files.

    Raises:
        NotFound: there is none, or the actor does not read models.
    """
    policies.demand_reading(actor)
    row = db.session.get(Draft, key)
    if row is None:
        raise NotFound(_l("There is no such draft."))
    return _views([row])[0]


def drafts(actor: Actor, *, ended: bool = False) -> list[DraftView]:
    """Drafts that are worked on (or the `MOST_ENDED` that were changed last of those that ended), the last changed
    first."""
    policies.demand_reading(actor)
    over = Draft.stage.in_((PUBLISHED, ABANDONED))
    query = select(Draft).where(over if ended else ~over).order_by(Draft.changed_at.desc(), Draft.key.desc())
    return _views(db.session.scalars(query.limit(MOST_ENDED if ended else None)).all())


def file(actor: Actor, draft_key: int, file_key: int) -> FileView:
    """One file of a draft.

    Raises:
        NotFound: it is not there, or not the actor's to see.
    """
    found = next((each for each in draft(actor, draft_key).files if each.key == file_key), None)
    if found is None:
        raise NotFound(_l("There is no such file in the draft."))
    return found


def content(actor: Actor, file_key: int) -> bytes:
    """The bytes of a file, as they will be deployed.

    Raises:
        NotFound: there is no such file, or the actor does not read models.
    """
    policies.demand_reading(actor)
    found = db.session.scalar(select(DraftFile.content).where(DraftFile.key == file_key))
    if found is None:
        raise NotFound(_l("There is no such file in the draft."))
    return found


def base(actor: Actor, file_key: int) -> bytes | None:
    """The deployed content that a file was started from, None for a new one."""
    policies.demand_reading(actor)
    return db.session.scalar(select(DraftFile.base).where(DraftFile.key == file_key))


def resources(actor: Actor, key: int) -> list[Resource]:
    """The files of a draft that will be deployed, with their content, by name.

    Raises:
        NotFound: there is no such draft, or the actor does not read models.
    """
    return [Resource(row.name, row.content) for row in _with_content(actor, key, naming.DEPLOYED)]


def everything(actor: Actor, key: int) -> list[Resource]:
    """All files of a draft with their content, also those for testing, by name."""
    return [Resource(row.name, row.content) for row in _with_content(actor, key, naming.KINDS)]


def titles(actor: Actor, key: int) -> dict[int, str]:
    """What each file of a draft is called inside, by its key; only those that say it."""
    rows = _with_content(actor, key, naming.KINDS)
    return {row.key: title for row in rows if (title := title_in(row.kind, row.content))}


def contents(actor: Actor, key: int, kind: str) -> list[Resource]:
    """The files of one kind of a draft (`scenario`, `rows`, …), with their content, by name."""
    return [Resource(row.name, row.content) for row in _with_content(actor, key, (kind,))]


def tests_changed(actor: Actor, key: int) -> bool:
    """Whether a draft brings, changes or takes away what is only for testing: scenarios, rows of decisions."""
    policies.demand_reading(actor)
    query = select(DraftFile.key).where(DraftFile.draft_key == key, ~DraftFile.kind.in_(naming.DEPLOYED))
    brought = DraftFile.removed_at.is_(None) & DraftFile.base.is_distinct_from(DraftFile.content)
    taken = DraftFile.removed_at.is_not(None) & DraftFile.base.is_not(None)
    return db.session.scalar(query.where(brought | taken).limit(1)) is not None


def lock(actor: Actor, file_key: int) -> LockView:
    """Who edits a file now."""
    policies.demand_reading(actor)
    row = db.session.get(DraftFile, file_key)
    if row is None:
        raise NotFound(_l("There is no such file in the draft."))
    return lock_of(actor, row)


def lock_of(actor: Actor, row: DraftFile) -> LockView:
    """The lock of a row as the actor sees it."""
    if not locking.holds(row.lock_holder, row.lock_renewed_at, clock.now()):
        return LockView(False, None, None)
    return LockView(row.lock_holder == actor.login, row.lock_holder, row.lock_since)


def history(actor: Actor, file_key: int) -> list[RevisionView]:
    """What a file was, newest first."""
    policies.demand_reading(actor)
    rows = db.session.scalars(
        select(FileRevision)
        .where(FileRevision.file_key == file_key)
        .order_by(FileRevision.saved_at.desc(), FileRevision.key.desc())
    )
    return [
        RevisionView(row.key, row.number, row.author, row.started_at, row.saved_at, row.note, row.applied)
        for row in rows
    ]


def revision_content(actor: Actor, file_key: int, revision_key: int) -> bytes:
    """The bytes of a row of the history.

    Raises:
        NotFound: there is no such row, or the actor does not read models.
    """
    policies.demand_reading(actor)
    wanted = (FileRevision.file_key == file_key, FileRevision.key == revision_key)
    found = db.session.scalar(select(FileRevision.content).where(*wanted))
    if found is None:
        raise NotFound(_l("There is no such row in the history of this file."))
    return found


def _with_content(actor: Actor, key: int, kinds: Sequence[str]) -> Sequence[DraftFile]:
    draft(actor, key)
    query = select(DraftFile).options(undefer(DraftFile.content)).order_by(DraftFile.name)
    wanted = (DraftFile.draft_key == key, DraftFile.removed_at.is_(None), DraftFile.kind.in_(kinds))
    return db.session.scalars(query.where(*wanted)).all()


def _views(rows: Sequence[Draft]) -> list[DraftView]:
    files: dict[int, list[FileView]] = {row.key: [] for row in rows}
    query = select(DraftFile, DraftFile.base.is_(None)).where(
        DraftFile.draft_key.in_(files), DraftFile.removed_at.is_(None)
    )
    for row, is_new in db.session.execute(query.order_by(DraftFile.kind, DraftFile.name)):
        files[row.draft_key].append(_file(row, is_new))
    return [_view(row, tuple(files[row.key])) for row in rows]


def _file(row: DraftFile, is_new: bool) -> FileView:
    held = locking.holds(row.lock_holder, row.lock_renewed_at, clock.now())
    return FileView(
        key=row.key,
        draft_key=row.draft_key,
        kind=row.kind,
        name=row.name,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        is_new=is_new,
        holder=row.lock_holder if held else None,
        held_since=row.lock_since if held else None,
    )


def _view(row: Draft, files: tuple[FileView, ...]) -> DraftView:
    return DraftView(
        key=row.key,
        title=row.title,
        stage=row.stage,
        author=row.author,
        editors=tuple(row.editors),
        created_at=row.created_at,
        changed_at=row.changed_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        files=files,
    )
