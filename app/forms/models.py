"""Table of deployed forms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Form(Base):
    """One version of a form. Never changed: a new deployment makes a new version.

    Attributes:
        form_id: the `id` of the form-js schema; what `zeebe:formDefinition formId` names.
        version: 1, 2, … per form id.
        deployment_key: the deployment it came with (binding `deployment`).
        source: the file as it was deployed, byte for byte.
    """

    __tablename__ = "form"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form_id: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    deployment_key: Mapped[int]
    title: Mapped[str]
    resource_name: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("form_id", "version"),
        Index("ix_form_deployment", "deployment_key", "form_id"),
        Index("ix_form_version_tag", "form_id", "version_tag"),
    )
