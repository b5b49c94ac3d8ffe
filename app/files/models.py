"""Tables of the file store: uploads and where they are used. The bytes lie in `DATA_DIR/files` by sha256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class File(Base):
    """One upload. Two uploads of the same bytes are two rows that share one stored blob.

    Attributes:
        name: cleaned file name as people see it.
        content_type: what the bytes are (sniffed), never what the browser claimed.
        uploader: login.
    """

    __tablename__ = "file"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploader: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_file_uploader", "uploader", "key"),)


class FileUse(Base):
    """An object that shows a file: who may see the object may download the file.

    Attributes:
        kind: `instance`, `record`, `document`, `task-comment`, …: what a feature registered an access rule for.
        object_key: key of the object, as text.
    """

    __tablename__ = "file_use"
    file_key: Mapped[int] = mapped_column(ForeignKey("file.key", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_key: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (Index("ix_file_use_object", "kind", "object_key"),)
