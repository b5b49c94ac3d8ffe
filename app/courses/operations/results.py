"""Results of tests and diagnostics: recorded once, annulled with a reason, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import next_key

from ..models import AttestationBaseRecord, Listener, TestResult
from ..models.listeners import CONFIRMED
from ..rules import scores, words
from . import finding
from .zones import local_day

IMPORT, MANUAL, PROCESS = "import", "manual", "process"


def exact(value: int) -> Decimal:
    """A whole number of points."""
    return Decimal(value)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What happened at a test: points of a maximum, or nobody came.

    Attributes:
        kind: `входной` or `повторный`.
        points, max_points: exact decimals; both None for a no-show.
        items: rows `{section, max, points}` by part of the test.
    """

    kind: str
    points: Decimal | None = None
    max_points: Decimal | None = None
    no_show: bool = False
    reason: str | None = None
    reason_valid: bool | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    items: list[Any] = field(default_factory=list)


def record_attempt(
    actor: Actor, course_code: str, teacher: str, attempt: Attempt, *, source: str, import_key: int | None = None
) -> TestResult:
    """Record an attempt of a confirmed listener.

    Raises:
        ScoreOutOfRange: the points lie outside 0…maximum.
        Conflict: a result that counts is there already, or no retest is left.
        Invalid: a no-show without a reason, or nothing at all.
    """
    listener = finding.listener(course_code, teacher, lock=True)
    if listener.status != CONFIRMED:
        raise Conflict(_l("This teacher is not a confirmed listener of the course."))
    _check(attempt)
    check_attempt_left(listener, attempt.kind)
    number = 1 + sum(1 for test in listener.tests if test.kind == attempt.kind)
    counting = [test for test in listener.tests if test.kind == attempt.kind and test.annulled_at is None]
    result = TestResult(
        key=next_key(),
        listener_key=listener.key,
        listener=listener,
        kind=attempt.kind,
        attempt=number,
        window=2 if number > 1 and (not counting or counting[-1].no_show) else 1,
        started_at=attempt.started_at,
        finished_at=attempt.finished_at,
        points=attempt.points,
        max_points=attempt.max_points,
        items=attempt.items,
        no_show=attempt.no_show,
        reason=attempt.reason,
        reason_valid=attempt.reason_valid,
        source=source,
        import_key=import_key,
        recorded_by=actor.login,
        recorded_at=clock.now(),
    )
    db.session.add(result)
    if attempt.kind == words.ENTRY:
        listener.entry_no_show = attempt.no_show and not attempt.reason_valid
    db.session.flush()
    return result


def set_level(actor: Actor, course_code: str, teacher: str, kind: str, level: str | None, positive: bool) -> Listener:
    """Keep what the decision `test_level` said about the last attempt of the kind.

    The listener's level is that of the entry test; the retest only adds whether it was positive.
    """
    listener = finding.listener(course_code, teacher, lock=True)
    test = listener.test(kind)
    if test is not None and not test.no_show:
        test.level = level
    if kind == words.ENTRY:
        listener.level = level
        listener.entry_positive = positive
    else:
        listener.retest_positive = positive
    db.session.flush()
    return listener


def annul(actor: Actor, course_code: str, teacher: str, kind: str, reason: str) -> TestResult:
    """Annul the attempt that counts (cheating, a broken test); it stays in the history, one new window opens.
    A record of the attestation base that rests on it counts no more.

    Raises:
        Invalid: no reason was given.
        Conflict: there is nothing to annul.
    """
    if not reason.strip():
        raise Invalid(_l("Please give the reason."), {"reason": [_l("Please give the reason.")]})
    listener = finding.listener(course_code, teacher, lock=True)
    test = listener.test(kind)
    if test is None:
        raise Conflict(_l("There is no result to annul."))
    test.annulled_at = clock.now()
    test.annulled_by = actor.login
    test.annulled_reason = reason.strip()
    if kind == words.ENTRY:
        listener.level, listener.entry_positive, listener.entry_no_show = None, None, False
    else:
        listener.retest_positive = None
    for record in _base_records(listener, kind):
        record.annulled_at = test.annulled_at
    db.session.flush()
    return test


