"""The final attestation: sessions, the one sheet of each, its rows and signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

from .listeners import Listener

PLANNED, FILLED, SIGNED, EMPTY = "planned", "filled", "signed", "empty"


class AttestationSession(Base):
    """One session of a course with its group sheet (ведомость).

    Attributes:
        session: `основная`, `резервный день` or `повторная аттестация`.
        schedule: rows of the timetable as the leader gave them.
        round: grows with every return; signatures of earlier rounds are void.
        number: number of the signed sheet.
    """

    __tablename__ = "attestation_session"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    course_key: Mapped[int] = mapped_column(ForeignKey("course.key"))
    session: Mapped[str]
    held_on: Mapped[date]
    schedule: Mapped[list[Any]] = mapped_column(default=list)
    commission: Mapped[list[str]] = mapped_column(default=list)
    chair: Mapped[str]
    status: Mapped[str] = mapped_column(default=PLANNED)
    round: Mapped[int] = mapped_column(default=1)
    filled_by: Mapped[str | None]
    number: Mapped[str | None]
    document_id: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    rows: Mapped[list[AttestationRow]] = relationship(
        back_populates="sheet", cascade="all, delete-orphan", order_by="AttestationRow.position"
    )
    signatures: Mapped[list[SheetSignature]] = relationship(order_by="SheetSignature.signed_at")
    __table_args__ = (
        UniqueConstraint("course_key", "session"),
        CheckConstraint("session IN ('основная', 'резервный день', 'повторная аттестация')", name="session"),
        CheckConstraint("status IN ('planned', 'filled', 'signed', 'empty')", name="status"),
        CheckConstraint("(status = 'signed') = (number IS NOT NULL)", name="number"),
    )


class AttestationRow(Base):
    """One listener on a sheet. A trigger refuses changes once the sheet is signed."""

    __tablename__ = "attestation_row"
    session_key: Mapped[int] = mapped_column(ForeignKey("attestation_session.key"), primary_key=True)
    listener_key: Mapped[int] = mapped_column(ForeignKey("listener.key"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    form: Mapped[str | None]
    topic: Mapped[str | None]
    result: Mapped[str]
    absence_valid: Mapped[bool | None]
    open_lesson_fragment: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str | None]
    sheet: Mapped[AttestationSession] = relationship(back_populates="rows")
    listener: Mapped[Listener] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        CheckConstraint("result IN ('успешно', 'неуспешно', 'неявка')", name="result"),
        CheckConstraint("result <> 'неявка' OR absence_valid IS NOT NULL", name="absence"),
        CheckConstraint("result <> 'неуспешно' OR remarks IS NOT NULL", name="remarks"),
        Index("ix_attestation_row_listener_key", "listener_key"),
    )


class SheetSignature(Base):
    """A signature under a sheet; `voided_at` when the sheet was returned after it."""

    __tablename__ = "sheet_signature"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_key: Mapped[int] = mapped_column(ForeignKey("attestation_session.key"))
    login: Mapped[str]
    name: Mapped[str]
    is_chair: Mapped[bool]
    round: Mapped[int]
    sha256: Mapped[str | None]
    signed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_sheet_signature_valid",
            "session_key",
            "login",
            unique=True,
            postgresql_where=text("voided_at IS NULL"),
        ),
    )
