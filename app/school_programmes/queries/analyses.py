"""Whether a school has analysed what its measures gave (YAR-05), as the records say."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.documents.models import Record
from app.kernel import clock
from app.kernel.db import db

KIND = "effectiveness_analysis"
"""Records of the analysis (form `effectiveness_analysis`) belong to the school."""


def has_analysis(school: str) -> bool:
    """Whether the school has sent its analysis this year or the year before."""
    since = clock.today().replace(year=clock.today().year - 1, month=1, day=1)
    level: ColumnElement[bool] = or_(
        Record.data["level"].as_string().is_(None), Record.data["level"].as_string() == "школа"
    )
    found = exists().where(
        Record.kind == KIND, Record.current, Record.organisation == school, level, func.date(Record.created_at) >= since
    )
    return bool(db.session.scalar(select(found)))
