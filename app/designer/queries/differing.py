"""What a draft changes: its files against what they were started from, and against what is deployed by now."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer import policies
from app.designer.models import DRAFT, TEST, DraftFile
from app.designer.queries import deployed, drafts
from app.designer.rules.differences import Difference, compare
from app.designer.rules.items import DECISION, FORM, PROCESS, Defined, items_of
from app.designer.views import DraftView, FileView
from app.engine import queries as engine
from app.engine.views import VersionView
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people.catalogue import role_name

_IN_WORK = (DRAFT, TEST)


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file of a draft and what it changes.

    Attributes:
        items: what the file defines.
        difference: to what it was started from; None for a new file.
        meanwhile: the version that somebody published since, None when nobody did.
        theirs: what that version changed; None without it.
    """

    file: FileView
    items: tuple[Defined, ...]
    difference: Difference | None
    meanwhile: VersionView | None = None
    theirs: Difference | None = None

    @property
    def called(self) -> str:
        """What people call it: the name of what it defines, else of the file."""
        return self.items[0].name if self.items else self.file.name

    @property
    def is_as_deployed(self) -> bool:
        """Whether there is nothing to say of it: it is what it was, and nobody published another version."""
        return self.difference is not None and self.difference.is_empty and self.meanwhile is None

    @property
    def changes_something(self) -> bool:
        """Whether publishing would change what the file defines."""
        return self.difference is None or not self.difference.is_empty


@dataclass(frozen=True, slots=True)
class _Read:
    content: bytes
    base: bytes | None
    items: tuple[Defined, ...]
    settled: list[str]


def differences(actor: Actor, key: int) -> list[FileDifference]:
    """What every file of a draft changes.

    Raises:
        NotFound: there is no such draft, or the actor does not read models.
    """
    draft = drafts.draft(actor, key)
    read = {file.key: _read(file) for file in draft.files}
    names = Names(one for found in read.values() for one in found.items)
    found = [_difference(file, read[file.key], names) for file in draft.files]
    return [_with_newer(actor, one, read[one.file.key], names) for one in found] if draft.stage in _IN_WORK else found


def between(actor: Actor, kind: str, item: str, older: int, newer: int) -> Difference:
    """What two versions of something deployed differ in.

    Args:
        kind: `process`, `decision`, `form` or `template`.
        older, newer: version numbers.

    Raises:
        NotFound: there is no such version, or the actor does not read models.
    """
    before, after = (version_content(actor, kind, item, number) for number in (older, newer))
    return compare(FILES[kind], before, after, Names(()))


def since_revision(actor: Actor, draft_key: int, file_key: int, revision_key: int) -> Difference:
    """What a file of a draft has become since a row of its history.

    Raises:
        NotFound: there is no such file or row, or the actor does not read models.
    """
    file = drafts.file(actor, draft_key, file_key)
    before = drafts.revision_content(actor, file_key, revision_key)
    return compare(file.kind, before, drafts.content(actor, file_key), Names(()))


def version_content(actor: Actor, kind: str, item: str, version: int) -> bytes:
    """The file of one deployed version.

    Raises:
        NotFound: there is none, or the actor does not read models.
    """
    found = next((one for one in engine.versions(actor, kind, item) if one.version == version), None)
    if found is None:
        raise NotFound(_l("This is not deployed."))
    return engine.content_of(actor, kind, found.key)


FILES = {PROCESS: "bpmn", DECISION: "dmn", FORM: "form", "template": "docx"}
"""Kind of what is deployed -> kind of its file."""


class Names:
    """What people call roles, forms, decisions and processes: as a draft calls them, else as deployed."""

    def __init__(self, items: Iterable[Defined]) -> None:
        self._known: dict[tuple[str, str], str] = {(one.kind, one.id): one.name for one in items}

    def __call__(self, kind: str, identifier: str) -> str:
        """The name, the id itself when nobody knows it."""
        if (kind, identifier) not in self._known:
            found = role_name(identifier) if kind == "role" else deployed.name_of(kind, identifier)
            self._known[kind, identifier] = found
        return self._known[kind, identifier]


def content_digest(content: bytes) -> str:
    """By what a published version is recognised, see `DraftFile.settled`."""
    return hashlib.sha256(content).hexdigest()


def newer_version(
    actor: Actor, base: bytes | None, content: bytes, items: Iterable[Defined], settled: Collection[str] = ()
) -> VersionView | None:
    """The version that somebody published after a file was started from `base`; None when it is up to date.

    Args:
        settled: digests of versions that the file is to replace.
    """
    known = {*settled, *(content_digest(one) for one in (base, content) if one is not None)}
    for item in items:
        latest = engine.latest_version(actor, item.kind, item.id)
        if latest is not None and content_digest(engine.content_of(actor, item.kind, latest.key)) not in known:
            return latest
    return None


def deployed_content(actor: Actor, items: Iterable[Defined]) -> bytes | None:
    """What is deployed of the first of some items that is, None when none is."""
    for item in items:
        latest = engine.latest_version(actor, item.kind, item.id)
        if latest is not None:
            return engine.content_of(actor, item.kind, latest.key)
    return None


def base_content(actor: Actor, file_key: int) -> bytes:
    """What a file was started from.

    Raises:
        NotFound: it is a new file, or the actor does not read models.
    """
    policies.demand_reading(actor)
    found = drafts.base(actor, file_key)
    if found is None:
        raise NotFound(_l("This is not deployed."))
    return found


def drafts_of(actor: Actor, resource_name: str) -> list[DraftView]:
    """Drafts in work that hold a file of that name."""
    wanted = resource_name.rpartition("/")[2]
    return [one for one in drafts.drafts(actor) if any(file.name == wanted for file in one.files)]


def _read(file: FileView) -> _Read:
    query = select(DraftFile.content, DraftFile.base, DraftFile.settled)
    content, base, settled = db.session.execute(query.where(DraftFile.key == file.key)).one()
    return _Read(content, base, tuple(items_of(file.kind, file.name, content)), settled)


def published_meanwhile(actor: Actor, file: FileView) -> VersionView | None:
    """The version that somebody published since a file of a draft was begun, and that its editors have not settled."""
    read = _read(file)
    return newer_version(actor, read.base, read.content, read.items, read.settled)


def _difference(file: FileView, read: _Read, names: Names) -> FileDifference:
    own = None if read.base is None else compare(file.kind, read.base, read.content, names)
    return FileDifference(file, read.items, own)


def _with_newer(actor: Actor, found: FileDifference, read: _Read, names: Names) -> FileDifference:
    """With the version that somebody published meanwhile, if anybody did."""
    newer = newer_version(actor, read.base, read.content, read.items, read.settled)
    if newer is None:
        return found
    content = engine.content_of(actor, newer.kind, newer.key)
    theirs = None if read.base is None else compare(found.file.kind, read.base, content, names)
    return replace(found, meanwhile=newer, theirs=theirs)
