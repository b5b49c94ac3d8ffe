"""Item banks (ЕФОМ), their items with every version, test specifications, and imports of items."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base


class ItemBank(Base):
    """The items of one subject.

    Attributes:
        code: names the bank for people, programmes (`Programme.test_bank`) and files.
        subject: school subject, as the programmes name it.
        organisation: code of the institute that keeps it.
    """

    __tablename__ = "item_bank"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Item(Base):
    """One question in its present version. Attempts hold `(item, version)`: see `ItemVersion`.

    Attributes:
        code: names the item in its bank, in files too.
        kind: `single multiple numeric text matching ordering`.
        points: greatest number of points, in hundredths.
        body: prompt, choices and, under `answer`, the key: see `rules.items`.
        digest: SHA-256 of what the item says: the same item is not imported twice.
        words: plain words of the prompt, for the search.
        version: counts the changes; a second writer of the same version is refused.
        retired: it is drawn no more; attempts keep it.
    """

    __tablename__ = "item"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bank_key: Mapped[int] = mapped_column(ForeignKey("item_bank.key"))
    code: Mapped[str]
    topic: Mapped[str]
    kind: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    body: Mapped[dict[str, Any]]
    digest: Mapped[str]
    words: Mapped[str]
    version: Mapped[int] = mapped_column()
    retired: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    bank: Mapped[ItemBank] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("bank_key", "code"),
        CheckConstraint("kind IN ('single', 'multiple', 'numeric', 'text', 'matching', 'ordering')", name="kind"),
        CheckConstraint("points > 0", name="points"),
        Index("ix_item_bank_topic", "bank_key", "topic", "kind", postgresql_where=text("NOT retired")),
        Index("ix_item_bank_digest", "bank_key", "digest"),
    )


class ItemVersion(Base):
    """What an item said in one version: written with every change, never changed (a trigger refuses it)."""

    __tablename__ = "item_version"
    item_key: Mapped[int] = mapped_column(ForeignKey("item.key"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str]
    kind: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    body: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    item: Mapped[Item] = relationship(lazy="raise")


class TestSpecification(Base):
    """How a test is put together: how many items of each topic, and how long it takes.

    Attributes:
        quotas: rows `{topic, count}`, in the order of the test.
        time_limit_min: minutes from the opening; None = until the window closes.
        active: new attempts may be drawn from it.
    """

    __test__ = False  # no test of pytest
    __tablename__ = "test_specification"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    bank_key: Mapped[int] = mapped_column(ForeignKey("item_bank.key"))
    quotas: Mapped[list[Any]]
    time_limit_min: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    version: Mapped[int] = mapped_column()
    bank: Mapped[ItemBank] = relationship(lazy="joined", innerjoin=True)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("time_limit_min BETWEEN 1 AND 600", name="time_limit"),
        Index("ix_test_specification_bank_key", "bank_key"),
    )


class ItemImport(Base):
    """An uploaded file of items with its report; its good rows are taken once.

    Attributes:
        rows: items as they will be written, each with `sheet`, `row`, `code` and what it does (`new`, `change`).
        problems: `{sheet, row, column, message, advice}` of every row that cannot be taken.
        same: how many rows the bank holds already.
    """

    __tablename__ = "item_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bank_key: Mapped[int] = mapped_column(ForeignKey("item_bank.key"))
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    same: Mapped[int]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ix_item_import_bank_key", "bank_key"),)
