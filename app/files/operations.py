"""Take uploads in, say where they are used, clean the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import BinaryIO

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.files import rules, store
from app.files.models import File, FileUse
from app.files.queries import references_in
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key

MEGABYTE = 1_000_000


def store_file(
    actor: Actor,
    name: str,
    stream: BinaryIO,
    *,
    extensions: Sequence[str] = rules.DEFAULT_EXTENSIONS,
    max_megabytes: float = rules.MAX_MEGABYTES,
) -> File:
    """Take an upload: clean its name, check size and type by its bytes, keep it.

    Args:
        stream: the bytes, read once.
        extensions: what is accepted here, without dots.

    Raises:
        Invalid: too large, empty, not an accepted type, or its bytes are not what its name says.
    """
    cleaned = rules.clean_name(name)
    extension = rules.extension_of(cleaned)
    if extension not in extensions or extension not in rules.TYPES:
        kinds = rules.described_extensions(extensions)
        raise Invalid(
            _l("“%(name)s”: files of this type are not accepted. Accepted: %(kinds)s.", name=cleaned, kinds=kinds)
        )
    try:
        incoming = store.receive(stream, int(max_megabytes * MEGABYTE))
    except store.TooLarge:
        raise Invalid(_l("“%(name)s” is larger than %(size)s MB.", name=cleaned, size=f"{max_megabytes:g}")) from None
    try:
        _check_bytes(incoming, cleaned, extension)
        store.keep(incoming)
    except BaseException:
        store.drop(incoming)
        raise
    file = File(
        key=next_key(),
        name=cleaned,
        content_type=rules.TYPES[extension],
        size=incoming.size,
        sha256=incoming.sha256,
        uploader=actor.login,
        created_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    return file


def _check_bytes(incoming: store.Incoming, name: str, extension: str) -> None:
    if incoming.size == 0:
        raise Invalid(_l("“%(name)s” is empty.", name=name))
    with incoming.path.open("rb") as stream:
        kind = rules.sniffed(stream)
    if not rules.matches_extension(kind, extension):
        raise Invalid(_l("“%(name)s” is not a real %(kind)s file.", name=name, kind=extension.upper()))


def attach(keys: Iterable[int], kind: str, object_key: int | str) -> None:
    """Say that an object shows these files: who may see the object may download them."""
    rows = [{"file_key": key, "kind": kind, "object_key": str(object_key)} for key in sorted(set(keys))]
    if rows:
        known = set(db.session.scalars(select(File.key).where(File.key.in_([row["file_key"] for row in rows]))))
        rows = [row for row in rows if row["file_key"] in known]
    if rows:
        db.session.execute(insert(FileUse).on_conflict_do_nothing(), rows)


def attach_found(value: object, kind: str, object_key: int | str) -> None:
    """`attach` every file that JSON data (a submission, a record) refers to."""
    attach(references_in(value), kind, object_key)


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete stored bytes that no row knows (uploads whose transaction was rolled back).

    Returns:
        How many were deleted.
    """
    deadline = (clock.now() - older_than).timestamp()
    old = [path for path in store.blobs() if path.stat().st_mtime < deadline]
    known = set(db.session.scalars(select(File.sha256).distinct()))
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        if path.exists() and path.stat().st_mtime < deadline:  # the same bytes may have come again meanwhile
            path.unlink(missing_ok=True)
    return len(orphans)


def delete_file(actor: Actor, key: int) -> None:
    """Take an upload back. Its bytes go with the next `sweep`.

    Raises:
        NotFound: there is no such file.
        Forbidden: somebody else uploaded it.
        Conflict: something shows it.
    """
    file = db.session.get(File, key, with_for_update=True)
    if file is None:
        raise NotFound(_l("There is no such file."))
    if not actor.system and file.uploader != actor.login:
        raise Forbidden(_l("Only who uploaded a file may delete it."))
    if db.session.scalar(select(FileUse.kind).where(FileUse.file_key == key).limit(1)) is not None:
        raise Conflict(_l("The file is in use; it cannot be deleted."))
    db.session.delete(file)
    db.session.flush()
