"""Results of external assessment procedures (ВПР, ОГЭ, ЕГЭ) by school and subject, and the files they came in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

WHOLE = 0
"""Grade of a result that is not about one grade."""


class AssessmentImport(Base):
    """One uploaded file of results: read and reported first, taken after a look, once.

    Attributes:
        rows: rows that may be taken, as `rules.results_file` reads them, with the school's code.
        problems: rows that may not, `{sheet, row, column, message}`.
    """

    __tablename__ = "assessment_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_count: Mapped[int] = mapped_column(default=0)


class AssessmentResult(Base):
    """What the pupils of one school achieved in one procedure (forms.yaml, assessment_results).

    Attributes:
        school, municipality: organisation codes; the municipality as it was at the import.
        grade: 0 where the result is not about one grade.
        mean: in marks or points, as the procedure counts them.
        below_min: pupils below the minimum.
        tasks: `{task, skill, pct}`: the percentage of pupils who did the task.
    """

    __tablename__ = "assessment_result"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school: Mapped[str]
    municipality: Mapped[str | None]
    subject: Mapped[str]
    procedure: Mapped[str]
    year: Mapped[int]
    grade: Mapped[int] = mapped_column(default=WHOLE)
    participants: Mapped[int]
    mean: Mapped[Decimal | None] = mapped_column(Numeric)
    below_min: Mapped[int | None]
    tasks: Mapped[list[Any]] = mapped_column(default=list)
    bias_flag: Mapped[bool] = mapped_column(default=False)
    import_key: Mapped[int] = mapped_column(ForeignKey("assessment_import.key"))
    recorded_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("school", "subject", "procedure", "year", "grade"),
        CheckConstraint("procedure IN ('ВПР', 'ОГЭ', 'ЕГЭ', 'региональный мониторинг')", name="procedure"),
        CheckConstraint("year >= 2015 AND grade BETWEEN 0 AND 11 AND participants >= 1", name="figures"),
        CheckConstraint("below_min IS NULL OR below_min BETWEEN 0 AND participants", name="below_min"),
        Index("ix_assessment_result_year", "year"),
    )
