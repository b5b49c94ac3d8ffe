"""Tables of drafts: what somebody is changing and will publish as one deployment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base
from app.kernel.ids import next_key

DRAFT, TEST, PUBLISHED, ABANDONED = "draft", "test", "published", "abandoned"
"""Stages of a draft: being changed; frozen and under review; deployed; put aside."""


class Draft(Base):
    """A set of files that will be published as one deployment.

    Attributes:
        author: login of who opened it.
        editors: logins of all who have changed a file since it was opened; none of them may approve.
        submitted_by, submitted_at, approved_by, approved_at: of the review that runs or ended last.
    """

    __tablename__ = "model_draft"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    title: Mapped[str]
    stage: Mapped[str] = mapped_column(default=DRAFT)
    author: Mapped[str]
    editors: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("stage IN ('draft', 'test', 'published', 'abandoned')", name="stage"),
        CheckConstraint("num_nulls(submitted_by, submitted_at) IN (0, 2)", name="submitted"),
        CheckConstraint("num_nulls(approved_by, approved_at) IN (0, 2)", name="approved"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> author AND NOT editors ? approved_by)", name="approver"
        ),
        Index("ix_model_draft_stage", "stage", "changed_at"),
    )


class DraftFile(Base):
    """One file of a draft.

    Attributes:
        content: its bytes as they will be deployed; never rewritten by the server.
        revision: +1 at each change of the content.
        base: the deployed content it was started from, None for a new file.
        settled: digests of published versions that the file is to replace, as its editors decided.
        removed_at: it was taken out of the draft; its history stays.
        lock_holder, lock_since, lock_renewed_at: who edits it now (see `rules.locking`).
    """

    __tablename__ = "draft_file"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    draft_key: Mapped[int] = mapped_column(ForeignKey("model_draft.key", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    base: Mapped[bytes | None] = mapped_column(deferred=True)
    settled: Mapped[list[str]] = mapped_column(default=list)
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    lock_holder: Mapped[str | None]
    lock_since: Mapped[datetime | None]
    lock_renewed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('bpmn', 'dmn', 'form', 'docx', 'scenario', 'rows')", name="kind"),
        CheckConstraint("num_nulls(lock_holder, lock_since, lock_renewed_at) IN (0, 3)", name="lock"),
        Index("uq_draft_file_name", "draft_key", "name", unique=True, postgresql_where=text("removed_at IS NULL")),
    )


class FileRevision(Base):
    """What a file was: autosaves of one person within ten minutes are one row.

    Attributes:
        number: the file's revision that this row reaches; what never became the file's content has the number of the
            revision beside which it was written, and `applied` False (who was taken over saved it).
        note: why, where there is something to say.
    """

    __tablename__ = "file_revision"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    file_key: Mapped[int] = mapped_column(ForeignKey("draft_file.key", ondelete="CASCADE"))
    number: Mapped[int]
    author: Mapped[str]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(deferred=True)
    note: Mapped[str] = mapped_column(default="")
    applied: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (Index("ix_file_revision_file", "file_key", "saved_at"),)


class Comment(Base):
    """A word on a draft, maybe on an element of one of its files; an answer has a `parent_key`."""

    __tablename__ = "draft_comment"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    draft_key: Mapped[int] = mapped_column(ForeignKey("model_draft.key", ondelete="CASCADE"))
    file_key: Mapped[int | None] = mapped_column(ForeignKey("draft_file.key", ondelete="CASCADE"))
    element_id: Mapped[str | None]
    element_name: Mapped[str | None]
    parent_key: Mapped[int | None] = mapped_column(ForeignKey("draft_comment.key", ondelete="CASCADE"))
    author: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("num_nulls(resolved_by, resolved_at) IN (0, 2)", name="resolved"),
        CheckConstraint("element_id IS NULL OR file_key IS NOT NULL", name="element"),
        Index("ix_draft_comment_draft", "draft_key", "created_at"),
    )


class Publication(Base):
    """The deployment that a draft became: who wrote, approved and published it, and the note for the versions."""

    __tablename__ = "model_publication"
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), primary_key=True, autoincrement=False)
    draft_key: Mapped[int] = mapped_column(ForeignKey("model_draft.key"), index=True)
    editors: Mapped[list[str]]
    approved_by: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime]
    note: Mapped[str]


class ModelScenario(Base):
    """A scenario as it was published with a version of its process; the next draft of the process begins with it."""

    __tablename__ = "model_scenario"
    process_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    stored_at: Mapped[datetime]


class ScenarioRun(Base):
    """What the last run of a draft's scenario came to.

    Attributes:
        digest: of all that the run depended on (`rules.scenarios.digest`): when it differs now, the run is stale.
        passed: whether it went as told and was complete.
        answer: what the sandbox answered.
    """

    __tablename__ = "scenario_run"
    file_key: Mapped[int] = mapped_column(
        ForeignKey("draft_file.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str]
    passed: Mapped[bool]
    answer: Mapped[dict[str, Any]]
    ran_at: Mapped[datetime]


class ScenarioNote(Base):
    """Why the scenarios of a draft do not reach every end of a process."""

    __tablename__ = "scenario_note"
    draft_key: Mapped[int] = mapped_column(
        ForeignKey("model_draft.key", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    process_id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    author: Mapped[str]
    written_at: Mapped[datetime]
