"""What the leader does with the e-test of a course: longer windows, annulment."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from app.assessment.models import Window
from app.assessment.models.attempts import RUNNING
from app.assessment.operations import annulling, windows
from app.assessment.queries import journal
from app.audit import operations as audit
from app.engine import operations as engine
from app.engine import queries as instances
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid
from app.people import queries as people

from ..models import Course, Listener
from ..rules import words
from . import finding, imports, retakes
from .zones import local_day, zone_of

_SPENT = {words.ENTRY: {"new_window_used": True}, words.RETEST: {"retest_new_date_used": True}}
"""What the process has to know when a new window was opened beside it."""
_NEW_WINDOW = {words.ENTRY: timedelta(days=4), words.RETEST: timedelta(days=2)}
"""A new window closes at the midnight that begins the day so long after today (rmp_listener 6: three days)."""
_DIAGNOSTICS = "diagnostics"


def extend(actor: Actor, code: str, kind: str, teacher: str | None, until: datetime, reason: str) -> int:
    """Keep the window of one listener, or every open one of the kind, open until a later moment.

    Returns:
        How many windows close later now.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Invalid: unknown kind, no reason, a moment that has passed, or after the resit.
        Conflict: no window is open any more.
    """
    course = imports.demand_leader(actor, code)
    if kind not in words.ATTEMPT_KINDS:
        raise Invalid(errors={"kind": [_l("Unknown kind of test.")]})
    if until.astimezone(_zone(course, teacher)).date() > course.attest_resit_on:
        raise Invalid(errors={"until": [_l("Not later than the resit of the final attestation.")]})
    found = journal.windows_of(course.code, kind=kind, login=teacher)
    moved = windows.extend(actor, found, until, reason)
    facts = {"kind": kind, "until": until.isoformat(), "reason": reason.strip(), "windows": moved}
    audit.record_event(actor, "course", _subject(code, teacher), "extend_test", details=facts)
    return moved


def annul(actor: Actor, code: str, teacher: str, kind: str, reason: str) -> bool:
    """Annul a result (cheating, a broken test): while the test runs, or afterwards. An entry test can be annulled until
    the diagnostics of method, a repeated diagnostics until the sheet of the final attestation is signed.

    Returns:
        Whether a new window opens.

    Raises:
        NotFound, Forbidden: the actor does not lead this course.
        Invalid: no reason.
        Conflict: there is nothing to annul, or the learning goes on by this result already.
    """
    imports.demand_leader(actor, code)
    if not reason.strip():
        raise Invalid(errors={"reason": [_l("Please give the reason.")]})
    listener = finding.listener(code, teacher)
    latest = next(iter(reversed(journal.windows_of(code, kind=kind, login=teacher))), None)
    if latest is not None and latest.attempt is not None and latest.attempt.state == RUNNING:
        following = annulling.annul_running(
            actor, latest, reason, closes_at=_closing(kind, listener), variables=_SPENT[kind]
        )
        opens = following is not None
    else:
        opens = _annul_result(actor, listener, kind, reason)
    audit.record_event(
        actor, "listener", f"{code}:{teacher}", "annul_test", details={"kind": kind, "reason": reason.strip()}
    )
    return opens


def may_annul(listener: Listener, kind: str, window: Window | None) -> bool:
    """Whether there is something that can still be annulled."""
    if window is not None and window.attempt is not None and window.attempt.state == RUNNING:
        return True
    test = listener.test(kind)
    if test is None or test.no_show or listener.listener_instance is None:
        return False
    if kind == words.RETEST:
        return retakes.refusal(listener) is None
    return instances.open_task(listener.listener_instance, _DIAGNOSTICS) is not None


def _annul_result(actor: Actor, listener: Listener, kind: str, reason: str) -> bool:
    """Let the process annul a result that it has: it leads back to the test."""
    test, key = listener.test(kind), listener.listener_instance
    if test is None or test.no_show:
        raise Conflict(_l("There is no result to annul."))
    if kind == words.RETEST:
        return retakes.annul(actor, listener, reason)
    if key is None or instances.open_task(key, _DIAGNOSTICS) is None:
        raise Conflict(_l("The learning goes on by this result already: it can be annulled until the diagnostics."))
    first = test.window == 1
    facts: dict[str, Any] = {"annul_reason": reason.strip()[:500], "result_by": actor.login}
    engine.set_variables(actor, key, facts, internal=True)
    return first


def _closing(kind: str, listener: Listener) -> datetime:
    """The end of a new window that opens now: a midnight of the listener's school, as of every other window."""
    zone = zone_of(listener)
    return datetime.combine(local_day(clock.now(), listener) + _NEW_WINDOW[kind], time(), zone)


def _zone(course: Course, teacher: str | None) -> ZoneInfo:
    """Where an extension is meant: in the listener's school, in the institute when it is for all."""
    if teacher is not None:
        return zone_of(finding.listener(course.code, teacher))
    return ZoneInfo(people.organisation(course.organisation).timezone)


def _subject(code: str, teacher: str | None) -> str:
    return f"{code}:{teacher}" if teacher else code
