"""What the designer's queries hand out: plain, frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a draft without its content.

    Attributes:
        is_new: it is no changed copy of something deployed.
        holder: login of who edits it now, None for nobody.
    """

    key: int
    draft_key: int
    kind: str
    name: str
    revision: int
    changed_at: datetime
    changed_by: str
    is_new: bool
    holder: str | None = None
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with its files. Logins are those of designers, who may know each other."""

    key: int
    title: str
    stage: str
    author: str
    editors: tuple[str, ...]
    created_at: datetime
    changed_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    files: tuple[FileView, ...]

    def file(self, name: str) -> FileView | None:
        """The file of that name, None when there is none."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True)
class LockView:
    """Who edits a file now.

    Attributes:
        holder: login, None for nobody.
    """

    held_by_me: bool
    holder: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One row of a file's history, without the content."""

    key: int
    number: int
    author: str
    started_at: datetime
    saved_at: datetime
    note: str
    applied: bool


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment with its answers, oldest first."""

    key: int
    file_key: int | None
    element_id: str | None
    element_name: str | None
    author: str
    text: str
    created_at: datetime
    resolved_by: str | None
    answers: tuple[CommentView, ...] = ()
