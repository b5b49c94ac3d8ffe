"""What runs: instances and their incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

ACTIVE, COMPLETED, TERMINATED = "active", "completed", "terminated"


class ProcessInstance(Base):
    """One run of a process.

    `version` grows with every history event (it is the `seq` of the last one) and guards every write; `state_key` is
    the key of the event that wrote `state`: a live copy may be used as long as this stands.
    """

    __tablename__ = "process_instance"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"), index=True)
    process_id: Mapped[str]
    version: Mapped[int]
    state_key: Mapped[int]
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The live tokens and scopes; None once the instance is over."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Head of the hash chain of its history."""
    status: Mapped[str]
    incidents: Mapped[int] = mapped_column(default=0)
    title: Mapped[str | None]
    """What a person calls this run; from the process property `title` (FEEL), else the business key."""
    business_key: Mapped[str | None]
    start_key: Mapped[str | None]
    """Two active instances of one process never share it (message start key, `start-process` key)."""
    organisation: Mapped[str | None]
    organisations: Mapped[list[str]] = mapped_column(ARRAY(String))
    """Codes from the region down to `organisation`: who of which place may see it."""
    owner_group: Mapped[str | None]
    """`role` or `role@organisation` of the process owner."""
    parent_key: Mapped[int | None]
    parent_token: Mapped[int | None]
    root_key: Mapped[int]
    depth: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]
    """Id of the end event that was reached last, or `cancelled`."""
    reason: Mapped[str | None]
    variables: Mapped[dict[str, Any]]
    """The root variables, for search and for results."""
    __table_args__ = (
        Index("ix_process_instance_process", "process_id", "status", "started_at"),
        Index("ix_process_instance_started", "started_at", "key"),
        Index("ix_process_instance_parent", "parent_key", "parent_token"),
        Index("ix_process_instance_root", "root_key"),
        Index("ix_process_instance_organisations", "organisations", postgresql_using="gin"),
        Index("ix_process_instance_owner", "owner_group", "status"),
        Index("ix_process_instance_starter", "started_by", "started_at"),
        Index("ix_process_instance_business_key", "business_key"),
        Index(
            "ix_process_instance_roadmap_row",
            text("(variables ->> 'roadmap_row')"),
            postgresql_where=text("variables ->> 'roadmap_row' IS NOT NULL"),
        ),
        Index(
            "uq_process_instance_start_key",
            "process_id",
            "start_key",
            unique=True,
            postgresql_where=text("status = 'active' AND start_key IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )


class Incident(Base):
    """An element that could not go on. Open while `resolved_at` is empty."""

    __tablename__ = "incident"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    process_id: Mapped[str]
    token: Mapped[int]
    element_id: Mapped[str]
    message: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="UNSPECIFIED")
    job_key: Mapped[int | None]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    __table_args__ = (Index("ix_incident_open", "created_at", postgresql_where=text("resolved_at IS NULL")),)
