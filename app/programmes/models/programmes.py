"""The passport of a support programme: region, municipality or school; programmes stand inside programmes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

DRAFT, ACTIVE, CLOSED = "draft", "active", "closed"
REGION, MUNICIPALITY, SCHOOL = "region", "municipality", "school"


class SupportProgramme(Base):
    """What a region, a municipality or a school plans for its schools, over one or more years.

    Attributes:
        code: immutable, as `LIP-2018`; `LIP` is its cycle, which the next year's programme shares.
        cycle: what the programmes of consecutive years have in common.
        parent_key: the programme that it stands in (region > municipality > school).
        organisation: code of the organisation whose programme it is.
        curator, responsible, executors: as the document names them.
        owner: login of the person who keeps it; empty: whoever coordinates at this place.
        tasks: texts, in order.
        groups: codes of the groups of schools that take part (`app.schools`).
        participants: codes of the schools that take part by name (form `municipal_programme`).
        problem, staffing, funding: further parts of a municipal passport.
        order_number, order_on, order_document: the order that approved the passport.
        paper: the registered document of the approved passport.
        instance_key: the `municipal_programme` that works or worked it out.
    """

    __tablename__ = "support_programme"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    cycle: Mapped[str]
    title: Mapped[str]
    kind: Mapped[str]
    parent_key: Mapped[int | None] = mapped_column(ForeignKey("support_programme.key"))
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    owner: Mapped[str] = mapped_column(default="")
    curator: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")
    executors: Mapped[str] = mapped_column(default="")
    period_from: Mapped[date]
    period_to: Mapped[date]
    goal: Mapped[str] = mapped_column(default="")
    tasks: Mapped[list[str]] = mapped_column(default=list)
    groups: Mapped[list[str]] = mapped_column(default=list)
    participants: Mapped[list[str]] = mapped_column(default=list)
    problem: Mapped[str] = mapped_column(default="")
    staffing: Mapped[str] = mapped_column(default="")
    funding: Mapped[str] = mapped_column(default="")
    order_number: Mapped[str] = mapped_column(default="")
    order_on: Mapped[date | None]
    order_document: Mapped[str] = mapped_column(default="")
    paper: Mapped[str] = mapped_column(default="")
    instance_key: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=DRAFT)
    version: Mapped[int] = mapped_column()
    created_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    parent: Mapped[SupportProgramme | None] = relationship(remote_side=[key], lazy="select")
    targets: Mapped[list[ProgrammeTarget]] = relationship(
        back_populates="programme", order_by="ProgrammeTarget.position", cascade="all, delete-orphan", lazy="select"
    )
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("kind IN ('region', 'municipality', 'school')", name="kind"),
        CheckConstraint("state IN ('draft', 'active', 'closed')", name="state"),
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("parent_key <> key", name="parent"),
        Index("ix_support_programme_organisation", "organisation"),
        Index("ix_support_programme_cycle", "cycle", "period_from"),
    )

    @property
    def years(self) -> range:
        """The calendar years that the programme touches."""
        return range(self.period_from.year, self.period_to.year + 1)

    def facts(self) -> dict[str, Any]:
        """What the history keeps of a change."""
        names = ("title", "curator", "responsible", "executors", "goal", "tasks", "groups", "state", "participants")
        dates = {"period_from": self.period_from.isoformat(), "period_to": self.period_to.isoformat()}
        return {name: getattr(self, name) for name in names} | dates


class ProgrammeTarget(Base):
    """A target indicator of a programme.

    Attributes:
        indicator: code of the definition in `app.indicators` (`LEB-I-3`).
        level: what it belongs to, as written («Индикатор цели», «Задача 1»).
        text: its wording in the document.
        value: the target; None where the document names none.
    """

    __tablename__ = "programme_target"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_key: Mapped[int] = mapped_column(ForeignKey("support_programme.key"))
    position: Mapped[int]
    indicator: Mapped[str]
    level: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    value: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(default="")
    comparison: Mapped[str] = mapped_column(default=">=")
    programme: Mapped[SupportProgramme] = relationship(back_populates="targets", lazy="raise")
    __table_args__ = (
        CheckConstraint("comparison IN ('>=', '<=', '=')", name="comparison"),
        Index("ix_programme_target_programme_key", "programme_key"),
    )
