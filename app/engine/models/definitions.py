"""What is deployed: definitions with their versions, and what starts them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Deployment(Base):
    """One act of deploying: everything in it was accepted together."""

    __tablename__ = "deployment"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class ProcessDefinition(Base):
    """One version of an executable process.

    `fingerprint` covers the diagram and the fingerprints of all it is bound to by `deployment`: a changed decision
    makes a new version of the processes that are deployed with it, so that running instances keep theirs.
    """

    __tablename__ = "process_definition"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    process_id: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str | None]
    documentation: Mapped[str | None]
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), index=True)
    resource_name: Mapped[str]
    xml: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    startable: Mapped[bool]
    """Whether it has a plain start event, which a person or a client may use."""
    __table_args__ = (
        UniqueConstraint("process_id", "version"),
        Index("ix_process_definition_tag", "process_id", "version_tag"),
    )


class DecisionDefinition(Base):
    """One version of a decision; `xml` holds the whole file with everything that the decision requires."""

    __tablename__ = "decision_definition"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_id: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str | None]
    requirements_id: Mapped[str | None]
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), index=True)
    resource_name: Mapped[str]
    xml: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str]
    __table_args__ = (
        UniqueConstraint("decision_id", "version"),
        Index("ix_decision_definition_tag", "decision_id", "version_tag"),
    )


class DeploymentItem(Base):
    """What belongs to a deployment, new or unchanged: this is where binding `deployment` looks.

    `kind` is `process`, `decision` or `form`; `item` the id in the model.
    """

    __tablename__ = "deployment_item"
    deployment_key: Mapped[int] = mapped_column(ForeignKey("deployment.key"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    definition_key: Mapped[int]
    resource_name: Mapped[str]


class StartEvent(Base):
    """A message, signal or timer that starts the latest version of a process."""

    __tablename__ = "start_event"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"), index=True)
    process_id: Mapped[str]
    element_id: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str | None]
    due_at: Mapped[datetime | None]
    timer: Mapped[dict[str, Any] | None]
    """Of a timer: `type`, `value`, `anchor`, `left` (starts after the next one, None for endless)."""
    __table_args__ = (
        Index("ix_start_event_name", "kind", "name"),
        Index("ix_start_event_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


class CalendarDay(Base):
    """A day that the region's calendar treats differently from Russia's: a day off of its own, or a transfer."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    title: Mapped[str] = mapped_column(default="")
