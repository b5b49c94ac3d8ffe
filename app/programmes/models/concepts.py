"""Concept documents: statutes, plans and roadmaps that orders correct, in versions that stay readable (YAR 1.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .programmes import SupportProgramme
from .roadmaps import Roadmap

ORDER, PROTOCOL = "order", "protocol"
OPEN, APPROVED, UNCHANGED, CANCELLED = "open", "approved", "unchanged", "cancelled"


class ConceptDocument(Base):
    """A document by which a place supports its schools (form `concept_document`).

    Attributes:
        code: immutable, as `doc-1234`.
        kind: one of `rules.concepts.KINDS`.
        roadmap_key: the roadmap whose document it is; its text then is the roadmap itself.
        version: 0 until an order or a protocol approved it; counts the entries of `versions`.
        draft: its clauses `{point, text}` until then.
        instance_key: the `concept_documents` that corrects it now, None otherwise.
    """

    __tablename__ = "concept_document"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    roadmap_key: Mapped[int | None] = mapped_column(ForeignKey("roadmap.key"), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    draft: Mapped[list[Any]] = mapped_column(default=list)
    instance_key: Mapped[int | None]
    created_at: Mapped[datetime]
    roadmap: Mapped[Roadmap | None] = relationship(lazy="select")
    versions: Mapped[list[ConceptVersion]] = relationship(
        back_populates="document", order_by="ConceptVersion.version.desc()", lazy="select"
    )
    __table_args__ = (Index("ix_concept_document_organisation", "organisation"),)

    @property
    def programme(self) -> SupportProgramme | None:
        """The programme whose roadmap it is; None for every other kind."""
        return None if self.roadmap is None else self.roadmap.programme

    @property
    def shown_version(self) -> int:
        """The version in force: of a roadmap the roadmap's own."""
        return self.version if self.roadmap is None else self.roadmap.version


class ConceptVersion(Base):
    """What an order or a protocol approved: the whole text as it then stood, and what it changed. Never changed but for
    `roadmap_version`.

    Attributes:
        clauses: `{point, text}` in order; empty for a roadmap, whose rows its own version keeps.
        changes: `{point, part, before, after, exclude, basis}`.
        paper: `order` or `protocol`: what number, day and document are of.
        roadmap_version: the version of the roadmap that carried out its changes, None until it is issued again.
    """

    __tablename__ = "concept_version"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_key: Mapped[int] = mapped_column(ForeignKey("concept_document.key"))
    version: Mapped[int]
    clauses: Mapped[list[Any]]
    changes: Mapped[list[Any]]
    paper: Mapped[str]
    order_number: Mapped[str] = mapped_column(default="")
    order_on: Mapped[date]
    order_document: Mapped[str] = mapped_column(default="")
    roadmap_version: Mapped[int | None]
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime]
    document: Mapped[ConceptDocument] = relationship(back_populates="versions", lazy="select")
    __table_args__ = (
        CheckConstraint("paper IN ('order', 'protocol')", name="paper"),
        UniqueConstraint("document_key", "version"),
    )


class ConceptReview(Base):
    """One look at the documents of a place: which corrections were proposed, and what came of them.

    Attributes:
        corrections: `{document, change, organisation, organisation_name}`; those of a review that went through are
            not proposed to the next one again.
        reason: why nothing changes, or why no order was signed.
    """

    __tablename__ = "concept_review"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(unique=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    year: Mapped[int]
    corrections: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(default=OPEN)
    reason: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'unchanged', 'cancelled')", name="state"),
        Index("ix_concept_review_organisation", "organisation"),
    )
