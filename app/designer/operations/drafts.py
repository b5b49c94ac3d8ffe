"""Opening drafts and changing their files."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.audit.operations import record_event
from app.designer import policies, queries
from app.designer.models import Draft, DraftFile, FileRevision
from app.designer.queries import deployed, differing
from app.designer.rules import naming
from app.designer.rules.items import items_of
from app.designer.rules.texts import plain
from app.engine.views import Resource
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from .locking import demand_free, renew
from .revisions import keep
from .rows import take_file, take_open, touch

MOST_TITLE = 120


class Stale(Conflict):
    """The content was changed since the writer read it; `details["revision"]` is the present revision."""


def create(actor: Actor, title: str, *, files: Sequence[Resource] = ()) -> int:
    """Open a draft of new files.

    Returns:
        its key.

    Raises:
        Forbidden: the actor is no designer.
        Invalid: no title, or a file that a draft cannot hold.
    """
    policies.demand_designing(actor)
    draft = _open(actor, title)
    for file in files:
        _add(actor, draft, file, base=None)
    if files:
        touch(actor, draft)
    db.session.flush()
    return draft.key


def open_from(actor: Actor, kind: str, item: str, *, version: int | None = None) -> int:
    """Open a draft of something deployed: a process with its scenarios and the forms and decisions that only it uses.

    Args:
        kind: `process`, `decision` or `form`.
        version: of the process, decision or form; the latest when None.

    Returns:
        key of the draft.

    Raises:
        NotFound: it is not deployed.
        Forbidden: the actor is no designer.
    """
    policies.demand_designing(actor)
    first = deployed.resource(actor, kind, item, version)
    latest = first if version is None else deployed.resource(actor, kind, item)
    draft = _open(actor, deployed.name_of(kind, item)[:MOST_TITLE])
    _add(actor, draft, first, base=latest.content)
    found = {first.name}
    for part_kind, part in deployed.own_parts(item) if kind == deployed.PROCESS else ():
        file = deployed.resource(actor, part_kind, part)
        if file.name not in found:
            found.add(file.name)
            _add(actor, draft, file, base=file.content)
    for file in queries.scenarios.stored(actor, item) if kind == deployed.PROCESS else ():
        _add(actor, draft, file, base=file.content)
    if first.content != latest.content:
        touch(actor, draft)
    db.session.flush()
    return draft.key


def rename(actor: Actor, key: int, title: str) -> None:
    """Give a draft another title.

    Raises:
        Invalid: it is empty or too long.
        Conflict, NotFound, Forbidden: as `rows.take_open`.
    """
    take_open(actor, key).title = _title(title)
    db.session.flush()


def add_file(actor: Actor, key: int, name: str, content: bytes, *, base: bytes | None = None) -> int:
    """Put a file into a draft.

    Args:
        base: the deployed content that it was started from; what is deployed of it now, if anything, when None.

    Returns:
        key of the file.

    Raises:
        Invalid: not a kind of file that a draft holds, too large, too many, or a name that is there already.
        Conflict, NotFound, Forbidden: as `rows.take_open`.
    """
    draft = take_open(actor, key)
    file = _add(actor, draft, Resource(name, content), base=base)
    touch(actor, draft)
    db.session.flush()
    return file.key


def remove_file(actor: Actor, file_key: int) -> None:
    """Take a file out of its draft; its history stays.

    Raises:
        Held: a colleague is editing it.
        Conflict, NotFound, Forbidden: as `rows.take_file`.
    """
    draft, file = take_file(actor, file_key)
    demand_free(actor, file)
    file.removed_at = clock.now()
    file.lock_holder = file.lock_since = file.lock_renewed_at = None
    touch(actor, draft)
    db.session.flush()


def save(actor: Actor, file_key: int, content: bytes, revision: int, *, note: str = "") -> int:
    """Write a file's content and renew the lock.

    Args:
        revision: the one that the writer has changed.
        note: of the history; autosaves have none.

    Returns:
        the new revision; the present one when the file holds that content already: an answer that was lost on its way
        makes the writer send the same again.

    Raises:
        Held: a colleague is editing it.
        Stale: somebody has changed it since.
        Invalid: it is too large.
        Conflict, NotFound, Forbidden: as `rows.take_file`.
    """
    draft, file = take_file(actor, file_key)
    demand_free(actor, file)
    _demand_size(file.name, content)
    if content != file.content:
        if revision != file.revision:
            raise Stale(_l("This file was changed in the meantime."), revision=file.revision)
        file.content, file.revision = content, file.revision + 1
        file.changed_at, file.changed_by = clock.now(), actor.login
        keep(actor, file, content, note=note)
        touch(actor, draft)
    renew(actor, file)
    db.session.flush()
    return file.revision


def save_aside(actor: Actor, file_key: int, content: bytes) -> None:
    """Keep in the history what somebody had not saved when a colleague took the file over, or the draft was frozen.

    Raises:
        Invalid: it is too large.
        NotFound, Forbidden: as `rows.take_file`.
    """
    _draft, file = take_file(actor, file_key, frozen=True)
    _demand_size(file.name, content)
    if content != file.content:
        keep(actor, file, content, applied=False)
    db.session.flush()


def _open(actor: Actor, title: str) -> Draft:
    now = clock.now()
    draft = Draft(key=next_key(), title=_title(title), author=actor.login, editors=[], created_at=now, changed_at=now)
    db.session.add(draft)
    db.session.flush()
    record_event(actor, "model_draft", draft.key, "create")
    return draft


def _title(title: str) -> str:
    cleaned = " ".join(plain(title).split())
    if not cleaned or len(cleaned) > MOST_TITLE:
        words = _l("Give the draft a title of up to %(most)s characters.", most=MOST_TITLE)
        raise Invalid(words, {"title": [words]})
    return cleaned


def _add(actor: Actor, draft: Draft, resource: Resource, *, base: bytes | None) -> DraftFile:
    kind = naming.kind_of(resource.name)
    if kind is None:
        words = _l("“%(name)s”: a draft holds .bpmn, .dmn, .form, .docx and .scenario.yaml files.", name=resource.name)
        raise Invalid(words, {"name": [words]})
    _demand_size(resource.name, resource.content)
    _demand_room(draft, resource.name)
    if base is None:
        base = differing.deployed_content(actor, items_of(kind, resource.name, resource.content))
    now = clock.now()
    file = DraftFile(
        key=next_key(),
        draft_key=draft.key,
        kind=kind,
        name=resource.name,
        content=resource.content,
        base=base,
        changed_at=now,
        changed_by=actor.login,
    )
    db.session.add(file)
    db.session.flush()
    db.session.add(
        FileRevision(
            file_key=file.key, number=1, author=actor.login, started_at=now, saved_at=now, content=file.content
        )
    )
    return file


def _demand_size(name: str, content: bytes) -> None:
    if len(content) > naming.MOST_BYTES:
        words = _l("“%(name)s” is larger than 2 MB.", name=name)
        raise Invalid(words, {"name": [words]})


def _demand_room(draft: Draft, name: str) -> None:
    query = select(func.count(), func.count().filter(func.lower(DraftFile.name) == name.lower()))
    total, same = db.session.execute(
        query.where(DraftFile.draft_key == draft.key, DraftFile.removed_at.is_(None))
    ).one()
    if same:
        words = _l("There is a file “%(name)s” in this draft already.", name=name)
        raise Invalid(words, {"name": [words]})
    if total >= naming.MOST_FILES:
        raise Invalid(_l("A draft holds at most %(most)s files.", most=naming.MOST_FILES))
