"""Stage reports and recommendations of programmes, in the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import ISSUED, RecommendationAnswer, SchoolRecommendation, StageReport
from . import registry

_S, _R = StageReport, SchoolRecommendation


def reports(actor: Actor, key: int) -> Sequence[StageReport]:
    """Reports of a programme over time.

    Raises:
        NotFound: the programme is out of scope.
    """
    registry.programme(actor, key)
    query = select(_S).where(_S.programme_key == key).order_by(_S.year, _S.stage)
    return db.session.scalars(query).all()


def recommendations(actor: Actor, key: int) -> Sequence[SchoolRecommendation]:
    """Recommendations to a programme over time, rejected ones among them.

    Raises:
        NotFound: the programme is out of scope.
    """
    registry.programme(actor, key)
    query = select(_R).where(_R.programme_key == key).order_by(_R.year, _R.stage, _R.number)
    return db.session.scalars(query).all()


def answers(actor: Actor, key: int) -> Sequence[RecommendationAnswer]:
    """What the school answered to recommendations, the oldest first.

    Raises:
        NotFound: the programme is out of scope.
    """
    registry.programme(actor, key)
    row = RecommendationAnswer
    return db.session.scalars(select(row).where(row.programme_key == key).order_by(row.answered_at, row.key)).all()


def issued(key: int) -> Sequence[SchoolRecommendation]:
    """Recommendations in force for a programme whose performance is not settled yet, for processes."""
    open_ones = _R.programme_key == key, _R.state == ISSUED, _R.performance.is_distinct_from("done")
    return db.session.scalars(select(_R).where(*open_ones).order_by(_R.year, _R.stage, _R.number)).all()


def latest_report(key: int) -> StageReport | None:
    """The last submitted report of a programme."""
    query = select(_S).where(_S.programme_key == key, _S.submitted).order_by(_S.recorded_at.desc(), _S.key.desc())
    return db.session.scalars(query.limit(1)).first()


def absences(school: str, year: int) -> int:
    """How many stages of a year a school did not report."""
    query = select(_S).where(_S.school == school, _S.year == year, _S.submitted.is_(False))
    return len(db.session.scalars(query).all())


def advice_text(key: int) -> str | None:
    """What a team must correct: the recommendations in force, and the school's own plan, as plain text."""
    lines = [f"{row.direction}: {row.text}" for row in issued(key)]
    query = select(RecommendationAnswer).where(RecommendationAnswer.programme_key == key)
    last = db.session.scalars(query.order_by(RecommendationAnswer.answered_at.desc()).limit(1)).first()
    if last is not None:
        lines.append(f"План коррекции школы: {last.correction}")
    return "\n".join(f"- {line}" for line in lines) or None
