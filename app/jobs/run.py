"""What a handler sees of its job while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from app.files import operations as files
from app.files import queries as stored
from app.files import rules, store
from app.files.models import File
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

MOST_NOTES = 2000
"""More remarks than this are counted, not kept."""
PLACE, TEXT = 200, 1000
"""Most characters of a note."""


@dataclass(slots=True)
class Run:
    """A job in hand.

    Attributes:
        actor: who started it, with the roles of today.
        payload: what `operations.start` was given.
        checkpoint: JSON data kept between steps.
        done, total, message: the progress as the page shows it; texts may be lazy.
        notes: remarks of the current step, as (number, place, text).
    """

    key: int
    actor: Actor
    payload: dict[str, Any]
    files: list[int]
    checkpoint: dict[str, Any]
    done: int = 0
    total: int | None = None
    message: object = ""
    results: list[int] = field(default_factory=list)
    notes: list[tuple[int, str, str]] = field(default_factory=list)
    noted: int = 0

    def note(self, place: object, text: object) -> None:
        """Remark on a row (`Sheet «Люди», row 5, column B`); it is shown in the report of the job."""
        self.noted += 1
        if self.noted <= MOST_NOTES:
            self.notes.append((self.noted, str(place)[:PLACE], str(text)[:TEXT]))

    def file(self, position: int = 0) -> File:
        """One of the uploads that the job was started with.

        Raises:
            NotFound: it is not there any more.
        """
        found = db.session.get(File, self.files[position])
        if found is None:
            raise NotFound()
        return found

    def open_file(self, position: int = 0) -> IO[bytes]:
        """Its bytes, open for reading; close it."""
        return store.blob(self.file(position).sha256).open("rb")

    def attach(self, name: str, content: bytes) -> File:
        """Keep a file that the job made; the person finds it on the job's page."""
        made = files.store_file(self.actor, name, BytesIO(content), extensions=tuple(rules.TYPES), max_megabytes=200)
        files.attach([made.key], "job", self.key)
        self.results.append(made.key)
        return made

    def reference(self, file: File) -> dict[str, Any]:
        """A file as variables and records hold it."""
        return stored.reference(file)
