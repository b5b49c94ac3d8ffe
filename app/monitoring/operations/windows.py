"""Windows of the questionnaires: coverage, one extension, the end at which everything is counted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key

from ..models import AnswerBox, CompetenceLevel, MonitoringFigure, MonitoringSchool, QuestionnaireLink
from ..rules import figures, stages


def participation(key: int, *, lock: bool = False) -> MonitoringSchool:
    """A school in a round by its key.

    Raises:
        NotFound: there is none.
    """
    query = select(MonitoringSchool).where(MonitoringSchool.key == key)
    if lock:
        query = query.with_for_update(of=MonitoringSchool).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def answered(of: MonitoringSchool) -> dict[str, int]:
    """Used links by audience."""
    query = (
        select(QuestionnaireLink.audience, func.count())
        .where(QuestionnaireLink.school_key == of.key, QuestionnaireLink.used)
        .group_by(QuestionnaireLink.audience)
    )
    return {str(audience): int(count) for audience, count in db.session.execute(query)}


def coverage(of: MonitoringSchool) -> dict[str, stages.Coverage]:
    """How many were asked and have answered, by audience."""
    asked = {
        stages.TEACHER: of.teachers,
        stages.PUPIL: sum(int(row["pupils"]) for row in of.classes),
        stages.PARENT: sum(int(row["parents"]) for row in of.classes),
    }
    return stages.coverage(asked, answered(of))


def extend(of: MonitoringSchool, until: date) -> None:
    """Give the school more days, once.

    Raises:
        Invalid: it had them already.
    """
    if of.extended:
        raise Invalid(_l("The window was extended already."))
    of.window_until, of.extended = until, True
    db.session.flush()


def close_window(
    of: MonitoringSchool, exams: Iterable[Mapping[str, Any]] = (), statement: Iterable[Mapping[str, Any]] = ()
) -> None:
    """End the window and count, once: from now on no answer is taken and no figure changes.

    Args:
        exams: rows of `monitor_results`.
        statement: rows of `monitor_methodical_system`.
    """
    of = participation(of.key, lock=True)
    if of.window_closed:
        return
    if stages.has_window(of.round.stage):
        found = coverage(of)
        of.coverage = {
            name: {"asked": each.asked, "answered": each.answered, "low": each.low} for name, each in found.items()
        }
        of.low_coverage = any(each.low for each in found.values())
    of.window_closed, of.status = True, "summary"
    for figure in _figures(of, exams, statement):
        db.session.add(MonitoringFigure(key=next_key(), school_key=of.key, **asdict(figure)))
    db.session.flush()


def _figures(
    of: MonitoringSchool, exams: Iterable[Mapping[str, Any]], statement: Iterable[Mapping[str, Any]]
) -> list[figures.Figure]:
    found = []
    for box in db.session.scalars(select(AnswerBox).where(AnswerBox.school_key == of.key)):
        found += figures.of_answers(box.form_id, box.audience, box.answers)
    levels = db.session.scalars(select(CompetenceLevel.levels).where(CompetenceLevel.school_key == of.key)).all()
    if any(levels):
        found += figures.of_levels(levels)
    return found + figures.of_exams(exams) + figures.of_statement(statement)
