"""Changes of subgroups on the course page: journal, audit, and the listeners' processes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.audit import operations as audit
from app.engine import operations as engine
from app.kernel.actor import Actor
from app.kernel.errors import Forbidden

from .. import policies
from ..models import Course, GroupMove
from ..models.listeners import CONFIRMED
from . import finding, groups


def regroup(actor: Actor, code: str, placement: Mapping[str, str]) -> list[GroupMove]:
    """Put listeners into groups by hand; their processes go on with the new group and its modules.

    Raises:
        Forbidden: the actor does not lead the course.
    """
    course = _led(actor, code)
    moves = groups.place_listeners(actor, code, placement)
    for move in moves:
        _pass_on(actor, course, move.listener.listener_instance, move.to_group)
    return moves


def choose_modules(actor: Actor, code: str, group: str, modules: Sequence[str]) -> None:
    """Name the modules of a group; the processes of its listeners learn of them.

    Raises:
        Forbidden: the actor does not lead the course.
        Invalid: a module is no variative module of the programme.
    """
    course = _led(actor, code)
    before = groups.modules_of(course, group)
    after = groups.set_modules(actor, code, group, modules).modules
    if before == after:
        return
    audit.record_event(actor, "course", code, "set_modules", changes={group: (before, after)})
    for listener in finding.active_listeners(course.key, CONFIRMED):
        if listener.group_title == group:
            _pass_on(actor, course, listener.listener_instance, group)


def _led(actor: Actor, code: str) -> Course:
    course = finding.course(code)
    if not policies.may_lead(actor, course):
        raise Forbidden()
    return course


def _pass_on(actor: Actor, course: Course, instance: int | None, group: str) -> None:
    if instance is not None:
        variables = {"group": group, "modules": groups.modules_of(course, group)}
        engine.set_variables(actor, instance, variables, internal=True)
