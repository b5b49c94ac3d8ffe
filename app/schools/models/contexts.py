"""Context data of a school in a school year (forms.yaml, school_context; KEM 2017)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

_PARTS = (
    *("students_single_parent", "students_both_parents_higher_ed", "students_registered"),
    *("students_non_native_russian", "students_ovz", "students_migrants"),
)


class SchoolContext(Base):
    """What a school said of itself in one school year. Every correction is a new version; the last one is current.

    Attributes:
        year: school year, as `2025-2026`.
        territorial_status: «городской округ» or «сельская местность».
        specialists: rows `{specialist, rates}`.
        on_behalf: the municipal coordinator filled it in for the school after the deadline.
        signature: of the municipal coordinator who confirmed it.
    """

    __tablename__ = "school_context"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    year: Mapped[str]
    version: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    students_total: Mapped[int]
    students_single_parent: Mapped[int]
    students_both_parents_higher_ed: Mapped[int]
    students_registered: Mapped[int]
    students_non_native_russian: Mapped[int]
    territorial_status: Mapped[str]
    distance_km: Mapped[int | None]
    small_school: Mapped[bool] = mapped_column(default=False)
    teachers_total: Mapped[int]
    teachers_higher_category: Mapped[int]
    teachers_higher_ed: Mapped[int | None]
    vacancies: Mapped[int | None]
    students_ovz: Mapped[int | None]
    students_migrants: Mapped[int | None]
    specialists: Mapped[list[Any]] = mapped_column(default=list)
    filled_by: Mapped[str]
    on_behalf: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    signature: Mapped[dict[str, Any] | None]
    instance_key: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("school", "year", "version"),
        Index("uq_school_context_current", "school", "year", unique=True, postgresql_where=text("current")),
        CheckConstraint("students_total > 0 AND teachers_total > 0", name="totals"),
        CheckConstraint(
            " AND ".join(f"(({part} IS NULL) OR ({part} BETWEEN 0 AND students_total))" for part in _PARTS),
            name="students",
        ),
        CheckConstraint(
            "teachers_higher_category BETWEEN 0 AND teachers_total"
            " AND (teachers_higher_ed IS NULL OR teachers_higher_ed BETWEEN 0 AND teachers_total)",
            name="teachers",
        ),
    )
