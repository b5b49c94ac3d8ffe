"""Find files and describe them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.files import access, store
from app.files.models import File, FileUse
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

STORE_ID = "marshrut"


def file_for(actor: Actor, key: int) -> File:
    """The file, if the actor may download it.

    Raises:
        NotFound: there is none, or it is not for this actor.
    """
    file = db.session.get(File, key)
    if file is None or not access.may_read(actor, file, _uses(key)):
        raise NotFound(_l("There is no such file."))
    return file


def stored_file(key: int) -> File | None:
    """A file for a feature that has judged by itself who may see it; None when there is none."""
    return db.session.get(File, key)


def readable(actor: Actor, keys: Iterable[int]) -> dict[int, File]:
    """Those of the files that exist and that the actor may download, by key."""
    wanted = set(keys)
    if not wanted:
        return {}
    files = db.session.scalars(select(File).where(File.key.in_(wanted)))
    return {file.key: file for file in files if access.may_read(actor, file, _uses(file.key))}


def content_of(file: File) -> bytes:
    """The bytes of a file that the caller may read.

    Raises:
        NotFound: the store has lost them.
    """
    try:
        return store.blob(file.sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound(_l("There is no such file.")) from None


def _uses(key: int) -> list[tuple[str, str]]:
    rows = db.session.execute(select(FileUse.kind, FileUse.object_key).where(FileUse.file_key == key))
    return [(kind, object_key) for kind, object_key in rows]


def reference(file: File) -> dict[str, Any]:
    """The file as a variable holds it: a document reference of Camunda 8."""
    return {
        "camunda.document.type": "camunda",
        "storeId": STORE_ID,
        "documentId": str(file.key),
        "contentHash": file.sha256,
        "metadata": {"fileName": file.name, "contentType": file.content_type, "size": file.size},
    }


def references_in(value: object) -> Iterator[int]:
    """Keys of all files referred to anywhere in JSON data."""
    if isinstance(value, dict):
        if value.get("storeId") == STORE_ID and str(value.get("documentId", "")).isdecimal():
            yield int(value["documentId"])
        for child in value.values():
            yield from references_in(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from references_in(child)
