"""The journal of a course's e-test, and the answers of one attempt (roles.md §3)."""

from __future__ import annotations

from dataclasses import dataclass

from app.assessment.models import Attempt
from app.assessment.queries import journal
from app.assessment.queries.journal import AnsweredItem, JournalRow
from app.assessment.rules.items import public
from app.audit import operations as audit
from app.kernel.actor import Actor
from app.kernel.errors import NotFound

from .. import policies
from ..models import Course, Listener
from ..models.listeners import CONFIRMED, FINISHED
from ..operations import finding, testing
from . import catalogue


@dataclass(frozen=True, slots=True)
class TestRow:
    """One window of the journal with its listener."""

    __test__ = False  # no test of pytest

    name: str
    school: str
    teacher: str
    row: JournalRow
    may_annul: bool

    @property
    def kind(self) -> str:
        """Which test."""
        return self.row.window.kind


def rows_of(actor: Actor, code: str) -> tuple[Course, list[TestRow]]:
    """Every window of the course, the listeners by name.

    Raises:
        NotFound: the course is unknown, or its results are hidden from the actor.
    """
    course, seen = _seen(actor, code)
    people = {each.teacher: each for each in finding.active_listeners(course.key, CONFIRMED, FINISHED)}
    found = journal.journal(code)
    latest = {(each.window.login, each.window.kind): each.window.key for each in found}
    rows = []
    for each in found:
        listener = people.get(each.window.login)
        if listener is None:
            continue
        last = latest[(listener.teacher, each.window.kind)] == each.window.key
        able = seen.manages and last and testing.may_annul(listener, each.window.kind, each.window)
        rows.append(TestRow(listener.teacher_name, listener.school_name, listener.teacher, each, able))
    return course, sorted(rows, key=lambda row: (row.name, row.kind, row.row.window.created_at))


def answers_of(actor: Actor, code: str, attempt_key: int) -> tuple[Attempt, Listener, list[AnsweredItem], bool]:
    """The answers of one attempt: for the listener herself without keys, for the leader and the auditor with them.

    Reading somebody else's answers is recorded.

    Returns:
        The attempt, its listener, the items, whether keys are shown.

    Raises:
        NotFound: there is none, or it is not for the actor; an attempt that runs is for nobody.
    """
    attempt = journal.attempt(attempt_key)
    if attempt is None or attempt.window.course != code or attempt.state == "running":
        raise NotFound()
    listener = finding.listener(code, attempt.login)
    keys = policies.may_lead(actor, listener.course) or actor.has_role("auditor")
    if not keys and attempt.login != actor.login:
        raise NotFound()
    if attempt.login == actor.login:
        keys = False
    else:
        audit.record_access(actor, "open", "test_answers", f"{code}:{attempt.login}")
    items = journal.answers(attempt)
    if not keys:
        items = [AnsweredItem(item.response, public(item.body)) for item in items]
    return attempt, listener, items, keys


def _seen(actor: Actor, code: str) -> tuple[Course, policies.Sight]:
    row, seen = catalogue.sight_of(actor, code)
    if not seen.full:
        raise NotFound()
    return row.course, seen
