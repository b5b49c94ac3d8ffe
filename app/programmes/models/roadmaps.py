"""A programme's roadmap: sections of measures, approved in versions that stay readable."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .programmes import SupportProgramme

DRAFT, APPROVED, CLOSED = "draft", "approved", "closed"


class Roadmap(Base):
    """The plan of measures of one programme; a programme has one.

    Attributes:
        version: 0 until it was approved; grows with every approved change.
        state: `draft`, `approved`, `closed`.
        instance_key: the `roadmap_planning` that works on it now, None otherwise.
        seen: `RoadmapImport` that its rows came from, None when they were written by hand.
    """

    __tablename__ = "roadmap"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_key: Mapped[int] = mapped_column(ForeignKey("support_programme.key"), unique=True)
    title: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default=DRAFT)
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    programme: Mapped[SupportProgramme] = relationship(lazy="joined", innerjoin=True)
    sections: Mapped[list[RoadmapSection]] = relationship(order_by="RoadmapSection.position", lazy="select")
    __table_args__ = (CheckConstraint("state IN ('draft', 'approved', 'closed')", name="state"),)


class RoadmapSection(Base):
    """A task, section or track of a roadmap, with its goal and groups of schools (YAR: five tracks)."""

    __tablename__ = "roadmap_section"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    roadmap_key: Mapped[int] = mapped_column(ForeignKey("roadmap.key"))
    position: Mapped[int]
    number: Mapped[str]
    title: Mapped[str]
    goal: Mapped[str] = mapped_column(default="")
    groups: Mapped[list[str]] = mapped_column(default=list)
    __table_args__ = (UniqueConstraint("roadmap_key", "number"),)


class RoadmapVersion(Base):
    """What an order approved: the rows as they stood, with the reason of the change. Never changed."""

    __tablename__ = "roadmap_version"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    roadmap_key: Mapped[int] = mapped_column(ForeignKey("roadmap.key"))
    version: Mapped[int]
    rows: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(default="")
    order_number: Mapped[str] = mapped_column(default="")
    order_on: Mapped[date | None]
    order_document: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("roadmap_key", "version"),
        Index("ix_roadmap_version_roadmap_key", "roadmap_key"),
    )
