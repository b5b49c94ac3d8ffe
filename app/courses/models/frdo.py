"""The columns of the export for the federal register of documents, as the administrator set them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class FrdoLayout(Base):
    """One version of the columns; the newest counts. Never changed.

    Attributes:
        columns: list of `{title, source, value}` in their order; `source` as `operations.frdo.SOURCES` names it.
    """

    __tablename__ = "frdo_layout"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    columns: Mapped[list[Any]]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]
