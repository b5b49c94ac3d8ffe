"""The catalogue of training programmes (ДПП ПК)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

DRAFT, ACTIVE, ARCHIVED = "draft", "active", "archived"


class Programme(Base):
    """One version of a programme. A version that came into force is frozen: a trigger refuses to change its content.

    Attributes:
        code: names the programme across its versions.
        status: `draft`, `active` («Реализуется») or `archived`; at most one active version of a code.
        modules: rows `{title, hours, form, variative, groups}`; `groups` names the subgroups that take it.
        attestation_forms: forms of the final attestation that the programme allows.
        content: whatever else the programme's card held (files, opinions, order).
    """

    __tablename__ = "programme"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    audience: Mapped[str] = mapped_column(default="")
    subject: Mapped[str | None]
    hours: Mapped[int]
    form: Mapped[str]
    kind: Mapped[str] = mapped_column(default="новая")
    competences: Mapped[list[str]] = mapped_column(default=list)
    deficits: Mapped[str] = mapped_column(default="")
    modules: Mapped[list[Any]] = mapped_column(default=list)
    practice_hours: Mapped[int | None]
    attestation_forms: Mapped[list[str]] = mapped_column(default=list)
    test_bank: Mapped[str | None]
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str]
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status"),
        CheckConstraint("hours >= 16", name="hours"),
        CheckConstraint("(status = 'draft') = (approved_at IS NULL)", name="approved"),
        Index("uq_programme_active_code", "code", unique=True, postgresql_where=text("status = 'active'")),
        Index("uq_programme_active_title", "title", unique=True, postgresql_where=text("status = 'active'")),
    )
