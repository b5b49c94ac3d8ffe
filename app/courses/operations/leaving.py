"""Leaving a course: the page asks, the process decides (messages `place.withdraw`, `listener.withdraw`)."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from app.engine import operations as engine
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Forbidden, Invalid

from .. import policies
from ..models import Listener
from ..models.courses import FORMING, OPEN, RUNNING
from ..models.listeners import CONFIRMED
from ..queries import listeners
from . import finding

REASONS = {"own_wish": _l("own wish"), "illness": _l("illness"), "absence": _l("absences"), "other": _l("other reason")}
"""Kinds of reasons of an expulsion."""
_KEPT = timedelta(days=30)


def may_withdraw(actor: Actor, listener: Listener) -> bool:
    """Whether the actor may take this listener off the course now: before the start, the leader or she herself."""
    mine = listener.teacher == actor.login or policies.may_lead(actor, listener.course)
    return mine and listener.status == CONFIRMED and listener.course.status in (OPEN, FORMING)


def may_expel(actor: Actor, listener: Listener) -> bool:
    """Whether the actor may begin an expulsion now: after the start, the leader."""
    return (
        policies.may_lead(actor, listener.course)
        and listener.status == CONFIRMED
        and listener.course.status == RUNNING
        and listener.end_state is None
    )


def withdraw(actor: Actor, course_code: str, teacher: str, reason: str) -> None:
    """Ask the course's process to take a listener off it before the start («Отозвать»).

    Raises:
        NotFound: out of the actor's scope.
        Forbidden: neither the leader nor she herself.
        Invalid: no reason given.
        Conflict: the course has begun, or this was asked already.
    """
    listener = _visible(actor, course_code, teacher)
    if listener.teacher != actor.login and not policies.may_lead(actor, listener.course):
        raise Forbidden(_l("Only the course leader or the listener herself may withdraw."))
    _check(reason, may_withdraw(actor, listener))
    variables = {"withdrawal": {"listener_id": teacher, "reason": reason.strip(), "by": actor.login}}
    engine.publish_message(
        actor,
        "place.withdraw",
        course_code,
        variables,
        ttl=_KEPT,
        message_id=f"withdraw:{listener.key}",
        internal=True,
    )


def expel(actor: Actor, course_code: str, teacher: str, reason_kind: str, reason: str) -> None:
    """Begin the expulsion of a listener after the start («Отчислить»): her process prepares the order.

    Raises:
        NotFound: out of the actor's scope.
        Forbidden: the actor does not lead the course.
        Invalid: kind or text of the reason is missing.
        Conflict: she is no listener any more, or this was asked a moment ago.
    """
    listener = _visible(actor, course_code, teacher)
    if not policies.may_lead(actor, listener.course):
        raise Forbidden(_l("Only the course leader expels listeners."))
    if reason_kind not in REASONS:
        raise Invalid(_l("Choose a reason."), {"reason_kind": [_l("Choose a reason.")]})
    _check(reason, may_expel(actor, listener))
    variables = {"withdrawal": {"reason_kind": reason_kind, "reason": reason.strip(), "by": actor.login}}
    engine.publish_message(
        actor,
        "listener.withdraw",
        f"{course_code}:{teacher}",
        variables,
        ttl=_KEPT,
        message_id=f"expel:{listener.key}:{clock.now():%Y%m%d%H%M}",
        internal=True,
    )


def _visible(actor: Actor, course_code: str, teacher: str) -> Listener:
    listeners.listener(actor, course_code, teacher)  # raises NotFound out of scope
    return finding.listener(course_code, teacher)


def _check(reason: str, possible: bool) -> None:
    if not reason.strip():
        raise Invalid(_l("Please give the reason."), {"reason": [_l("Please give the reason.")]})
    if not possible:
        raise Conflict(_l("This is not possible any more: the state of the course or listener has changed."))
