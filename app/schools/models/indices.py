"""Social well-being index (ИСБ) and proposed categories: every calculation is kept with its parameters."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class IndexRun(Base):
    """One calculation over the schools of a place; never changed, a recalculation is the next number.

    Attributes:
        year: of the list; `school_year` of the context data.
        number: 1, 2, … for the year and place.
        parameters: `{isb: {w1, …}, school_category: {…}}` as the decisions gave them.
        decisions: `{isb: version, school_category: version}`.
        bounds: least and greatest share of the region, `{share: [least, greatest]}`: how shares were normalised.
        without_data: schools with «нет данных».
    """

    __tablename__ = "school_index_run"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    school_year: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    number: Mapped[int]
    parameters: Mapped[dict[str, Any]]
    decisions: Mapped[dict[str, Any]]
    bounds: Mapped[dict[str, Any]]
    schools: Mapped[int]
    without_data: Mapped[int]
    note: Mapped[str]
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    instance_key: Mapped[int | None]
    __table_args__ = (UniqueConstraint("year", "organisation", "number"),)


class SchoolIndex(Base):
    """What a calculation found for one school.

    Attributes:
        context_key: the version of the context data that was used; None without data.
        shares: unrounded percentages.
        isb: unrounded; None without data.
        facts: what the decision on categories was given.
        categories: `{code, name, reason}` as the decision proposed.
        missing: which data was not there («контекстные данные», «результаты»).
        flags: what the analyst should look at.
    """

    __tablename__ = "school_index"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_key: Mapped[int] = mapped_column(ForeignKey("school_index_run.key"))
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    context_key: Mapped[int | None] = mapped_column(ForeignKey("school_context.key"))
    shares: Mapped[dict[str, Any]]
    isb: Mapped[Decimal | None] = mapped_column(Numeric)
    facts: Mapped[dict[str, Any]]
    categories: Mapped[list[Any]]
    missing: Mapped[list[str]]
    flags: Mapped[list[str]]
    __table_args__ = (UniqueConstraint("run_key", "school"), Index("ix_school_index_school", "school"))
