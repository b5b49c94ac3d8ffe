"""The indicators of the personalised training come out of what courses, reports and checks record (RMP-I-1 to 7)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import Listener
from app.courses.operations import results
from app.courses.rules import words
from app.indicators import operations, queries, sources
from app.indicators.operations import loading
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import NotFound
from app.people import memory
from tests.courses.calling import call
from tests.courses.factories import person
from tests.courses.story import tell_story
from tests.courses.test_after_course import check, facts
from tests.courses.test_after_course import listener as finished
from tests.courses.world import make_world

YEAR = 2026
AUDITOR = person("auditor", "auditor@region")
HEAD = person("school_head", "school_head@lebedyan-1")
MUNICIPAL = person("mouo_head", "mouo_head@lebedyan")
listener = finished


@pytest.fixture
def indicators(work: Session) -> None:
    memory.forget()
    taken, refused = loading.load_own(only="RMP")
    assert (taken, refused) == (8, {})


def _shown(code: str, organisation: str = "region", actor: Actor = PLATFORM) -> tuple[str, int, int | None]:
    figure = queries.line(actor, code, organisation, YEAR).figure
    return figure.shown, int(figure.n), None if figure.d is None else int(figure.d)


def test_tests_certificates_base_and_places(indicators: None) -> None:
    make_world()
    tell_story()
    assert _shown("RMP-I-1") == ("50,0", 1, 2)
    assert _shown("RMP-I-1", "lebedyan") == ("100,0", 1, 1)
    assert _shown("RMP-I-1", "gryazi") == ("0,0", 0, 1)
    assert _shown("RMP-I-2") == ("—", 0, 0)
    assert _shown("RMP-I-3") == ("50,0", 1, 2)
    assert _shown("RMP-I-6") == ("1", 1, None)
    assert _shown("RMP-P-1", "iro") == ("5", 5, None)


def test_reports_in_time_and_confirmed_implementation(indicators: None, listener: Listener) -> None:
    """RMP-I-4 and RMP-I-5: a report in time; a check «частично» does not confirm, the next one does."""
    listener.status = "finished"
    results.set_level(PLATFORM, listener.course.code, "teacher", words.RETEST, words.SUFFICIENT, positive=True)
    assert _shown("RMP-I-4") == ("0,0", 0, 1)
    report = call("report.prepare", facts(listener))["report"]
    sent = {"report": report, "report_due": "2026-06-01", "submitted_at": "2026-05-20T10:00:00+03:00"}
    kept = call("report.record", facts(listener, state="submitted", report_id=None, **sent))
    assert _shown("RMP-I-4") == ("100,0", 1, 1)
    assert _shown("RMP-I-5") == ("0,0", 0, 1)
    given = check(listener, report_id=kept["report_id"], check_id=None)
    assert _shown("RMP-I-5") == ("0,0", 0, 1)
    check(listener, "подтверждено", report_id=kept["report_id"], check_id=given["check_id"])
    assert _shown("RMP-I-5") == ("100,0", 1, 1)
    assert _shown("RMP-I-2") == ("100,0", 1, 1)


def test_a_report_too_late_is_no_report_in_time(indicators: None, listener: Listener) -> None:
    listener.status = "finished"
    db.session.flush()
    report = call("report.prepare", facts(listener))["report"]
    late = {"report": report, "report_due": "2026-05-01", "submitted_at": "2026-05-20T10:00:00+03:00"}
    call("report.record", facts(listener, state="submitted", report_id=None, **late))
    assert _shown("RMP-I-4") == ("0,0", 0, 1)
    assert _shown("RMP-I-5")[2] == 1


def test_the_attestation_base_is_none_of_the_schools_business(indicators: None) -> None:
    make_world()
    tell_story()
    seen = {found.row.code for found in queries.indicators(HEAD)}
    assert {"RMP-I-1", "RMP-I-3"} <= seen
    assert seen.isdisjoint({"RMP-I-6", "RMP-I-7"})
    for actor in (HEAD, MUNICIPAL):
        with pytest.raises(NotFound):
            _shown("RMP-I-6", "lebedyan-1", actor)
    assert _shown("RMP-I-6", "region", AUDITOR)[1] == 1


def test_a_municipality_counts_listeners_and_sees_none(indicators: None) -> None:
    make_world()
    tell_story()
    line = queries.line(MUNICIPAL, "RMP-I-3", "lebedyan", YEAR)
    assert [(part.name, part.total, part.seen) for part in queries.parts(MUNICIPAL, line)] == [
        ("numerator", 1, 0),
        ("denominator", 1, 0),
    ]
    own = queries.line(HEAD, "RMP-I-3", "lebedyan-1", YEAR)
    assert {part.name: part.seen for part in queries.parts(HEAD, own)} == {
        "numerator": 1,
        "denominator": 1,
        "missing": 0,
    }


def test_every_source_of_the_courses_answers(work: Session) -> None:
    """Each registered field is a column of its statement, and each list of visible keys runs."""
    make_world()
    tell_story()
    for source in sources.everything():
        inner = source.select().subquery()
        missing = (set(source.fields) | set(sources.ALWAYS)) - set(inner.c.keys())
        assert not missing, (source.code, missing)
        db.session.execute(inner.select().limit(1)).all()
        if source.visible is not None and (keys := source.visible(HEAD)) is not None:
            inside = select(inner.c.key).where(inner.c.key.in_(keys)).limit(1)
            assert db.session.execute(inside).all() is not None, source.code
    assert operations.recalculate("нет такого") == 0
