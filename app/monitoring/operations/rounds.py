"""Rounds of the school monitoring: opening, schools, classes, competences, summaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.documents import operations as documents
from app.forms import queries as forms
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people
from app.schools import queries as schools

from ..models import CompetenceLevel, MonitoringRound, MonitoringSchool
from ..rules import figures, stages
from . import windows

SUMMARY = "school_monitoring_summary"
ACCEPTED, NOT_SUBMITTED = SETTLED = ("accepted", "not_submitted")


def open_round(
    *,
    stage: str,
    year: int,
    opens_on: date,
    window_until: date,
    group: str | None,
    codes: Iterable[str],
    instance_key: int,
) -> MonitoringRound:
    """Open a stage for its schools; the same instance gets the same round again.

    Args:
        group: code of the group of schools; with None and no `codes`, all participant schools.
        codes: schools, where the stage is held for some only.

    Raises:
        Invalid: unknown stage, the window ends before it begins, nobody takes part.
    """
    known = db.session.scalar(select(MonitoringRound).where(MonitoringRound.instance_key == instance_key))
    if known is not None:
        return known
    _demand_sense(stage, opens_on, window_until)
    taking_part = _taking_part(group, codes, opens_on)
    found = MonitoringRound(
        key=next_key(),
        year=year,
        stage=stage,
        group_code=group,
        areas=list(stages.AREAS_OF[stage]),
        opens_on=opens_on,
        window_until=window_until,
        tools={tool.form_id: forms.form_by(tool.form_id).sha256 for tool in stages.tools_of(stage)},
        previous_key=_previous(stage, opens_on),
        instance_key=instance_key,
        opened_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    for code in taking_part:
        _add_school(found, code)
    db.session.flush()
    return found


def _demand_sense(stage: str, opens_on: date, window_until: date) -> None:
    if stage not in stages.STAGES:
        raise Invalid(_l("There is no such stage."), {"stage": [_l("There is no such stage.")]})
    if window_until < opens_on:
        raise Invalid(_l("The window ends before it begins."), {"window_until": [_l("Later than the beginning.")]})


def _taking_part(group: str | None, codes: Iterable[str], on: date) -> list[str]:
    named = list(dict.fromkeys(codes))
    if named:
        wrong = [code for code in named if people.organisation(code).level != "school"]
        if wrong:
            raise Invalid(_l("Only schools take part."), {"schools": [_l("Only schools take part.")]})
        return named
    found = list(schools.schools_in([group], on=on) if group else schools.participants(on=on))
    if not found:
        raise Invalid(_l("No school takes part: choose a group or schools."))
    return found


def _previous(stage: str, before: date) -> int | None:
    query = select(MonitoringRound.key).where(
        MonitoringRound.stage.in_(stages.COMPARED_WITH[stage]), MonitoringRound.opens_on < before
    )
    return db.session.scalar(query.order_by(MonitoringRound.opens_on.desc(), MonitoringRound.key.desc()).limit(1))


def _add_school(of: MonitoringRound, code: str) -> None:
    db.session.add(
        MonitoringSchool(
            key=next_key(),
            round_key=of.key,
            round=of,
            school=code,
            municipality=people.municipality_of(code),
            status="open",
            window_until=of.window_until,
            teachers=len(teachers_of(code)),
            classes=[],
        )
    )


def teachers_of(school: str) -> list[str]:
    """Logins of those who teach at a school today."""
    return people.holders("teacher", school)


def round_of(instance_key: int) -> MonitoringRound:
    """The round of a process instance.

    Raises:
        NotFound: it was not opened.
    """
    found = db.session.scalar(select(MonitoringRound).where(MonitoringRound.instance_key == instance_key))
    if found is None:
        raise NotFound()
    return found


def schools_of(of: MonitoringRound) -> Sequence[MonitoringSchool]:
    """The schools of a round."""
    query = select(MonitoringSchool).where(MonitoringSchool.round_key == of.key).order_by(MonitoringSchool.school)
    return db.session.scalars(query).all()


def move_windows(instance_key: int, shifts: Mapping[date, date]) -> None:
    """The stage was moved: days of the round that stood on one of its days move along, of schools still asked too.

    Args:
        shifts: old days to new ones.
    """
    found = db.session.scalar(select(MonitoringRound).where(MonitoringRound.instance_key == instance_key))
    if found is None:
        return
    found.opens_on = shifts.get(found.opens_on, found.opens_on)
    found.window_until = max(shifts.get(found.window_until, found.window_until), found.opens_on)
    for each in schools_of(found):
        if not each.window_closed:
            each.window_until = shifts.get(each.window_until, each.window_until)
    db.session.flush()


def set_classes(of: MonitoringSchool, classes: Iterable[Mapping[str, Any]]) -> None:
    """Keep how many answers are expected of each class.

    Raises:
        Invalid: a class is named twice, or a number is negative.
    """
    rows: list[dict[str, Any]] = [
        {
            "name": str(row["name"]).strip(),
            "pupils": int(row.get("pupils") or 0),
            "parents": int(row.get("parents") or 0),
        }
        for row in classes
    ]
    if len({row["name"].casefold() for row in rows}) < len(rows):
        raise Invalid(_l("A class is named twice."), {"classes": [_l("A class is named twice.")]})
    if any(row[name] < 0 for row in rows for name in ("pupils", "parents")):
        raise Invalid(_l("The number cannot be negative."), {"classes": [_l("The number cannot be negative.")]})
    of.classes = rows
    db.session.flush()


def record_levels(of: MonitoringSchool, teacher: str, values: Mapping[str, Any], evaluator: str | None) -> None:
    """Keep what a teacher says of herself (no `evaluator`), or what the deputy head found."""
    query = select(CompetenceLevel).where(CompetenceLevel.school_key == of.key, CompetenceLevel.teacher == teacher)
    row = db.session.scalar(query)
    if row is None:
        row = CompetenceLevel(key=next_key(), school_key=of.key, teacher=teacher)
        db.session.add(row)
    levels = {name: int(values[name]) for name in figures.COMPETENCES}
    if evaluator is None:
        row.own = levels
    else:
        row.levels, row.evaluator = levels, evaluator
    row.directions = [str(each) for each in values.get("improve_directions") or ()]
    db.session.flush()


def keep_summary(actor: Actor, of: MonitoringSchool, summary: Mapping[str, Any], instance_key: int) -> None:
    """Keep the head's summary: in the round, and as a record with its versions."""
    of.summary, of.status, of.submitted_at = dict(summary), "review", clock.now()
    name = people.organisation(of.school).short_name
    record = documents.save_record(
        actor,
        SUMMARY,
        f"Сводная справка мониторинга: {name}, этап {of.round.stage}, {of.round.year}",
        dict(summary),
        id=int(of.summary_id) if of.summary_id else None,
        organisation=of.school,
        objects=[f"monitoring:{of.round_key}"],
        instance_key=instance_key,
    )
    of.summary_id = str(record.id)
    db.session.flush()


def accept(of: MonitoringSchool) -> None:
    """The summary is in order."""
    of.status = ACCEPTED
    db.session.flush()


def miss(of: MonitoringSchool) -> None:
    """The school sent nothing in time; what was answered until then is counted."""
    windows.close_window(of)
    of.status = NOT_SUBMITTED
    db.session.flush()


def close_round(of: MonitoringRound) -> None:
    """The stage is over."""
    of.closed_at = of.closed_at or clock.now()
    db.session.flush()
