"""Tables of the inbox: comments on work and saved filters. Tasks and drafts belong to the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class TaskComment(Base):
    """A remark on an instance, made at one of its tasks or on its page. Comments are never changed.

    `files`: what the file store answered for each attached file (`id`, `name`, `size`).
    `on_behalf_of`: login of the person for whom the author acted, when it was another.
    """

    __tablename__ = "task_comment"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int]
    task_key: Mapped[int | None]
    author: Mapped[str]
    on_behalf_of: Mapped[str | None]
    text: Mapped[str]
    files: Mapped[list[Any]]
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_task_comment_instance", "instance_key", "created_at"),)


class SavedFilter(Base):
    """A named view of the inbox. Whoever has its `share_code` may open it and sees their own tasks through it."""

    __tablename__ = "saved_filter"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str]
    name: Mapped[str]
    params: Mapped[dict[str, Any]]
    share_code: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("login", "name"),)
