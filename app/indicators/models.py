"""Tables of indicators: definitions by version, computed values, frozen copies."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base


class Indicator(Base):
    """An indicator; what it counts stands in its newest version.

    Attributes:
        code: names it everywhere, as `LEB-I-3`; immutable.
        version: number of the newest version; the row is locked by whoever adds one.
        organisation: code of whose it is; None: everybody's.
        programme: code of the programme to which it belongs, or empty.
        retired_at: when it was taken out of use; its values stay.
    """

    __tablename__ = "indicator"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    title: Mapped[str]
    organisation: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"))
    programme: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
    current: Mapped[IndicatorVersion] = relationship(
        lazy="joined",
        innerjoin=True,
        viewonly=True,
        primaryjoin="and_(Indicator.code == foreign(IndicatorVersion.code), "
        "Indicator.version == foreign(IndicatorVersion.version))",
        uselist=False,
    )
    __table_args__ = (Index("ix_indicator_programme", "programme", "code"),)


class IndicatorVersion(Base):
    """One version of a definition. A trigger refuses changes: old values keep the definition they were computed by.

    Attributes:
        body: the definition as `rules.definition.dump` writes it.
        reason: why it was changed, or empty.
    """

    __tablename__ = "indicator_version"
    code: Mapped[str] = mapped_column(ForeignKey("indicator.code"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]


class IndicatorValue(Base):
    """What was computed on a day for an organisation and a period: the newest is what lists show, all are the history.

    Attributes:
        period: code of the period, see `rules.periods`.
        n, d: numerator and denominator, exact; `d` is None when there is none.
        hidden: so few persons stand behind it that it is not shown.
    """

    __tablename__ = "indicator_value"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str]
    version: Mapped[int]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    period: Mapped[str]
    day: Mapped[date]
    n: Mapped[Decimal] = mapped_column(Numeric)
    d: Mapped[Decimal | None] = mapped_column(Numeric)
    hidden: Mapped[bool] = mapped_column(default=False)
    computed_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["code", "version"], ["indicator_version.code", "indicator_version.version"]),
        UniqueConstraint(
            "code", "organisation", "period", "day", name="uq_indicator_value_code_organisation_period_day"
        ),
        Index("ix_indicator_value_organisation", "organisation", "period", "code"),
    )


class IndicatorSnapshot(Base):
    """A frozen copy of a value with the list behind it. Never changed or deleted (trigger).

    Attributes:
        definition: body of the definition, so that the copy can be read without anything else.
        sources: codes of what it was counted from: some numbers are kept from some readers.
        numerator, denominator: the lists, `{value, label, organisation, rows: [{key, title, link, source}]}`.
        stage, programme: for what it was frozen, or empty.
        published: everybody who is signed in may read the number (roles.md §3 «published»).
        batch: copies that were taken together.
    """

    __tablename__ = "indicator_snapshot"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch: Mapped[int]
    code: Mapped[str]
    version: Mapped[int]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    organisation_name: Mapped[str]
    period: Mapped[str]
    title: Mapped[str]
    unit: Mapped[str]
    definition: Mapped[dict[str, Any]]
    sources: Mapped[list[str]]
    target: Mapped[Decimal | None] = mapped_column(Numeric)
    amber_share: Mapped[Decimal] = mapped_column(Numeric)
    n: Mapped[Decimal] = mapped_column(Numeric)
    d: Mapped[Decimal | None] = mapped_column(Numeric)
    value: Mapped[Decimal | None] = mapped_column(Numeric)
    state: Mapped[str]
    hidden: Mapped[bool]
    numerator: Mapped[list[Any]]
    denominator: Mapped[list[Any]]
    stage: Mapped[str]
    programme: Mapped[str]
    reason: Mapped[str]
    published: Mapped[bool]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["code", "version"], ["indicator_version.code", "indicator_version.version"]),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_indicator_snapshot_code", "code", "organisation", "taken_at"),
        Index("ix_indicator_snapshot_batch", "batch"),
        Index("ix_indicator_snapshot_taken", "taken_at"),
    )


class IndicatorNight(Base):
    """A night whose recalculation was put down for the workers; the key keeps it from being put down twice."""

    __tablename__ = "indicator_night"
    day: Mapped[date] = mapped_column(primary_key=True)
    put_down_at: Mapped[datetime]


class IndicatorImport(Base):
    """An uploaded file of definitions, checked row by row, taken over at most once.

    Attributes:
        rows: good definitions, as `rules.definition.dump` writes them, each with its `row`.
        problems: `{row, code, message}` of the others.
    """

    __tablename__ = "indicator_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_count: Mapped[int] = mapped_column(default=0)
