"""The municipal monitoring: rounds by month, a cell for every municipality and indicator, scores (LIP §1)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base


class MunicipalRound(Base):
    """The stage of a month: April, June (or July), November.

    Attributes:
        month: month of the table in LIP §1, by which indicators are active (4, 6 or 11).
        held_on: first day of the stage; an update must be later than the day of the stage before.
    """

    __tablename__ = "municipal_round"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    month: Mapped[int]
    held_on: Mapped[date]
    instance_key: Mapped[int] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("year", "month"),
        CheckConstraint("month IN (4, 6, 11)", name="month"),
    )


class MunicipalCell(Base):
    """What one municipality says about one indicator, and what the institute found.

    Attributes:
        code: `MM-01` … `MM-14`.
        value: `да`, `частично`, `нет`; None while it is awaited.
        check_result: `подтверждено`, `не подтверждено`, `уточнить`; None while it is awaited.
        clarified: was sent back once; it is not sent back again.
        missing: the municipality did not answer in time («не представлено»).
        link_state: `ok`, `warning` (the address did not answer), None while nobody looked; never a reason to refuse.
    """

    __tablename__ = "municipal_cell"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_key: Mapped[int] = mapped_column(ForeignKey("municipal_round.key"))
    municipality: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    code: Mapped[str]
    value: Mapped[str | None]
    url: Mapped[str | None]
    published_on: Mapped[date | None]
    count: Mapped[int | None]
    note: Mapped[str | None]
    check_result: Mapped[str | None]
    check_comment: Mapped[str | None]
    clarified: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[bool] = mapped_column(default=False)
    link_state: Mapped[str | None]
    link_checked_at: Mapped[datetime | None]
    round: Mapped[MunicipalRound] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        UniqueConstraint("round_key", "municipality", "code"),
        CheckConstraint("value IN ('да', 'частично', 'нет')", name="value"),
        CheckConstraint("check_result IN ('подтверждено', 'не подтверждено', 'уточнить')", name="check_result"),
        CheckConstraint("value IS NULL OR value = 'нет' OR url IS NOT NULL", name="link"),
        CheckConstraint("count >= 0", name="count"),
        Index("ix_municipal_cell_municipality", "municipality"),
    )


class MunicipalScore(Base):
    """Score of a municipality in a round: the points of what was confirmed, whole and by direction.

    Attributes:
        points: `да` is 1, `частично` 0.5.
        most: indicators of the round.
        directions: `{code: {points, most}}` of the four directions.
    """

    __tablename__ = "municipal_score"
    round_key: Mapped[int] = mapped_column(ForeignKey("municipal_round.key"), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("organisation.code"), primary_key=True)
    points: Mapped[Decimal] = mapped_column(Numeric)
    most: Mapped[int]
    directions: Mapped[dict[str, Any]]
