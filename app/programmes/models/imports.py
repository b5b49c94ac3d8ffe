"""Uploaded roadmaps: the report of every row, then the good rows are taken once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class RoadmapImport(Base):
    """A file of measures: `rows` may be taken, `warnings` stay with them, `problems` were refused."""

    __tablename__ = "roadmap_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_key: Mapped[int] = mapped_column(ForeignKey("support_programme.key"))
    file_name: Mapped[str]
    sha256: Mapped[str]
    sections: Mapped[list[Any]] = mapped_column(default=list)
    rows: Mapped[list[Any]] = mapped_column(default=list)
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ix_roadmap_import_programme_key", "programme_key", "uploaded_at"),)
