"""Tables of long work: the jobs, what they found to say row by row, and batches of papers or letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

QUEUED, RUNNING, PAUSED, DONE, FAILED, CANCELLED = "queued", "running", "paused", "done", "failed", "cancelled"
STATES = (QUEUED, RUNNING, PAUSED, DONE, FAILED, CANCELLED)
UNFINISHED = (QUEUED, RUNNING, PAUSED)

_UNFINISHED = "state IN ('queued', 'running', 'paused')"


class BackgroundJob(Base):
    """One piece of long work.

    Attributes:
        title: what is done, in the words of the person who started it.
        checkpoint: what the handler keeps between steps; committed together with the step's work.
        done, total: rows (or whatever is counted) so far and in all; `total` is None while unknown.
        message: one line on what is happening, or what came of it.
        error: why it failed, for the person; `detail`: for the administrator.
        files, results: keys of uploaded files: what it works on, what it made.
        link: local path where the person goes on.
        once: names the cause; two unfinished jobs never share it.
        attempts: how often it was taken up since the last step that was committed.
        lease, lease_until: which worker has it in hand, and until when that counts.
        cancel_wanted, pause_wanted: the worker stops, or puts it down, after the step in hand.
    """

    __tablename__ = "background_job"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    title: Mapped[str]
    login: Mapped[str]
    state: Mapped[str] = mapped_column(default=QUEUED)
    payload: Mapped[dict[str, Any]]
    checkpoint: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    message: Mapped[str] = mapped_column(default="")
    error: Mapped[str | None]
    detail: Mapped[str | None]
    files: Mapped[list[Any]] = mapped_column(default=list)
    results: Mapped[list[Any]] = mapped_column(default=list)
    link: Mapped[str | None]
    once: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    pause_wanted: Mapped[bool] = mapped_column(default=False)
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')", name="state"),
        Index("ix_background_job_login_created", "login", "created_at"),
        Index("ix_background_job_created", "created_at"),
        Index("ix_background_job_unfinished", "run_at", "key", postgresql_where=sql("state IN ('queued', 'running')")),
        Index("uq_background_job_once", "once", unique=True, postgresql_where=sql(_UNFINISHED)),
    )


class BackgroundNote(Base):
    """One remark of a job: where (sheet, row, column, as people say it) and what."""

    __tablename__ = "background_note"
    job_key: Mapped[int] = mapped_column(ForeignKey("background_job.key", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str]
    text: Mapped[str]


class BackgroundBatch(Base):
    """Papers or letters of one cause, each of which the workers make or send by itself; its rows name it.

    Attributes:
        kind: what it consists of, a name in `batching.known`.
        title: what is made, in the words of the page that shows it.
        login: who caused it; empty for the platform.
        about: what it belongs to, as `course:c1`, `document:7`: pages find it by that, and features give sight of it.
        link: local path of the page where its results are.
        stopped_by, stopped_at, stop_reason: who stopped the rest, until somebody goes on with it.
    """

    __tablename__ = "background_batch"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    title: Mapped[str]
    login: Mapped[str]
    about: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    link: Mapped[str | None]
    created_at: Mapped[datetime]
    stopped_by: Mapped[str | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "num_nulls(stopped_by, stopped_at, stop_reason) IN (0, 3)",
            name="stopped",
        ),
        Index("ix_background_batch_created", "created_at"),
        Index("ix_background_batch_about", "about", postgresql_using="gin"),
    )
