"""Tasks of people and who may do them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""`due_sort` of a task without a deadline: it comes last."""
OPEN, COMPLETED, CANCELLED = "open", "completed", "cancelled"


class UserTask(Base):
    """One task of a person, open or over.

    `candidates` are the strings of everybody who may take it (`role@organisation` expanded upwards, `user:login`);
    `inbox` are those in whose list it stands now: the candidates, or only `user:login` of the assignee.
    """

    __tablename__ = "user_task"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int]
    token: Mapped[int]
    element_id: Mapped[str]
    loop: Mapped[int | None]
    name: Mapped[str]
    title: Mapped[str | None]
    """Title of the instance: what the task is about."""
    process_id: Mapped[str]
    definition_key: Mapped[int]
    organisation: Mapped[str | None]
    state: Mapped[str]
    role: Mapped[str | None]
    """The role that the inbox groups it by."""
    assignee: Mapped[str | None]
    candidate_groups: Mapped[list[str]] = mapped_column(ARRAY(String))
    candidate_users: Mapped[list[str]] = mapped_column(ARRAY(String))
    candidates: Mapped[list[str]] = mapped_column(ARRAY(String))
    inbox: Mapped[list[str]] = mapped_column(ARRAY(String))
    form_id: Mapped[str | None]
    form_key: Mapped[int | None]
    external_form: Mapped[str | None]
    not_by: Mapped[list[str]] = mapped_column(ARRAY(String))
    """Logins that may not do it."""
    due_at: Mapped[datetime | None]
    due_sort: Mapped[datetime]
    """`due_at`, or `NEVER`: the order of the inbox."""
    follow_up_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=50)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
    outcome: Mapped[str | None]
    comment: Mapped[str | None]
    overdue: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[str | None]
    """What the platform does next about the deadline: `reminder`, `overdue`, `escalation`."""
    mark_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_user_task_instance", "instance_key", "token"),
        Index("ix_user_task_mark", "mark_at", postgresql_where=text("mark_at IS NOT NULL")),
        Index(
            "ix_user_task_completed_by",
            "completed_by",
            "ended_at",
            postgresql_where=text("completed_by IS NOT NULL"),
        ),
        Index("ix_user_task_on_behalf_of", "on_behalf_of", postgresql_where=text("on_behalf_of IS NOT NULL")),
        Index("ix_user_task_created", "created_at"),
        {"postgresql_with": {"fillfactor": "80"}},
    )


task_candidate = Table(
    "task_candidate",
    Base.metadata,
    Column("candidate", String, nullable=False),
    Column("due_sort", DateTime(timezone=True), nullable=False),
    Column("task_key", BigInteger, nullable=False),
    Column("role", String),
    Index("uq_task_candidate", "candidate", "due_sort", "task_key", unique=True, postgresql_include=["role"]),
)
"""Open tasks by who has them in the list; the index alone answers the first page and the counts per role."""


class TaskDraft(Base):
    """What somebody has entered into a task's form so far."""

    __tablename__ = "task_draft"
    task_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
