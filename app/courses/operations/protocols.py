"""Protocols of the e-test of a course: what was recorded, frozen and numbered (rmp_listener, «Evidence: protocol of
tests»; one for the entry test and one for the repeated diagnostics, supplementary ones for who came later).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.documents import operations as documents
from app.documents.models import Document
from app.kernel.actor import Actor
from app.kernel.db import db

from ..models import Course, Listener, TestResult
from ..rules import scores, words
from . import finding
from .zones import local_day

_TITLES = {words.ENTRY: "Протокол входного тестирования", words.RETEST: "Протокол повторного тестирования"}
_SUPPLEMENT = "Дополнительный протокол"


def register_protocol(
    actor: Actor,
    code: str,
    kind: str,
    *,
    instance_key: int | None = None,
    deployment_key: int | None = None,
) -> documents.Registered | None:
    """Register the results of a kind that stand in no protocol yet.

    A result stands in one protocol, once: a second call finds nothing new. The first protocol holds the group; results
    that came after it (a new window, a later retest, one in place of an annulled) go to a supplementary one. A protocol
    is never changed: a result that is annulled afterwards stays where it was written.

    Args:
        kind: `входной` or `повторный`.

    Returns:
        The document; None when there is nothing that is not written down already.

    Raises:
        NotFound: there is no such course.
    """
    course = finding.course(code)
    earlier = protocols_of(code, kind)
    written = {str(row.get("test")) for each in earlier for row in each.data.get("rows") or ()}
    tests = [test for test in _judged(course, kind) if str(test.key) not in written]
    if not tests:
        return None
    title = _TITLES[kind] if not earlier else f"{_SUPPLEMENT} {_TITLES[kind].partition(' ')[2]}"
    return documents.register_document(
        actor,
        kind=words.PROTOCOL,
        title=f"{title}: {course.title}",
        data=_data(course, kind, tests, supplementary=bool(earlier)),
        register=words.PROTOCOL,
        organisation=course.organisation,
        objects=[f"course:{course.code}"],
        instance_key=instance_key,
        deployment_key=deployment_key,
        status="registered",
    )


def protocols_of(code: str, kind: str | None = None) -> Sequence[Document]:
    """Protocols of a course, the first one first. Scope is the caller's."""
    query = select(Document).where(Document.kind == words.PROTOCOL, Document.objects.contains([f"course:{code}"]))
    if kind is not None:
        query = query.where(Document.data["attempt_kind"].as_string() == kind)
    return db.session.scalars(query.order_by(Document.created_at, Document.key)).all()


def _judged(course: Course, kind: str) -> list[TestResult]:
    """Results that count and have their level, and no-shows that were not excused, by name of the listener.

    An excused no-show is none yet: a new window is open.
    """
    query = (
        select(TestResult)
        .join(TestResult.listener)
        .where(Listener.course_key == course.key, TestResult.kind == kind, TestResult.annulled_at.is_(None))
        .order_by(Listener.teacher_name, Listener.teacher, TestResult.attempt)
    )
    found = db.session.scalars(query).unique()
    return [test for test in found if (test.no_show and not test.reason_valid) or test.level is not None]


def _data(course: Course, kind: str, tests: Sequence[TestResult], *, supplementary: bool) -> dict[str, Any]:
    taken = [test.pct for test in tests if test.pct is not None]
    return {
        "attempt_kind": kind,
        "supplementary": supplementary,
        "course_id": course.code,
        "course_title": f"{course.title} ({course.start:%d.%m}–{course.end:%d.%m.%Y})",
        "programme_title": course.programme.title,
        "hours": course.hours,
        "window": _period([local_day(test.finished_at, test.listener) for test in tests if test.finished_at]),
        "rows": [_row(test) for test in tests],
        "mean_pct": float(sum(taken) / len(taken)) if taken else None,
        "prepared_by": course.leader,
    }


def _row(test: TestResult) -> Mapping[str, Any]:
    points, maximum = test.points, test.max_points
    return {
        "test": str(test.key),
        "listener": test.listener.teacher,
        "name": test.listener.teacher_name,
        "school": test.listener.school_name,
        "points": None if points is None else scores.json_number(points),
        "max_points": None if maximum is None else scores.json_number(maximum),
        "score_pct": None if test.pct is None else float(test.pct),
        "level": test.level,
        "no_show": test.no_show,
        "finished_at": None if test.finished_at is None else local_day(test.finished_at, test.listener).isoformat(),
    }


def _period(days: Sequence[date]) -> str:
    if not days:
        return ""
    first, last = min(days), max(days)
    return f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"
