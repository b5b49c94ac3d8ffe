"""Frozen copies, the night's recalculation and the history that it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.documents import operations as documents
from app.indicators import operations, queries
from app.indicators.models import IndicatorValue
from app.indicators.queries import frozen, values
from app.indicators.rules import figures
from app.jobs import working
from app.jobs.models import BackgroundJob
from app.kernel import clock, outbox, recurring
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Forbidden, Invalid, NotFound
from tests.courses.factories import person
from tests.courses.world import make_world
from tests.indicators.factories import (
    COORDINATOR,
    MOUO_HEAD,
    SCHOOL_HEAD,
    TEACHER,
    YEAR,
    context,
    indicator,
    line,
    schools,
)

REASON = "Отчёт за год"


def test_a_frozen_copy_stays_as_it_was(work: Session) -> None:
    """Value, list and definition stay when rows, definition and target change."""
    indicator()
    first = context("lebedyan-1")
    (copy,) = operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["T-1"], stage="Этап I")
    documents.save_record(PLATFORM, "school_context", "Другое", {}, id=first.id, organisation="gryazi-1")
    context("lebedyan-2")
    body = dict(queries.indicator(PLATFORM, "T-1").row.current.body)
    operations.save(COORDINATOR, {**body, "target": 99, "title": "Иначе"}, base=1)
    row = queries.snapshot(COORDINATOR, copy.key)
    figure = frozen.figure(row)
    assert (figure.shown, figure.state, row.title, row.version) == ("50,0", figures.REACHED, "Доля школ с паспортом", 1)
    assert [entry["value"] for entry in row.numerator] == ["lebedyan-1"]
    assert [entry["value"] for entry in row.denominator] == ["lebedyan-1", "lebedyan-2"]
    assert (line().figure.shown, line().figure.state) == ("50,0", figures.BELOW)


@pytest.mark.parametrize("statement", ["UPDATE indicator_snapshot SET n = 9", "DELETE FROM indicator_snapshot"])
def test_nobody_changes_a_frozen_copy(work: Session, statement: str) -> None:
    indicator()
    operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["T-1"])
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text(statement))


def test_a_programme_is_frozen_as_a_whole(work: Session) -> None:
    for code in ("L-1", "L-2"):
        indicator(code=code, organisation="lebedyan", programme="LEB")
    indicator(code="R-1")
    copies = operations.freeze(COORDINATOR, "region", YEAR, reason=REASON, programme="LEB")
    assert {(copy.code, copy.organisation) for copy in copies} == {("L-1", "lebedyan"), ("L-2", "lebedyan")}
    assert len({copy.batch for copy in copies}) == 1


def test_only_coordinators_freeze_each_in_their_place(work: Session) -> None:
    indicator()
    municipal = person("m", "municipal_coordinator@lebedyan")
    assert operations.freeze(municipal, "lebedyan", YEAR, reason=REASON, codes=["T-1"])
    with pytest.raises(Forbidden):
        operations.freeze(SCHOOL_HEAD, "lebedyan-1", YEAR, reason=REASON, codes=["T-1"])
    with pytest.raises(NotFound):
        operations.freeze(municipal, "gryazi", YEAR, reason=REASON, codes=["T-1"])
    with pytest.raises(Invalid):
        operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=" ", codes=["T-1"])
    with pytest.raises(NotFound):
        operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["НЕТ"])


def test_what_is_published_everybody_reads_as_a_number(work: Session) -> None:
    indicator()
    context("lebedyan-1")
    (open_copy,) = operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["T-1"], publish=True)
    (closed,) = operations.freeze(COORDINATOR, "gryazi", YEAR, reason=REASON, codes=["T-1"])
    row = queries.snapshot(TEACHER, open_copy.key)
    assert frozen.lists(TEACHER, row) is None
    assert [each.key for each in db.session.scalars(queries.snapshots(TEACHER))] == [open_copy.key]
    with pytest.raises(NotFound):
        queries.snapshot(MOUO_HEAD, closed.key)
    lists = frozen.lists(MOUO_HEAD, queries.snapshot(MOUO_HEAD, open_copy.key))
    assert lists is not None
    assert [entry["label"] for entry in lists["numerator"].entries] == ["lebedyan-1"]


def test_rows_of_a_copy_follow_the_scope_of_the_reader(work: Session) -> None:
    indicator(unit="шт.", denominator=None, numerator={"source": "record_technical_assignment", "count": "rows"})
    documents.save_record(PLATFORM, "technical_assignment", "ТЗ", {}, organisation="lebedyan-1", owner="teacher")
    (copy,) = operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["T-1"])
    seen = {actor.login: frozen.lists(actor, copy) for actor in (MOUO_HEAD, person("a", "auditor@region"))}
    counted = {login: lists and (len(lists["numerator"].entries), lists["numerator"].hidden) for login, lists in
               seen.items()}  # fmt: skip
    assert counted == {"mouo_head": (0, 1), "a": (1, 0)}


def test_a_hidden_value_is_frozen_without_its_list(work: Session) -> None:
    answers = {"source": "record_survey_satisfaction", "count": "rows"}
    indicator(numerator=answers, denominator=answers)
    documents.save_record(PLATFORM, "survey_satisfaction", "Ответ", {}, organisation="lebedyan-1")
    (copy,) = operations.freeze(COORDINATOR, "lebedyan", YEAR, reason=REASON, codes=["T-1"])
    assert (copy.numerator, copy.denominator, copy.value, copy.state) == ([], [], None, figures.HIDDEN)
    assert frozen.lists(COORDINATOR, copy) is None


def test_a_recalculation_keeps_a_point_a_day_where_something_changed(work: Session) -> None:
    indicator()
    context("lebedyan-1")
    assert operations.recalculate("T-1", YEAR) == 6  # every organisation with schools: region, 2 municipalities, 3
    assert operations.recalculate("T-1", YEAR) == 0
    clock.move(timedelta(days=1))
    context("lebedyan-2")
    assert operations.recalculate("T-1", YEAR) == 3  # the school, its municipality, the region
    points = queries.history(COORDINATOR, "T-1", "lebedyan", "2026")
    assert [(point.day.day, point.n, point.d) for point in points] == [(6, 1, 2), (7, 2, 2)]
    (shown,) = values.board(COORDINATOR, "lebedyan", YEAR)
    assert (shown.figure.shown, shown.computed_at) == ("100,0", clock.now())


def test_lists_show_what_was_computed_last_and_a_new_definition_at_once(work: Session) -> None:
    indicator()
    operations.recalculate("T-1", YEAR)
    context("lebedyan-1")
    assert values.board(COORDINATOR, "lebedyan", YEAR)[0].figure.shown == "0,0"
    assert line().figure.shown == "50,0"
    body = dict(queries.indicator(PLATFORM, "T-1").row.current.body)
    operations.save(COORDINATOR, {**body, "target": 10}, base=1)
    assert values.board(COORDINATOR, "lebedyan", YEAR)[0].figure.shown == "50,0"
    operations.recalculate("T-1", YEAR)
    versions = db.session.scalars(select(IndicatorValue.version).where(IndicatorValue.organisation == "lebedyan"))
    assert list(versions) == [2]


def test_the_night_is_put_down_once(work: Session) -> None:
    indicator()
    indicator(code="T-2")
    operations.retire(COORDINATOR, "T-2")
    assert [operations.put_down_night() for _look in range(3)] == [True, False, False]
    clock.move(timedelta(hours=16))  # one in the morning: the next night's work begins at two
    assert not operations.put_down_night()
    clock.move(timedelta(hours=1))
    assert operations.put_down_night()
    kinds = db.session.scalars(select(outbox.OutboxEntry.payload)).all()
    assert kinds == [{"code": "T-1"}, {"code": "T-1"}]


def test_the_clock_puts_the_night_down_and_the_workers_compute(committed: None, monday: datetime, app: Flask) -> None:
    """Through the real queue: the leading clock's look, then a worker of the lane."""
    with db.unit_of_work():
        make_world()
        indicator()
        context("lebedyan-1")
    with app.app_context():
        recurring.run()
        outbox.work_off(lane=outbox.FIGURES)
    with db.unit_of_work():
        points = db.session.scalars(select(IndicatorValue).where(IndicatorValue.organisation == "lebedyan")).all()
        assert [point.n for point in points] == [1]


def test_everything_is_computed_anew_by_a_job(committed: None, monday: datetime, app: Flask) -> None:
    with db.unit_of_work():
        make_world()
        for code in ("T-1", "T-2"):
            indicator(code=code)
        key = operations.start_recalculation(COORDINATOR, "region", YEAR)
        with pytest.raises(Forbidden):
            operations.start_recalculation(SCHOOL_HEAD, "lebedyan-1", YEAR)
    with app.app_context():
        working.work_off()
    with db.unit_of_work():
        job = db.session.get_one(BackgroundJob, key)
        assert (job.state, job.done) == ("done", 2)
        assert set(db.session.scalars(select(IndicatorValue.code))) == {"T-1", "T-2"}


def test_a_school_more_is_a_school_more_tomorrow(work: Session) -> None:
    indicator()
    operations.recalculate("T-1", YEAR)
    schools("lebedyan", 2)
    clock.move(timedelta(days=1))
    operations.recalculate("T-1", YEAR)
    assert [point.d for point in queries.history(COORDINATOR, "T-1", "lebedyan", "2026")] == [2, 4]