def judge_no_show(actor: Actor, course_code: str, teacher: str, kind: str, *, valid: bool, reason: str) -> None:
    """Keep the leader's verdict on a missed test: with a valid reason a new window opens, once (rmp_listener 6).

    A missed retest is an attempt of its own, whatever became of the earlier ones.
    """
    listener = finding.listener(course_code, teacher, lock=True)
    test = listener.test(kind)
    if test is None or (kind == words.RETEST and _is_behind(listener, test)):
        record_attempt(
            actor,
            course_code,
            teacher,
            Attempt(kind, no_show=True, reason=reason or "не явился", reason_valid=valid),
            source=PROCESS,
        )
        return
    if not test.no_show:
        raise Conflict(_l("The test was taken: a result is there."))
    test.reason_valid = valid
    if kind == words.ENTRY:
        listener.entry_no_show = not valid
    db.session.flush()


def record_method_diagnostics(actor: Actor, course_code: str, teacher: str, points: Decimal, maximum: Decimal) -> None:
    """Keep the methodical diagnostics (rmp_listener 7a); a later one replaces it.

    Raises:
        ScoreOutOfRange: the points lie outside 0…maximum.
    """
    scores.percent(points, maximum)
    listener = finding.listener(course_code, teacher, lock=True)
    listener.method_points, listener.method_max = points, maximum
    db.session.flush()


def add_to_attestation_base(actor: Actor, course_code: str, teacher: str, kind: str) -> AttestationBaseRecord:
    """Add the result that counts to the base of the attestation department (rmp_listener 8a), once per kind.

    Raises:
        Conflict: there is no result of the kind.
    """
    listener = finding.listener(course_code, teacher, lock=True)
    test = listener.test(kind)
    if test is None or test.points is None or test.max_points is None:
        raise Conflict(_l("There is no result for the attestation base."))
    for record in _base_records(listener, kind):
        return record
    record = AttestationBaseRecord(
        key=next_key(),
        listener_key=listener.key,
        teacher=listener.teacher,
        subject=listener.course.programme.subject or listener.course.title,
        points=test.points,
        max_points=test.max_points,
        attempt_kind=kind,
        tested_on=_tested_on(test),
        recorded_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    return record


def _is_behind(listener: Listener, test: TestResult) -> bool:
    """Whether a retest that counts is settled or a later one was annulled: what is missed now is another one."""
    last = [each for each in listener.tests if each.kind == test.kind][-1]
    return last is not test or test.level is not None or test.reason_valid is not None


def _base_records(listener: Listener, kind: str) -> list[AttestationBaseRecord]:
    query = db.session.query(AttestationBaseRecord).filter_by(
        listener_key=listener.key, attempt_kind=kind, annulled_at=None
    )
    return list(query)


def _tested_on(test: TestResult) -> date:
    return local_day(test.finished_at or test.started_at or test.recorded_at, test.listener)


def _check(attempt: Attempt) -> None:
    if attempt.kind not in words.ATTEMPT_KINDS:
        raise Invalid(_l("Unknown kind of test."), {"attempt_kind": [_l("Unknown kind of test.")]})
    if attempt.no_show:
        if attempt.points is not None or attempt.max_points is not None:
            raise Invalid(_l("A no-show has no points."), {"points": [_l("A no-show has no points.")]})
        if not (attempt.reason or "").strip():
            raise Invalid(_l("Please give the reason."), {"reason": [_l("Please give the reason.")]})
        return
    if attempt.points is None or attempt.max_points is None:
        raise Invalid(_l("Please give points and maximum."), {"points": [_l("Please give points and maximum.")]})
    scores.percent(attempt.points, attempt.max_points)


def check_attempt_left(listener: Listener, kind: str) -> None:
    """Whether another attempt counts: after an annulled or once validly missed one, retests up to the maximum.

    Raises:
        Conflict: a result that counts is there already, or the new window was used.
    """
    counting = [test for test in listener.tests if test.kind == kind and test.annulled_at is None]
    missed_validly = [test for test in counting if test.no_show and test.reason_valid]
    allowed = 1 if kind == words.ENTRY else max(1, listener.course.max_retests)
    if len(counting) - len(missed_validly) >= allowed:
        raise Conflict(_l("A result of this listener is recorded already."))
    if len(missed_validly) > 1:
        raise Conflict(_l("The new window was used already."))
