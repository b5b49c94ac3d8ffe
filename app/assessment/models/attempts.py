"""Test windows of listeners, their attempts and every response, scored and unscored."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from ..rules import scoring
from .bank import TestSpecification

OPEN, CLOSED = "open", "closed"
RUNNING, FINISHED, CANCELLED = "running", "finished", "cancelled"
BY_LISTENER, BY_TIME, BY_WINDOW = "listener", "time", "window"


class Window(Base):
    """The span in which one listener may take one test, once.

    Attributes:
        course: course code.
        login: the listener; nobody else takes the test.
        kind: `входной` or `повторный`, as the process says it.
        instance_key, element_id: the user task that is completed with the result.
        until_variable: the variable of the instance that holds `closes_at`: it follows an extension.
        fresh: opened in place of a window whose attempt was annulled, or that was missed for a valid reason.
    """

    __tablename__ = "test_window"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course: Mapped[str]
    login: Mapped[str]
    kind: Mapped[str]
    specification_key: Mapped[int] = mapped_column(ForeignKey("test_specification.key"))
    instance_key: Mapped[int]
    element_id: Mapped[str]
    until_variable: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    fresh: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=OPEN)
    created_at: Mapped[datetime]
    specification: Mapped[TestSpecification] = relationship(lazy="joined", innerjoin=True)
    attempt: Mapped[Attempt | None] = relationship(back_populates="window", lazy="joined")
    extensions: Mapped[list[Extension]] = relationship(order_by="Extension.made_at", lazy="selectin")
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("opens_at < closes_at", name="span"),
        Index("ix_test_window_course", "course", "kind"),
        Index("uq_test_window_open", "course", "login", "kind", unique=True, postgresql_where=text("state = 'open'")),
    )


class Extension(Base):
    """A window was kept open longer: by whom, why, from when to when."""

    __tablename__ = "test_extension"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    window_key: Mapped[int] = mapped_column(ForeignKey("test_window.key"))
    before: Mapped[datetime]
    after: Mapped[datetime]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (Index("ix_test_extension_window_key", "window_key"),)


class Attempt(Base):
    """One taking of a test: the variant is drawn at its beginning and stored with it.

    Attributes:
        seed: of the variant and of the order of choices.
        device: names the browser that may save responses; another one takes over by asking.
        ends_at: the time limit or the end of the window, whichever comes first; moves with the window.
        state: `running`, `finished` (scored) or `cancelled` (a result came from elsewhere, or it was annulled
            before its end).
        finished_by: `listener`, `time` or `window`.
        points, max_points: exact; None until scored.
        answered: how many responses were given, kept when it ends.
    """

    __tablename__ = "test_attempt"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    window_key: Mapped[int] = mapped_column(ForeignKey("test_window.key"), unique=True)
    login: Mapped[str]
    seed: Mapped[int]
    device: Mapped[str]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=RUNNING)
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[str | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric)
    max_points: Mapped[Decimal | None] = mapped_column(Numeric)
    annulled_at: Mapped[datetime | None]
    annulled_by: Mapped[str | None]
    annulled_reason: Mapped[str | None]
    window: Mapped[Window] = relationship(back_populates="attempt", lazy="joined", innerjoin=True)
    __table_args__ = (
        CheckConstraint("state IN ('running', 'finished', 'cancelled')", name="state"),
        CheckConstraint("(state = 'finished') = (points IS NOT NULL)", name="scored"),
        CheckConstraint("(points IS NULL) = (max_points IS NULL)", name="pair"),
        CheckConstraint("points >= 0 AND points <= max_points", name="points"),
        CheckConstraint("(annulled_at IS NULL) = (annulled_reason IS NULL)", name="annulled"),
        Index("ix_test_attempt_login", "login"),
    )

    @property
    def pct(self) -> Fraction | None:
        """The exact percentage; None while it is not scored."""
        if self.points is None or not self.max_points:
            return None
        return scoring.percent(self.points, self.max_points)


class Response(Base):
    """What the listener answered to one item of the variant; the row is there from the beginning.

    Attributes:
        position: 1, 2, … in the variant.
        seq: number that the browser gave the response: the greatest wins, whatever comes late.
        response: see `rules.scoring.score`; None = not answered.
        points: exact; None until the attempt is scored.
    """

    __tablename__ = "test_response"
    attempt_key: Mapped[int] = mapped_column(ForeignKey("test_attempt.key"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_key: Mapped[int]
    item_version: Mapped[int]
    kind: Mapped[str]
    topic: Mapped[str]
    max_points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    seq: Mapped[int] = mapped_column(default=0)
    response: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    saved_at: Mapped[datetime | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    __table_args__ = (
        ForeignKeyConstraint(["item_key", "item_version"], ["item_version.item_key", "item_version.version"]),
        UniqueConstraint("attempt_key", "item_key"),
        Index("ix_test_response_item", "item_key", "item_version"),
    )
