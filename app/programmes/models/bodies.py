"""Working bodies and sites of support: groups, councils, centres, base schools, with members and statute."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base

ACTIVE, DISSOLVED = "active", "dissolved"


class Body(Base):
    """A working group, council, centre, base school or site (form `support_body`).

    Attributes:
        code: immutable, as `body-1234`.
        kind: one of `rules.bodies.KINDS`.
        host: code of the organisation that it works at, where it has one.
        meeting_body: how protocols of `working_group_meeting` name it: they are numbered per body and year.
        order_number, order_on, order_document: the order that created it; of the last change in `changes`.
        changes: `{on, order_number, document_id, text}` of every change of members.
        statute: what a file picker gives.
    """

    __tablename__ = "support_body"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    host: Mapped[str | None]
    programme_key: Mapped[int | None] = mapped_column(ForeignKey("support_programme.key"))
    functions: Mapped[str] = mapped_column(default="")
    statute: Mapped[list[Any]] = mapped_column(default=list)
    meeting_body: Mapped[str] = mapped_column(default="")
    order_number: Mapped[str]
    order_on: Mapped[date]
    order_document: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    state: Mapped[str] = mapped_column(default=ACTIVE)
    changes: Mapped[list[Any]] = mapped_column(default=list)
    instance_key: Mapped[int | None]
    roadmap_row: Mapped[str | None]
    created_at: Mapped[datetime]
    members: Mapped[list[BodyMember]] = relationship(
        back_populates="body", order_by="BodyMember.position", lazy="select"
    )
    __table_args__ = (
        CheckConstraint("state IN ('active', 'dissolved')", name="state"),
        Index("ix_support_body_organisation", "organisation"),
        UniqueConstraint("instance_key"),
    )


class BodyMember(Base):
    """A person's seat in a body, from one order to another. Ended seats stay.

    Attributes:
        duty: `председатель`, `секретарь`, `член`.
        role_id: the role assignment that came with the seat; it ends with it.
    """

    __tablename__ = "support_body_member"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body_key: Mapped[int] = mapped_column(ForeignKey("support_body.key"))
    position: Mapped[int]
    login: Mapped[str]
    duty: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    order_number: Mapped[str]
    role_id: Mapped[int | None]
    body: Mapped[Body] = relationship(back_populates="members", lazy="raise")
    __table_args__ = (
        CheckConstraint("duty IN ('председатель', 'секретарь', 'член')", name="duty"),
        Index("ix_support_body_member_body_key", "body_key"),
        Index("ix_support_body_member_login", "login"),
    )
