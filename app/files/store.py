"""Where the bytes lie: `DATA_DIR/files/ab/cd/<sha256>`, written once, never under a name that a person chose."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.kernel.config import Settings

_CHUNK = 1 << 16
_data_dir: Path | None = None


class TooLarge(Exception):
    """More bytes came than the limit allows; nothing is kept."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Bytes that arrived and are not yet in the store."""

    path: Path
    sha256: str
    size: int


def use(data_dir: Path) -> None:
    """Keep files under this folder (the application says so at its start; else the environment decides)."""
    global _data_dir
    _data_dir = data_dir


def folder() -> Path:
    """The store's folder (made when first needed)."""
    path = (_data_dir or Settings.from_env().data_dir) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def blob(sha256: str) -> Path:
    """Where the bytes with that hash lie."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


def receive(stream: BinaryIO, limit: int) -> Incoming:
    """Read an upload into a temporary file of the store, counting and hashing.

    Raises:
        TooLarge: it is longer than `limit` bytes.
    """
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder(), prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        os.unlink(name)
        raise
    return Incoming(Path(name), digest.hexdigest(), size)


def keep(incoming: Incoming) -> None:
    """Move received bytes to their place; the same bytes are kept once."""
    target = blob(incoming.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(incoming.path, 0o640)
    os.replace(incoming.path, target)


def drop(incoming: Incoming) -> None:
    """Throw received bytes away."""
    incoming.path.unlink(missing_ok=True)


def blobs() -> Iterator[Path]:
    """All stored blobs and left-over temporary files."""
    yield from (path for path in folder().rglob("*") if path.is_file())
